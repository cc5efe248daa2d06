"""simple-salesforce: the library whole, but SOAP metadata and Apex.

It knows https and Salesforce's host names only. What it sends is let through as it is, to the demo's own address.
"""

import csv
import os
from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

import requests
from check import CARD, ORG, USERS, VERSION, finish, holds, is_like, refused, same, step
from simple_salesforce import Salesforce, SalesforceLogin, SFType, format_soql
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed, SalesforceError, SalesforceExpiredSession, SalesforceMalformedRequest,
    SalesforceResourceNotFound)
from requests.adapters import HTTPAdapter


class ToTheDemo(HTTPAdapter):
    """Sends https to the demo's plain http: logins to the login URL, the rest where its own port says."""

    def __init__(self, login_url: str):
        super().__init__()
        self.login_url = login_url

    def send(self, request, **more):
        at = urlsplit(request.url)
        door = f"http://{at.netloc}" if at.port else self.login_url
        request.url = request.url.replace(f"{at.scheme}://{at.netloc}", door, 1)
        return super().send(request, **more)


def session(org: dict = ORG) -> requests.Session:
    made = requests.Session()
    made.trust_env = False
    made.mount("https://", ToTheDemo(org["login_url"]))
    return made


def login(user: str, org: dict = ORG, **more) -> Salesforce:
    return Salesforce(username=user, consumer_key=org["client_id"], privatekey_file=org["private_key"],
                      session=session(org), version=VERSION, **more)


def logins() -> None:
    with step("login by JWT, its exp a string"):
        holds(login(USERS["admin"]).session_id.startswith("00D"), "a session id")
    with step("login by JWT to a sandbox"):
        org = CARD["orgs"][1]
        same(login(org["users"][0]["username"], org, domain="test").is_sandbox(), True, "is_sandbox")
        same(sf.is_sandbox(), False, "is_sandbox of production")
    with step("login by password over SOAP, over OAuth, and as an app"):
        admin = next(user for user in ORG["users"] if user["alias"] == "admin")
        # The SOAP login ended with version 64.0.
        soap = Salesforce(username=admin["username"], password=admin["password"], security_token=admin["security_token"],
                          session=session(), version="64.0")
        same(soap.oauth2("userinfo")["preferred_username"], admin["username"])
        oauth = Salesforce(username=admin["username"], password=admin["password"] + admin["security_token"],
                           consumer_key=ORG["client_id"], consumer_secret=ORG["client_secret"], session=session(), version=VERSION)
        same(oauth.query("SELECT Id FROM Account LIMIT 1")["totalSize"], 1)
        app = Salesforce(consumer_key=ORG["client_id"], consumer_secret=ORG["client_secret"], domain="acme.my",
                         session=session(), version=VERSION)
        same(app.oauth2("userinfo")["preferred_username"], ORG["run_as"])
    with step("login, refused"):
        with refused(SalesforceAuthenticationFailed, "invalid_grant", "inactive user"):
            login(USERS["gone"])
        with refused(SalesforceAuthenticationFailed, "audience is invalid"):
            login(USERS["admin"], domain="test")
        for version, error in [("64.0", "INVALID_LOGIN"), (VERSION, "INVALID_OPERATION")]:
            with refused(SalesforceAuthenticationFailed, error):
                SalesforceLogin(username=USERS["admin"], password="wrong", security_token="x", session=session(), sf_version=version)
    with step("a session from elsewhere, and one that has ended"):
        direct = Salesforce(session_id=sf.session_id, instance_url=ORG["instance_url"], session=session(), version=VERSION)
        same(direct.query("SELECT Id FROM Account LIMIT 1")["totalSize"], 1)
        worn = Salesforce(session_id="00D000!worn", instance_url=ORG["instance_url"], session=session(), version=VERSION)
        with refused(SalesforceExpiredSession, "INVALID_SESSION_ID"):
            worn.query("SELECT Id FROM Account LIMIT 1")
    with step("a session that is revoked is begun anew"):
        mine = login(USERS["admin"])
        before = mine.session_id
        same(requests.post(ORG["instance_url"] + "/services/oauth2/revoke", data={"token": before}, timeout=20).status_code, 200)
        same(mine.query("SELECT Id FROM Account LIMIT 1")["totalSize"], 1)
        holds(mine.session_id != before, "another session")
    with step("oauth2 userinfo"):
        is_like(sf.oauth2("userinfo"), {"preferred_username": USERS["admin"], "organization_id": str, "active": True})


