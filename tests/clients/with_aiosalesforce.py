"""aiosalesforce: many at once by asyncio, composite, batch, Bulk 2.0.

It knows https and Salesforce's host names only. What it sends is let through as it is, to the demo's own address.
"""

import asyncio

import httpx
from aiosalesforce import Salesforce
from aiosalesforce.auth import JwtBearerFlow
from aiosalesforce.exceptions import AuthenticationError, SalesforceError
from check import ORG, USERS, finish, holds, is_like, refused, same, step


class ToTheDemo(httpx.AsyncHTTPTransport):
    """Sends what goes to the org's host to the demo, in plain http."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        door = httpx.URL(ORG["login_url"])
        request.url = request.url.copy_with(scheme=door.scheme, host=door.host, port=door.port)
        request.headers["Host"] = f"{door.host}:{door.port}"
        return await super().handle_async_request(request)


def connect(http: httpx.AsyncClient, user: str) -> Salesforce:
    auth = JwtBearerFlow(ORG["client_id"], user, ORG["private_key"])
    return Salesforce(http, "https://acme.my.salesforce.com", auth, version="67.0")


async def all_of(sf: Salesforce, query: str, **more) -> list:
    return [record async for record in sf.query(query, **more)]


async def singles(sf: Salesforce, http: httpx.AsyncClient) -> None:
    with step("login by JWT"):
        holds((await sf.get_limits())["DailyApiRequests"]["Remaining"] > 0, "calls")
    with step("login, refused"):
        with refused(AuthenticationError, "inactive user"):
            await connect(http, USERS["gone"]).get_limits()
    with step("query, page by page"):
        came = await all_of(sf, "SELECT Id FROM Task")
        [counted] = await all_of(sf, "SELECT COUNT(Id) many FROM Task")
        same(len({record["Id"] for record in came}), counted["many"])
    with step("records"):
        made = await sf.sobject.create("Account", {"Name": "aio one"})
        same((await sf.sobject.get("Account", made, fields=["Name"]))["Name"], "aio one")
        await sf.sobject.update("Account", made, {"Phone": "1"})
        same((await sf.sobject.get("Account", made))["Phone"], "1")
        await sf.sobject.delete("Account", made)
        is_like(await all_of(sf, f"SELECT IsDeleted FROM Account WHERE Id = '{made}'", include_all_records=True), [{"IsDeleted": True}])
        with refused(SalesforceError, "REQUIRED_FIELD_MISSING"):
            await sf.sobject.create("Account", {"Phone": "1"})
    with step("upsert and get by an external id"):
        [account] = await all_of(sf, "SELECT Id FROM Account LIMIT 1")
        data = {"TrackingCode__c": "AIO-1", "Account__c": account["Id"]}
        first = await sf.sobject.upsert("Shipment__c", "AIO-1", "TrackingCode__c", data)
        again = await sf.sobject.upsert("Shipment__c", "AIO-1", "TrackingCode__c", {**data, "Carrier__c": "Two"})
        same((first.created, again.created, again.id), (True, False, first.id))
        came = await sf.sobject.get("Shipment__c", "AIO-1", external_id_field="TrackingCode__c")
        is_like(came, {"Id": first.id, "Carrier__c": "Two"})
        await sf.sobject.delete("Shipment__c", "AIO-1", external_id_field="TrackingCode__c")
    with step("200 requests at once"):
        made = await asyncio.gather(*(sf.sobject.create("Account", {"Name": f"aio many {n}"}) for n in range(100)))
        read = await asyncio.gather(*(sf.sobject.get("Account", one, fields=["Name"]) for one in made))
        same([one["Name"] for one in read], [f"aio many {n}" for n in range(100)])
        await asyncio.gather(*(sf.sobject.delete("Account", one) for one in made))
        same(await all_of(sf, "SELECT Id FROM Account WHERE Name LIKE 'aio many %'"), [])


async def together(sf: Salesforce) -> None:
    with step("composite, with references"):
        async with sf.composite(all_or_none=True, autoraise=True) as parts:
            account = parts.sobject.create("Account", {"Name": "aio composite"})
            # Its JSON writer would send what lies below the reference's text.
            contact = parts.sobject.create("Contact", {"LastName": "Ref", "AccountId": str(account.reference.id)})
            found = parts.query("SELECT Id, Account.Name FROM Contact WHERE LastName = 'Ref'")
        is_like(found.records, [{"Id": contact.id, "Account": {"Name": "aio composite"}}])
        await sf.sobject.delete("Account", account.id)
    with step("composite, all or none"):
        async with sf.composite(all_or_none=True) as parts:
            good = parts.sobject.create("Account", {"Name": "aio rolled back"})
            bad = parts.sobject.create("Account", {"Phone": "1"})
        same((good.is_success, bad.is_success), (False, False))
        same(good.response_body[0]["errorCode"], "PROCESSING_HALTED")
        same(bad.response_body[0]["errorCode"], "REQUIRED_FIELD_MISSING")
        same(await all_of(sf, "SELECT Id FROM Account WHERE Name = 'aio rolled back'"), [])
    with step("batch"):
        async with sf.composite.batch() as parts:
            made = parts.sobject.create("Account", {"Name": "aio batch"})
            found = parts.query("SELECT Id FROM Account LIMIT 2")
            bad = parts.sobject.get("Account", "001000000000000AAA")
        same((made.status_code, len(found.records), bad.status_code), (201, 2, 404))
        async with sf.composite.batch(halt_on_error=True) as parts:
            bad = parts.sobject.get("Account", "001000000000000AAA")
            halted = parts.sobject.delete("Account", made.id)
        same((bad.status_code, halted.status_code), (404, 412))
        await sf.sobject.delete("Account", made.id)
    with step("Bulk 2.0 insert, update, upsert, delete"):
        came = await sf.bulk_v2.insert("Account", ({"Name": f"aio bulk {n}", "NumberOfEmployees": n} for n in range(400)))
        same((len(came.successful_results), came.failed_results, came.unprocessed_records), (400, [], []))
        ids = [row["sf__Id"] for row in came.successful_results]
        came = await sf.bulk_v2.update("Account", ({"Id": one, "NumberOfEmployees": None, "Phone": "3"} for one in ids))
        same(len(came.successful_results), 400)
        same(len(await all_of(sf, "SELECT Id FROM Account WHERE Name LIKE 'aio bulk %' AND Phone = '3'")), 400)
        rows = [{"TrackingCode__c": f"AB-{n}", "Account__c": ids[0] if n else "001000000000000AAA"} for n in range(4)]
        came = await sf.bulk_v2.upsert("Shipment__c", rows, "TrackingCode__c")
        same((len(came.successful_results), len(came.failed_results)), (3, 1))
        came = await sf.bulk_v2.delete("Account", ({"Id": one} for one in ids))
        same(len(came.successful_results), 400)


async def main() -> None:
    async with httpx.AsyncClient(transport=ToTheDemo(), timeout=30, trust_env=False) as http:
        sf = connect(http, USERS["admin"])
        await singles(sf, http)
        await together(sf)


asyncio.run(main())
finish()
