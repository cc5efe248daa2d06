"""Salesforce CLI: logs in with the app's key, then does with the org what people do with it.

Its logins also try login.salesforce.com and test.salesforce.com; there is no way out of here to them.
"""

import csv
import json
import os
import subprocess
from pathlib import Path

from check import CARD, ORG, USERS, Unlike, finish, holds, is_like, same, step

CLI = [os.environ["CLIENT_NODE"], os.path.join(os.environ["CLIENT_MODULES"], "@salesforce/cli/bin/run.js")]
# No talk with anybody but the org, and secrets in a file in place of a desktop's keyring.
QUIET = {
    "SF_DISABLE_TELEMETRY": "true", "SF_AUTOUPDATE_DISABLE": "true", "SF_SKIP_NEW_VERSION_CHECK": "true",
    "SF_USE_GENERIC_UNIX_KEYCHAIN": "true", "SF_HIDE_RELEASE_NOTES": "true", "NO_COLOR": "1",
}
LIMIT_S = 90


def run(*words: str, code: int = 0, **environment: str) -> str:
    """stdout of a command that ends with this exit code."""
    done = subprocess.run(
        [*CLI, *words], env=os.environ | QUIET | environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=LIMIT_S)
    if done.returncode != code:
        raise Unlike(f"wanted exit code {code}, came {done.returncode}: {told(done)}")
    return done.stdout


def told(done: subprocess.CompletedProcess) -> str:
    """The message of a command, without its traces."""
    try:
        answer = json.loads(done.stdout)
        return f"{answer['name']}: {answer['message']}"
    except (ValueError, KeyError, TypeError):
        return (done.stderr + done.stdout)[:600]


def ask(*words: str, code: int = 0, **environment: str):
    """What `--json` says: the result, or all of it, where an error is wanted."""
    told = json.loads(run(*words, "--json", code=code, **environment))
    same(told["status"], code, "status")
    return told if code else told["result"]


def login(user: str, *more: str, org: dict = ORG, code: int = 0, **environment: str):
    return ask(
        "org", "login", "jwt", "--client-id", org["client_id"], "--jwt-key-file", org["private_key"], "--username", user,
        "--instance-url", org["login_url"], *more, code=code, **environment)


def soql(query: str, *more: str):
    return ask("data", "query", "--query", query, *more)


def rows_of(text: str) -> list:
    return list(csv.DictReader(text.splitlines()))


def logins() -> None:
    admin = USERS["admin"]
    with step("org login jwt"):
        came = login(admin, "--alias", "demo", "--set-default")
        is_like(came, {"username": admin, "instanceUrl": ORG["instance_url"], "isSandbox": False, "isScratch": False,
                       "instanceApiVersion": "67.0", "orgEdition": "Enterprise Edition", "instanceName": str})
        holds(came["orgId"].startswith("00D"), "an org id", came["orgId"])
    # The assertions live for 300 ms by the CLI's own reckoning, so that luck would show within these.
    for ending in ["", "/"]:
        with step(f"org login jwt, with SF_AUDIENCE_URL that ends in '{ending or ORG['login_url'][-1]}'"):
            came = login(USERS["sales"], SF_AUDIENCE_URL=ORG["login_url"] + ending)
            same(came["username"], USERS["sales"])
    with step("org login jwt to a sandbox"):
        sandbox = CARD["orgs"][1]
        came = login(sandbox["users"][0]["username"], "--alias", "uat", org=sandbox)
        is_like(came, {"isSandbox": True, "isScratch": False, "instanceUrl": sandbox["instance_url"]})
    with step("org login jwt, refused to an inactive user"):
        came = login(USERS["gone"], code=1)
        holds("inactive user" in came["message"], "inactive user", came["message"])
    with step("org login jwt, refused to a user whom the app does not let in"):
        came = login(USERS["new"], code=1)
        holds("not admin approved" in came["message"], "user is not admin approved to access this app", came["message"])
    with step("org display"):
        came = ask("org", "display")
        is_like(came, {"username": admin, "alias": "demo", "connectedStatus": "Connected", "apiVersion": "67.0"})
        holds("Connected" in run("org", "display"), "a table that says Connected")
    with step("org display user"):
        came = ask("org", "display", "user")
        is_like(came, {"username": admin, "alias": "demo", "profileName": "System Administrator"})
        holds(came["id"].startswith("005"), "a user id", came["id"])
    with step("org list"):
        came = ask("org", "list")
        same({org["username"]: org["connectedStatus"] for org in came["nonScratchOrgs"]},
             {admin: "Connected", USERS["sales"]: "Connected", CARD["orgs"][1]["users"][0]["username"]: "Connected"})
    with step("org auth list"):
        came = ask("org", "auth", "list")
        same(sorted((org["username"], org["oauthMethod"], org["isSandbox"]) for org in came),
             sorted([(admin, "jwt", False), (USERS["sales"], "jwt", False), (CARD["orgs"][1]["users"][0]["username"], "jwt", True)]))