def queries() -> None:
    with step("query, with a space as +"):
        came = sf.query("SELECT Id, Name, Owner.Name FROM Account ORDER BY Name LIMIT 3")
        is_like(came, {"done": True, "totalSize": 3})
        holds(all(record["Owner"]["Name"] for record in came["records"]), "owners", came)
    with step("query, quoted by format_soql"):
        name = "O'Malley + Söhne \\ 100% _"
        made = sf.Account.create({"Name": name})["id"]
        came = sf.query(format_soql("SELECT Id FROM Account WHERE Name = {} AND Name LIKE '{:like}%' AND CreatedDate > {}",
                                    name, "O'Malley + Söhne \\ 100% _", datetime(2020, 1, 1, tzinfo=timezone.utc)))
        same([record["Id"] for record in came["records"]], [made])
        sf.Account.delete(made)
    with step("query_more, by path and by id"):
        first = sf.query("SELECT Id FROM Contact", headers={"Sforce-Query-Options": "batchSize=200"})
        holds(not first["done"] and len(first["records"]) == 200, "a page of 200", first["done"])
        by_path = sf.query_more(first["nextRecordsUrl"], identifier_is_url=True)
        by_id = sf.query_more(first["nextRecordsUrl"].rsplit("/", 1)[1])
        same([one["Id"] for one in by_path["records"]], [one["Id"] for one in by_id["records"]])
    with step("query_all and query_all_iter"):
        wanted = sf.query("SELECT COUNT() FROM Contact")["totalSize"]
        same(len(sf.query_all("SELECT Id FROM Contact")["records"]), wanted)
        same(len({record["Id"] for record in sf.query_all_iter("SELECT Id FROM Contact")}), wanted)
    with step("query, aggregated"):
        came = sf.query("SELECT Industry, COUNT(Id) FROM Account GROUP BY Industry HAVING COUNT(Id) > 1 ORDER BY Industry NULLS LAST")
        holds(all(one["expr0"] > 1 for one in came["records"]) and came["totalSize"] > 3, "groups", came)
        same(came["records"][0]["attributes"]["type"], "AggregateResult")
    with step("query, refused"):
        with refused(SalesforceMalformedRequest, "MALFORMED_QUERY"):
            sf.query("SELECT FROM Account")
        with refused(SalesforceMalformedRequest, "INVALID_FIELD", "No such column 'Nme'"):
            sf.query("SELECT Nme FROM Account")
        with refused(SalesforceMalformedRequest, "INVALID_QUERY_LOCATOR"):
            sf.query_more("01g000000000000AAA-2000")
    with step("search and quick_search"):
        name = sf.query("SELECT Name FROM Account LIMIT 1")["records"][0]["Name"]
        word = name.split()[0]
        came = sf.search(f"FIND {{{word}}} IN NAME FIELDS RETURNING Account(Id, Name)")
        holds(name in [one["Name"] for one in came["searchRecords"]], name, came)
        holds(sf.quick_search(word)["searchRecords"], "records", came)
    with step("limits and api_usage"):
        holds(sf.limits()["DailyApiRequests"]["Remaining"] > 0, "calls")
        used = sf.api_usage["api-usage"].used
        sf.limits()
        same(sf.api_usage["api-usage"].used, used + 1, "calls used")