def queries() -> None:
    with step("data query, json"):
        came = soql("SELECT id, name, owner.name FROM account ORDER BY Name LIMIT 3")
        is_like(came, {"done": True, "totalSize": 3})
        for record in came["records"]:
            same(sorted(record), ["Id", "Name", "Owner", "attributes"], "the fields, in their true case")
        same([record["Name"] for record in came["records"]], sorted(record["Name"] for record in came["records"]))
    with step("data query, csv"):
        came = rows_of(run("data", "query", "-q", "SELECT Id, Name, Owner.Name FROM Account LIMIT 3", "-r", "csv"))
        same(len(came), 3, "rows")
        same(list(came[0]), ["Id", "Name", "Owner.Name"], "the head")
        holds(all(row["Owner.Name"] for row in came), "owners' names", came)
    with step("data query, human"):
        came = run("data", "query", "-q", "SELECT Id, Name, (SELECT LastName FROM Contacts) FROM Account LIMIT 3")
        holds("Total number of records retrieved: 3" in came, "a table of 3", came)
        holds("CONTACTS.LASTNAME" in came, "a column of the contacts", came)
    with step("data query, aggregated"):
        query = "SELECT StageName, COUNT(Id) many, SUM(Amount) FROM Opportunity GROUP BY StageName ORDER BY StageName"
        came = soql(query)
        counted = sum(record["many"] for record in came["records"])
        same(counted, soql("SELECT COUNT() FROM Opportunity")["totalSize"], "all opportunities")
        # A csv of it keeps no aliases.
        rows = rows_of(run("data", "query", "-q", query.replace("many", ""), "-r", "csv"))
        same([row["StageName"] for row in rows], [record["StageName"] for record in came["records"]])
        same([int(row["count(Id)"]) for row in rows], [record["many"] for record in came["records"]], "counts, as csv")
        holds(all(row["sum(Amount)"] for row in rows), "sums, as csv", rows)
    with step("data query, more than a page"):
        came = soql("SELECT Id FROM Task")
        same(len(came["records"]), came["totalSize"], "records")
        same(len({record["Id"] for record in came["records"]}), came["totalSize"], "ids")
    with step("data query --use-tooling-api"):
        came = soql("SELECT QualifiedApiName FROM EntityDefinition WHERE QualifiedApiName = 'Account'", "--use-tooling-api")
        same([record["QualifiedApiName"] for record in came["records"]], ["Account"])
        rows = rows_of(run("data", "query", "-t", "-r", "csv", "-q",
                           "SELECT Id, DeveloperName FROM CustomField WHERE DeveloperName = 'TrackingCode'"))
        same([row["DeveloperName"] for row in rows], ["TrackingCode"])
    with step("data query, refused"):
        came = json.loads(run("data", "query", "-q", "SELECT Nme FROM Account", "--json", code=1))
        same(came["name"], "INVALID_FIELD")
        holds("No such column 'Nme' on entity 'Account'" in came["message"], "the column that there is not", came["message"])
    with step("data search"):
        name = soql("SELECT Name FROM Account LIMIT 1")["records"][0]["Name"]
        word = name.split()[0]
        came = ask("data", "search", "--query", f"FIND {{{word}}} IN NAME FIELDS RETURNING Account(Id, Name)")
        names = [record["Name"] for record in came["searchRecords"]]
        holds(name in names and all(word in one for one in names), f"accounts named {word}", names)
        rows = rows_of("".join(run("data", "search", "-q", f"FIND {{{word}}} IN NAME FIELDS RETURNING Account(Id, Name)", "-r", "csv")))
        holds(isinstance(rows, list), "csv", rows)