def records() -> None:
    account: SFType = sf.Account
    with step("create, get, update, delete"):
        made = is_like(account.create({"Name": "simple one", "NumberOfEmployees": 4}), {"success": True, "errors": []})["id"]
        is_like(account.get(made), {"Id": made, "Name": "simple one", "NumberOfEmployees": 4, "attributes": {"type": "Account"}})
        same(account.update(made, {"Phone": "5"}), 204, "status")
        same(account.get(made)["Phone"], "5")
        same(account.delete(made), 204, "status")
        with refused(SalesforceResourceNotFound, "ENTITY_IS_DELETED"):
            account.get(made)
        same([one["IsDeleted"] for one in sf.query_all(f"SELECT IsDeleted FROM Account WHERE Id = '{made}'", include_deleted=True)["records"]], [True])
    with step("upsert and get_by_custom_id"):
        owner = sf.query("SELECT Id FROM Account LIMIT 1")["records"][0]["Id"]
        shipment = sf.Shipment__c
        same(shipment.upsert("TrackingCode__c/SIMPLE%2F1", {"Account__c": owner, "Carrier__c": "One"}), 201, "made")
        same(shipment.upsert("TrackingCode__c/SIMPLE%2F1", {"Carrier__c": "Two"}), 200, "found again")
        found = shipment.get_by_custom_id("TrackingCode__c", "SIMPLE/1")
        is_like(found, {"Carrier__c": "Two", "Account__c": owner})
        same(shipment.delete(found["Id"]), 204)
    with step("deleted and updated"):
        made = account.create({"Name": "simple two"})["id"]
        span = (datetime.now(timezone.utc) - timedelta(hours=1), datetime.now(timezone.utc) + timedelta(minutes=1))
        holds(made in account.updated(*span)["ids"], "the one that was made")
        account.delete(made)
        holds(made in [one["id"] for one in account.deleted(*span)["deletedRecords"]], "the one that is gone")
    with step("records, refused"):
        with refused(SalesforceMalformedRequest, "REQUIRED_FIELD_MISSING"):
            account.create({"Phone": "1"})
        with refused(SalesforceResourceNotFound, "NOT_FOUND"):
            sf.Nothing.create({"Name": "x"})
        with refused(SalesforceError, "INVALID_FIELD"):
            account.create({"Name": "x", "Colour": "red"})
    with step("describe, metadata, describe_layout"):
        holds({"Account", "User"} <= {one["name"] for one in sf.describe()["sobjects"]}, "objects")
        is_like(account.describe(), {"name": "Account", "keyPrefix": "001", "createable": True})
        is_like(account.metadata(), {"objectDescribe": {"name": "Account"}, "recentItems": list})
        kind = account.describe()["recordTypeInfos"][0]["recordTypeId"]
        holds(account.describe_layout(kind)["detailLayoutSections"], "sections of the layout")
    with step("restful, toolingexecute"):
        is_like(sf.restful("limits/recordCount", {"sObjects": "Account"}), {"sObjects": [{"name": "Account", "count": int}]})
        tree = {"records": [{"attributes": {"type": "Account", "referenceId": "one"}, "Name": "simple tree", "Contacts": {
            "records": [{"attributes": {"type": "Contact", "referenceId": "two"}, "LastName": "Leaf"}]}}]}
        came = sf.restful("composite/tree/Account/", method="POST", json=tree)
        same((came["hasErrors"], [one["referenceId"] for one in came["results"]]), (False, ["one", "two"]))
        came = sf.toolingexecute("query/?q=SELECT+QualifiedApiName+FROM+EntityDefinition+WHERE+QualifiedApiName='Lead'")
        same([one["QualifiedApiName"] for one in came["records"]], ["Lead"])
    with step("the sales user sees less"):
        sales = login(USERS["sales"])
        holds(0 < sales.query("SELECT COUNT() FROM Account")["totalSize"] < sf.query("SELECT COUNT() FROM Account")["totalSize"], "fewer accounts")
        with refused(SalesforceMalformedRequest, "INVALID_FIELD"):
            sales.query("SELECT AnnualRevenue FROM Account")
        holds("AnnualRevenue" not in [one["name"] for one in sales.Account.describe()["fields"]], "a field less")