def records() -> None:
    where = ["--sobject", "Account", "--where", "Name='Zed Söhne + Works' Phone=12"]
    with step("data create record"):
        came = ask("data", "create", "record", "-s", "Account", "-v", "Name='Zed Söhne + Works' Phone=12 NumberOfEmployees=7")
        is_like(came, {"success": True, "errors": [], "id": str})
        made = came["id"]
    with step("data get record"):
        came = ask("data", "get", "record", "-s", "Account", "-i", made)
        is_like(came, {"Id": made, "Name": "Zed Söhne + Works", "Phone": "12", "NumberOfEmployees": 7, "IsDeleted": False})
        same(ask("data", "get", "record", *where)["Id"], made, "the same by its name")
    with step("data update record"):
        same(ask("data", "update", "record", "-s", "Account", "-i", made, "-v", "Phone=77")["id"], made)
        same(ask("data", "get", "record", "-s", "Account", "-i", made)["Phone"], "77", "Phone")
    with step("data create record, refused"):
        came = json.loads(run("data", "create", "record", "-s", "Account", "-v", "Phone=1", "--json", code=1))
        holds("Required fields are missing: [Name]" in json.dumps(came), "the field that is missing", came)
    with step("data delete record"):
        same(ask("data", "delete", "record", "-s", "Account", "-i", made)["id"], made)
        same(soql(f"SELECT Id FROM Account WHERE Id = '{made}'")["totalSize"], 0, "what is left")
    with step("data query --all-rows"):
        came = soql(f"SELECT Id, IsDeleted FROM Account WHERE Id = '{made}'", "--all-rows")
        is_like(came["records"], [{"Id": made, "IsDeleted": True}])
    with step("data export tree, data import tree"):
        ask("data", "export", "tree", "-q", "SELECT Id, Name, (SELECT LastName FROM Contacts) FROM Account "
            "WHERE Id IN (SELECT AccountId FROM Contact) LIMIT 2", "--output-dir", "tree")
        files = [str(path) for path in Path("tree").glob("*.json")]
        same(len(files), 1, "files")
        came = ask("data", "import", "tree", "--files", *files)
        kinds = [record["type"] for record in came]
        holds(kinds.count("Account") == 2 and kinds.count("Contact") >= 2, "accounts with their contacts", came)


def bulk() -> None:
    code = "CLI-"
    Path("new.csv").write_text("Name,Phone\n" + "".join(f"Bulk {n},{n}\n" for n in range(250)))
    with step("data import bulk"):
        came = ask("data", "import", "bulk", "-s", "Account", "-f", "new.csv", "--wait", "2")
        is_like(came, {"jobId": str, "processedRecords": 250, "successfulRecords": 250, "failedRecords": 0})
        same(soql("SELECT COUNT() FROM Account WHERE Name LIKE 'Bulk %'")["totalSize"], 250, "made")
        job = came["jobId"]
    with step("data bulk results"):
        came = ask("data", "bulk", "results", "--job-id", job)
        is_like(came, {"status": "JobComplete", "operation": "insert", "object": "Account", "processedRecords": 250})
        same(len(rows_of(Path(came["successFilePath"]).read_text())), 250, "rows of success")
    with step("data upsert bulk"):
        account = soql("SELECT Id FROM Account WHERE Name = 'Bulk 0'")["records"][0]["Id"]
        Path("ups.csv").write_text("TrackingCode__c,Account__c\n" + "".join(f"{code}{n},{account}\n" for n in range(3)))
        words = ["data", "upsert", "bulk", "-s", "Shipment__c", "-i", "TrackingCode__c", "-f", "ups.csv", "--wait", "2"]
        for time in ["made", "found again"]:
            came = ask(*words)
            is_like(came["jobInfo"], {"state": "JobComplete", "numberRecordsProcessed": 3, "numberRecordsFailed": 0}, time)
        same(soql(f"SELECT COUNT() FROM Shipment__c WHERE TrackingCode__c LIKE '{code}%'")["totalSize"], 3, "made")
    with step("data upsert bulk, rows refused"):
        Path("bad.csv").write_text(f"TrackingCode__c,Account__c\n{code}9,001000000000000AAA\n{code}0,{account}\n")
        words = ["data", "upsert", "bulk", "-s", "Shipment__c", "-i", "TrackingCode__c", "-f", "bad.csv", "--wait", "2", "--json"]
        came = json.loads(run(*words, code=1))
        holds("1" in came["message"] and "fail" in came["message"].lower(), "a word of the one that failed", came["message"])
    with step("data export bulk"):
        ask("data", "export", "bulk", "-q", "SELECT Id, Name, Owner.Name FROM Account", "--output-file", "all.csv", "--wait", "2")
        rows = rows_of(Path("all.csv").read_text())
        same(list(rows[0]), ["Id", "Name", "Owner.Name"], "the head")
        same(len(rows), soql("SELECT COUNT() FROM Account")["totalSize"], "rows")
    with step("data delete bulk"):
        ids = [row["Id"] for row in rows if row["Name"].startswith("Bulk ")]
        Path("gone.csv").write_text("Id\n" + "".join(f"{one}\n" for one in ids))
        came = ask("data", "delete", "bulk", "-s", "Account", "-f", "gone.csv", "--wait", "2")
        is_like(came["jobInfo"], {"state": "JobComplete", "numberRecordsProcessed": 250, "numberRecordsFailed": 0})
        same(soql("SELECT COUNT() FROM Account WHERE Name LIKE 'Bulk %'")["totalSize"], 0, "left")