def bulk() -> None:
    name = "simple bulk"
    with step("bulk2 insert"):
        rows = [{"Name": f"{name} {n}" if n else "", "Phone": "a,\"b\"\nc"} for n in range(120)]
        [job] = sf.bulk2.Account.insert(records=rows, wait=1)
        is_like(job, {"numberRecordsProcessed": 120, "numberRecordsFailed": 1, "job_id": str})
        failed = list(csv.DictReader(sf.bulk2.Account.get_failed_records(job["job_id"]).splitlines()))
        holds("REQUIRED_FIELD_MISSING" in failed[0]["sf__Error"], "the field that is missing", failed)
    with step("bulk2 query, page by page, and download"):
        query = f"SELECT Id, Name, Phone FROM Account WHERE Name LIKE '{name}%' ORDER BY Id"
        pages = list(sf.bulk2.Account.query(query, max_records=50, wait=1))
        same([len(list(csv.reader(page.splitlines(keepends=True)))) for page in pages], [51, 51, 20], "rows of the pages, with heads")
        os.makedirs("down", exist_ok=True)
        files = sf.bulk2.Account.download(query, path="down", max_records=1000)
        with open(files[0]["file"], newline="") as text:
            rows = list(csv.DictReader(text))
        holds(len(rows) == 119 and all(row["Phone"] == "a,\"b\"\nc" for row in rows), "what went in", rows[:1])
    with step("bulk2 update, upsert, delete"):
        ids = [row["Id"] for row in rows]
        [job] = sf.bulk2.Account.update(records=[{"Id": one, "Phone": "7"} for one in ids], wait=1)
        same((job["numberRecordsProcessed"], job["numberRecordsFailed"]), (119, 0), "changed")
        same(sf.query(f"SELECT COUNT() FROM Account WHERE Name LIKE '{name}%' AND Phone = '7'")["totalSize"], 119)
        shipments = [{"TrackingCode__c": f"SB-{n}", "Account__c": ids[0]} for n in range(5)]
        for _ in range(2):
            [job] = sf.bulk2.Shipment__c.upsert(records=shipments, external_id_field="TrackingCode__c", wait=1)
            same((job["numberRecordsProcessed"], job["numberRecordsFailed"]), (5, 0), "upserted")
        same(sf.query("SELECT COUNT() FROM Shipment__c WHERE TrackingCode__c LIKE 'SB-%'")["totalSize"], 5)
        [job] = sf.bulk2.Account.delete(records=[{"Id": one} for one in ids], wait=1)
        same((job["numberRecordsProcessed"], job["numberRecordsFailed"]), (119, 0), "gone")
    with step("bulk 1.0 insert, query, update, delete"):
        old = "simple old bulk"
        came = sf.bulk.Account.insert([{"Name": f"{old} {n}" if n else "", "Phone": "a\nb"} for n in range(30)], batch_size=20)
        same([one["success"] for one in came], [False] + [True] * 29, "made")
        holds("REQUIRED_FIELD_MISSING" in str(came[0]["errors"]), "the field that is missing", came[0])
        rows = sf.bulk.Account.query(f"SELECT Id, Name, Phone FROM Account WHERE Name LIKE '{old}%'")
        holds(len(rows) == 29 and all(row["Phone"] == "a\nb" for row in rows), "what went in", rows[:1])
        ids = [{"Id": row["Id"]} for row in rows]
        same({one["success"] for one in sf.bulk.Account.update([{**one, "Phone": "8"} for one in ids])}, {True}, "changed")
        same({one["success"] for one in sf.bulk.Account.delete(ids)}, {True}, "gone")
        same(sf.query(f"SELECT COUNT() FROM Account WHERE Name LIKE '{old}%'")["totalSize"], 0, "left")


sf = login(USERS["admin"])
logins()
queries()
records()
bulk()
finish()