def requests() -> None:
    with step("api request rest"):
        came = json.loads(run("api", "request", "rest", "/services/data/v67.0/limits"))
        holds(came["DailyApiRequests"]["Remaining"] < came["DailyApiRequests"]["Max"], "calls used", came["DailyApiRequests"])
    with step("api request rest, a record made, changed and gone"):
        at = "services/data/v67.0/sobjects/Account"
        came = run("api", "request", "rest", at, "-X", "POST", "-b", '{"Name":"By hand"}', "--include")
        holds("HTTP/1.1 201" in came and '"success": true' in came, "201 and success", came)
        made = soql("SELECT Id FROM Account WHERE Name = 'By hand'")["records"][0]["Id"]
        for method, more in [("PATCH", ["-b", '{"Phone":"5"}']), ("DELETE", ["-b", "{}"])]:
            came = run("api", "request", "rest", f"{at}/{made}", "-X", method, "--include", *more)
            holds("HTTP/1.1 204" in came, f"204 of {method}", came)
    with step("api request rest, not found"):
        came = run("api", "request", "rest", "/services/data/v67.0/nowhere", code=1)
        holds('"NOT_FOUND"' in came, "NOT_FOUND", came)
    with step("api request graphql"):
        query = "query { uiapi { query { Account(first: 2, orderBy: { Name: { order: ASC } }) { edges { node { Id Name { value } } } } } } }"
        came = json.loads(run("api", "request", "graphql", "--body", query))
        same(came["errors"], [], "errors")
        names = [edge["node"]["Name"]["value"] for edge in came["data"]["uiapi"]["query"]["Account"]["edges"]]
        same(names, [record["Name"] for record in soql("SELECT Name FROM Account ORDER BY Name LIMIT 2")["records"]])
    with step("org list limits"):
        came = {limit["name"]: limit for limit in ask("org", "list", "limits")}
        holds(0 < came["DailyApiRequests"]["remaining"] < came["DailyApiRequests"]["max"], "calls used", came["DailyApiRequests"])
    with step("org list sobject record-counts"):
        came = {one["name"]: one["count"] for one in ask("org", "list", "sobject", "record-counts", "-s", "Account", "-s", "Contact")}
        same(came, {name: soql(f"SELECT COUNT() FROM {name}")["totalSize"] for name in ["Account", "Contact"]})
    with step("sobject list"):
        came = ask("sobject", "list", "--sobject", "all")
        holds({"Account", "Contact", "User", "Shipment__c"} <= set(came), "the objects", came)
        holds("Account" not in ask("sobject", "list", "--sobject", "custom"), "custom ones only")
    with step("sobject describe"):
        came = ask("sobject", "describe", "--sobject", "Shipment__c")
        is_like(came, {"name": "Shipment__c", "custom": True, "queryable": True})
        code = next(field for field in came["fields"] if field["name"] == "TrackingCode__c")
        is_like(code, {"externalId": True, "type": "string", "idLookup": True})
    with step("sobject describe, refused"):
        came = ask("sobject", "describe", "--sobject", "Nothing", code=1)
        holds("NOT_FOUND" in json.dumps(came), "NOT_FOUND", came)


def sessions() -> None:
    with step("a session that has ended is begun anew"):
        token = ask("org", "auth", "show-access-token", "--no-prompt")["accessToken"]
        run("api", "request", "rest", "/services/oauth2/revoke", "-X", "POST", "-b", f"token={token}",
            "-H", "content-type:application/x-www-form-urlencoded")
        same(soql("SELECT Id FROM Account LIMIT 1")["totalSize"], 1)
        holds(ask("org", "auth", "show-access-token", "--no-prompt")["accessToken"] != token, "another token")
    with step("the sales user sees less"):
        theirs = ask("data", "query", "-q", "SELECT COUNT() FROM Account", "-o", USERS["sales"])["totalSize"]
        holds(0 < theirs < soql("SELECT COUNT() FROM Account")["totalSize"], "fewer accounts", theirs)
    with step("org logout"):
        same(ask("org", "logout", "--target-org", "demo", "--no-prompt"), [USERS["admin"]])
        holds(USERS["admin"] not in [org["username"] for org in ask("org", "auth", "list")], "one login less")
        came = ask("data", "query", "-q", "SELECT Id FROM Account", "-o", "demo", code=2)
        holds("demo" in came["message"], "no such org", came["message"])


logins()
queries()
records()
bulk()
requests()
sessions()
finish()
