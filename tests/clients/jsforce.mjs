// jsforce 3: a connection as a program of the field has it, over all of its own calls but SOAP metadata and streaming.

import { assert, assertion, finish, isLike, jwtBearer, org, packages, refused, step, users, version } from "./check.mjs";

const jsforce = packages("jsforce");
const isId = (prefix) => (value) => typeof value === "string" && value.length === 18 && value.startsWith(prefix);
const isDate = (value) => !Number.isNaN(Date.parse(value));

async function connect(user, more = {}) {
  const connection = new jsforce.Connection({ oauth2: { loginUrl: org.login_url, clientId: org.client_id }, version, ...more });
  await connection.authorize({ grant_type: jwtBearer, assertion: assertion(user) });
  return connection;
}

const conn = await connect(users.admin);
const count = async (object) => (await conn.query(`SELECT COUNT() FROM ${object}`)).totalSize;

async function identities() {
  await step("authorize with an assertion", async () => {
    isLike(conn.userInfo, { id: isId("005"), organizationId: isId("00D"), url: (url) => /^http:..127.0.0.1:\d+.id.00D\w{15}.005\w{15}$/.test(url) });
    assert.equal(conn.instanceUrl, org.instance_url);
  });
  await step("authorize, refused", async () => {
    await refused(() => connect(users.gone), "invalid_grant", "inactive user");
    const other = new jsforce.Connection({ oauth2: { loginUrl: org.login_url, clientId: org.client_id } });
    const late = assertion(users.admin, { exp: Math.floor(Date.now() / 1000) - 10 });
    await refused(() => other.authorize({ grant_type: jwtBearer, assertion: late }), "invalid_grant", "expired");
    await refused(() => other.authorize({ grant_type: "password", username: users.admin, password: "x" }), "invalid_client");
  });
  await step("login by password, over SOAP and over OAuth; logout", async () => {
    const { username, password, security_token: token } = org.users.find((user) => user.alias === "admin");
    // The SOAP login ended with version 64.0.
    const soap = new jsforce.Connection({ loginUrl: org.login_url, version: "64.0" });
    isLike(await soap.login(username, password + token), { id: conn.userInfo.id, organizationId: conn.userInfo.organizationId });
    isLike(await soap.query("SELECT Id FROM Account LIMIT 1"), { totalSize: 1 });
    const { accessToken, instanceUrl } = soap;
    await soap.logout();
    await refused(() => new jsforce.Connection({ instanceUrl, accessToken, version }).limits(), "INVALID_SESSION_ID");
    const oauth2 = { loginUrl: org.login_url, clientId: org.client_id, clientSecret: org.client_secret };
    const oauth = new jsforce.Connection({ oauth2, version });
    isLike(await oauth.login(username, password + token), { id: conn.userInfo.id });
    isLike(await oauth.query("SELECT Id FROM Account LIMIT 1"), { totalSize: 1 });
    for (const [version, error] of [["64.0", "INVALID_LOGIN"], ["67.0", "INVALID_OPERATION"]]) {
      await refused(() => new jsforce.Connection({ loginUrl: org.login_url, version }).login(username, "wrong"), error);
    }
  });
  await step("identity", async () => {
    const came = await conn.identity();
    isLike(came, { username: users.admin, user_id: conn.userInfo.id, organization_id: conn.userInfo.organizationId, active: true });
    isLike(came.urls, { rest: (url) => url.includes("{version}"), sobjects: String, query: String, feeds: String });
  });
  await step("a session that has ended is begun anew by refreshFn", async () => {
    let times = 0;
    const refreshFn = (connection, callback) => {
      times += 1;
      connect(users.admin).then((fresh) => callback(null, fresh.accessToken), callback);
    };
    const tired = new jsforce.Connection({ instanceUrl: org.instance_url, accessToken: "00D000!worn", version, refreshFn });
    const came = await Promise.all([tired.query("SELECT Id FROM Account LIMIT 1"), tired.limits()]);
    isLike(came, [{ totalSize: 1 }, { DailyApiRequests: { Max: Number } }]);
    assert.equal(times, 1, "refreshed");
  });
  await step("logout", async () => {
    const short = await connect(users.admin);
    const { accessToken } = short;
    await short.logout();
    const worn = new jsforce.Connection({ instanceUrl: org.instance_url, accessToken, version });
    await refused(() => worn.query("SELECT Id FROM Account"), "INVALID_SESSION_ID");
  });
}

async function queries() {
  await step("query, with parents and children", async () => {
    const came = await conn.query("SELECT id, name, owner.name, (SELECT lastname FROM contacts) FROM account WHERE Id IN (SELECT AccountId FROM Contact) LIMIT 5");
    isLike(came, { done: true, totalSize: 5, records: (all) => all.every((one) => one.Owner.Name && one.Contacts.records.every((child) => child.LastName)) });
  });
  await step("query, autoFetch with batchSize=200", async () => {
    const all = await conn.query("SELECT Id FROM Contact", { autoFetch: true, maxFetch: 650, headers: { "Sforce-Query-Options": "batchSize=200" } });
    assert.equal(all.records.length, Math.min(650, await count("Contact")));
    assert.equal(new Set(all.records.map((one) => one.Id)).size, all.records.length);
  });
  await step("queryMore", async () => {
    const first = await conn.query("SELECT Id FROM Contact", { headers: { "Sforce-Query-Options": "batchSize=200" } });
    isLike(first, { done: false, records: (all) => all.length === 200, nextRecordsUrl: (url) => url.includes("/query/01g") });
    const next = await conn.queryMore(first.nextRecordsUrl);
    assert.equal(next.totalSize, first.totalSize);
    assert.ok(next.records.every((one) => !first.records.some((other) => other.Id === one.Id)), "another page");
  });
  await step("query, as events", async () => {
    const seen = [];
    await new Promise((resolve, reject) => {
      conn.query("SELECT Id FROM Task LIMIT 300").on("record", (one) => seen.push(one.Id)).on("end", resolve).on("error", reject).run({ autoFetch: true });
    });
    assert.equal(seen.length, Math.min(300, await count("Task")));
  });
  await step("sobject.find with conditions, sort, include and dates", async () => {
    const since = jsforce.SfDate.LAST_N_DAYS(3650);
    const came = await conn.sobject("Account")
      .find({ $or: [{ Name: { $like: "%s%" } }, { NumberOfEmployees: { $gt: 10 } }], CreatedDate: { $gte: since } })
      .select("Id, Name, Owner.Name").sort({ Name: 1, CreatedDate: -1 }).limit(10).skip(2)
      .include("Contacts").select("Id, LastName").limit(2).end().execute();
    isLike(came, (all) => all.length === 10 && all.every((one) => one.Owner.Name));
    const names = came.map((one) => one.Name.toLowerCase());
    assert.deepEqual(names, [...names].sort(), "sorted");
  });
  await step("sobject.find *, count, findOne", async () => {
    const came = await conn.sobject("Contact").find({ LastName: { $ne: null } }, "*").limit(1);
    isLike(came, [{ Id: isId("003"), LastName: String, Email: (mail) => mail === null || mail.includes("@") }]);
    assert.equal(await conn.sobject("Account").count({ Industry: "Freight" }), (await conn.query("SELECT COUNT() FROM Account WHERE Industry = 'Freight'")).totalSize);
    isLike(await conn.sobject("Account").findOne({ Id: "001000000000000AAA" }), (none) => none === null);
  });
  await step("query, explained", async () => {
    const came = await conn.query("SELECT Id FROM Account WHERE Name = 'x'").explain();
    isLike(came, { plans: (all) => all.length > 0 && all.every((one) => one.sobjectType === "Account" && one.leadingOperationType) });
  });
  await step("query, refused", async () => {
    await refused(() => conn.query("SELECT Id FROM Nothing"), "INVALID_TYPE");
    await refused(() => conn.query("SELECT Id FRM Account"), "MALFORMED_QUERY");
    await refused(() => conn.query("SELECT Nme FROM Account"), "INVALID_FIELD", "No such column 'Nme'");
  });
  await step("search", async () => {
    const [{ Name: name }] = (await conn.query("SELECT Name FROM Account LIMIT 1")).records;
    const { searchRecords } = await conn.search(`FIND {"${name}"} IN NAME FIELDS RETURNING Account(Id, Name), Contact(Id)`);
    assert.ok(searchRecords.some((one) => one.attributes.type === "Account" && one.Name === name), JSON.stringify(searchRecords));
  });
}

async function records() {
  const account = conn.sobject("Account");
  let id;
  await step("create, retrieve, update, destroy one", async () => {
    ({ id } = await account.create({ Name: "jsforce one", NumberOfEmployees: 3 }));
    isLike(await account.retrieve(id), { Id: id, Name: "jsforce one", NumberOfEmployees: 3, CreatedDate: isDate });
    isLike(await account.update({ Id: id, NumberOfEmployees: null }), { id, success: true });
    isLike(await account.retrieve(id, { fields: ["NumberOfEmployees"] }), { NumberOfEmployees: null });
    isLike(await account.record(id).destroy(), { id, success: true });
    await refused(() => account.retrieve(id), "ENTITY_IS_DELETED");
    await refused(() => account.destroy(id), "ENTITY_IS_DELETED");
  });
  await step("create, refused", async () => {
    await refused(() => account.create({ Phone: "1" }), "REQUIRED_FIELD_MISSING");
    await refused(() => account.create({ Name: "x", Colour: "red" }), "INVALID_FIELD", "No such column 'Colour'");
    await refused(() => account.create({ Name: "x".repeat(256) }), "STRING_TOO_LONG");
  });
  let ids;
  await step("many by collections", async () => {
    const made = await account.create([{ Name: "jsforce a" }, { Phone: "no name" }, { Name: "jsforce b" }]);
    isLike(made, [{ success: true, id: isId("001") }, { success: false, errors: [{ statusCode: "REQUIRED_FIELD_MISSING", fields: ["Name"] }] }, { success: true }]);
    ids = [made[0].id, made[2].id];
    isLike(await account.retrieve([...ids, "001000000000000AAA"]), [{ Name: "jsforce a" }, { Name: "jsforce b" }, (none) => none === null]);
    isLike(await account.update(ids.map((Id) => ({ Id, Phone: "9" }))), [{ success: true }, { success: true }]);
  });
  await step("many by collections, all or none", async () => {
    const before = await count("Account");
    const made = await account.create([{ Name: "jsforce c" }, { Phone: "no name" }], { allOrNone: true });
    isLike(made, [{ success: false, errors: [{ statusCode: "ALL_OR_NONE_OPERATION_ROLLED_BACK" }] }, { success: false, errors: [{ statusCode: "REQUIRED_FIELD_MISSING" }] }]);
    assert.equal(await count("Account"), before);
  });
  await step("more than 200 at once", async () => {
    const made = await account.create(Array.from({ length: 450 }, (_, place) => ({ Name: `jsforce many ${place}` })), { allowRecursive: true });
    assert.equal(made.filter((one) => one.success).length, 450);
    const gone = await account.find({ Name: { $like: "jsforce many %" } }).destroy({ allowRecursive: true, bulkApiVersion: 2 });
    assert.equal(gone.filter((one) => one.success).length, 450);
  });
  await step("upsert by an external id", async () => {
    const shipment = conn.sobject("Shipment__c");
    const one = { TrackingCode__c: "JSF-1", Account__c: ids[0], Carrier__c: "One" };
    const first = await shipment.upsert(one, "TrackingCode__c");
    isLike(first, { success: true, created: true, id: isId("a00") });
    isLike(await shipment.upsert({ ...one, Carrier__c: "Two" }, "TrackingCode__c"), { success: true, created: false, id: first.id });
    const many = await shipment.upsert([{ ...one, Carrier__c: "Three" }, { ...one, TrackingCode__c: "JSF-2" }], "TrackingCode__c");
    isLike(many, [{ success: true, created: false, id: first.id }, { success: true, created: true }]);
    isLike(await shipment.retrieve(first.id), { Carrier__c: "Three" });
    const byCode = await conn.request(`/services/data/v${version}/sobjects/Shipment__c/TrackingCode__c/JSF-2`);
    isLike(byCode, { Id: many[1].id });
    isLike(await shipment.destroy([first.id, many[1].id]), [{ success: true }, { success: true }]);
  });
  await step("updated and deleted", async () => {
    isLike(await account.destroy(ids), [{ success: true }, { success: true }]);
    const [start, end] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 60_000)];
    isLike(await account.deleted(start, end), { deletedRecords: (all) => ids.every((one) => all.some((gone) => gone.id === one)), latestDateCovered: isDate });
    const { id: fresh } = await account.create({ Name: "jsforce fresh" });
    isLike(await account.updated(start, end), { ids: (all) => all.includes(fresh), latestDateCovered: isDate });
    await account.destroy(fresh);
  });
  await step("composite", async () => {
    const came = await conn.requestPost("/composite", {
      allOrNone: true,
      compositeRequest: [
        { method: "POST", url: `/services/data/v${version}/sobjects/Account`, referenceId: "made", body: { Name: "jsforce composite" } },
        { method: "GET", url: `/services/data/v${version}/sobjects/Account/@{made.id}?fields=Name`, referenceId: "read" },
        { method: "DELETE", url: `/services/data/v${version}/sobjects/Account/@{made.id}`, referenceId: "gone" },
      ],
    });
    isLike(came.compositeResponse, [{ httpStatusCode: 201 }, { httpStatusCode: 200, body: { Name: "jsforce composite" } }, { httpStatusCode: 204 }]);
  });
}

async function metadata() {
  await step("describe, global and cached", async () => {
    const all = await conn.describeGlobal();
    isLike(all, { maxBatchSize: 200, sobjects: (list) => ["Account", "Shipment__c", "User"].every((name) => list.some((one) => one.name === name)) });
    const one = await conn.sobject("Opportunity").describe$();
    isLike(one.fields.find((field) => field.name === "StageName"), { type: "picklist", picklistValues: (values) => values.length > 2 });
    assert.equal(conn.sobject("Opportunity").describe$$().name, "Opportunity");
    await refused(() => conn.describe("Nothing"), "NOT_FOUND");
  });
  await step("limits, with limitInfo", async () => {
    isLike(await conn.limits(), { DailyApiRequests: { Max: Number, Remaining: Number } });
    const used = conn.limitInfo.apiUsage.used;
    await conn.limits();
    isLike(conn.limitInfo, { apiUsage: { used: used + 1, limit: Number } });
  });
  await step("recent", async () => {
    isLike(await conn.recent(2), (all) => all.length === 2 && all.every((one) => one.attributes.type && one.Id));
    const { id } = await conn.sobject("Account").create({ Name: "jsforce seen" });
    await conn.sobject("Account").retrieve(id);
    isLike((await conn.sobject("Account").recent())[0], { Id: id, Name: "jsforce seen" });
    await conn.sobject("Account").destroy(id);
  });
  await step("layouts, compact layouts, approval layouts", async () => {
    const account = conn.sobject("Account");
    isLike(await account.layouts(), { layouts: (all) => all[0].detailLayoutSections.length > 0, recordTypeMappings: (all) => all.length > 0 });
    isLike(await account.compactLayouts(), { compactLayouts: (all) => all[0].fieldItems.length > 0, defaultCompactLayoutId: (id) => id === null || isId("0AH")(id) });
    isLike(await account.approvalLayouts(), { approvalLayouts: Array.isArray });
  });
  await step("list views and their results", async () => {
    const { listviews } = await conn.sobject("Account").listviews();
    assert.ok(listviews.length > 0, "list views");
    const view = conn.sobject("Account").listview(listviews[0].id);
    isLike(await view.describe(), { sobjectType: "Account", query: (soql) => soql.startsWith("SELECT"), columns: (all) => all.length > 0 });
    isLike(await view.results(), { columns: (all) => all.length > 0, records: (all) => all.every((one) => one.columns.length > 0), size: Number });
    isLike(await view.explain(), { plans: (all) => all.length > 0 });
  });
  await step("tabs, theme, quick actions", async () => {
    isLike(await conn.tabs(), (all) => all.some((one) => one.sobjectName === "Account"));
    isLike(await conn.theme(), { themeItems: (all) => all.some((one) => one.name === "Account" && one.colors.length > 0) });
    const global = await conn.quickActions();
    assert.ok(global.length > 0, "global quick actions");
    const own = await conn.sobject("Account").quickActions();
    assert.ok(own.length > 0, "quick actions of Account");
    isLike(await conn.sobject("Account").quickAction(own[0].name).describe(), { name: own[0].name, layout: (it) => it === null || typeof it === "object" });
  });
  await step("tooling", async () => {
    isLike(await conn.tooling.query("SELECT QualifiedApiName FROM EntityDefinition WHERE QualifiedApiName = 'Contact'"), { records: [{ QualifiedApiName: "Contact" }] });
    isLike(await conn.tooling.describeGlobal(), { sobjects: (all) => all.some((one) => one.name === "ApexClass") });
    isLike(await conn.tooling.sobject("ApexClass").describe(), { name: "ApexClass", fields: (all) => all.some((one) => one.name === "Body") });
    isLike(await conn.tooling.executeAnonymous("System.debug(1);"), { compiled: false, success: false, compileProblem: String });
  });
  await step("chatter", async () => {
    isLike(await conn.chatter.resource("/users/me").retrieve(), { id: conn.userInfo.id, username: users.admin });
    isLike(await conn.chatter.resource("/feeds/news/me/feed-elements").retrieve(), { elements: Array.isArray });
    const body = { messageSegments: [{ type: "Text", text: "from jsforce" }] };
    isLike(await conn.chatter.resource("/feed-elements").create({ body, feedElementType: "FeedItem", subjectId: "me" }), { body: { text: "from jsforce" } });
  });
}

async function bulk() {
  await step("bulk2, load and wait", async () => {
    conn.bulk2.pollInterval = 100;
    const input = Array.from({ length: 300 }, (_, place) => ({ Name: place === 7 ? "" : `jsforce bulk ${place}`, Phone: "a,\"b\"\nc" }));
    const came = await conn.bulk2.loadAndWaitForResults({ object: "Account", operation: "insert", input });
    isLike(came, { successfulResults: (all) => all.length === 299 && all.every((one) => one.sf__Created === "true"), unprocessedRecords: [] });
    isLike(came.failedResults, [{ sf__Error: (text) => text.includes("REQUIRED_FIELD_MISSING") }]);
    const phones = await conn.query("SELECT Phone FROM Account WHERE Name LIKE 'jsforce bulk %'", { autoFetch: true });
    assert.ok(phones.records.length === 299 && phones.records.every((one) => one.Phone === "a,\"b\"\nc"), "what went in came out");
  });
  await step("bulk2, query as a stream", async () => {
    const stream = await conn.bulk2.query("SELECT Id, Name, Owner.Name FROM Account WHERE Name LIKE 'jsforce bulk %'", { pollInterval: 100, pollTimeout: 20_000 });
    const rows = await stream.toArray();
    assert.equal(rows.length, 299);
    isLike(rows[0], { Id: isId("001"), Name: String, "Owner.Name": String });
    const gone = await conn.bulk2.loadAndWaitForResults({ object: "Account", operation: "delete", input: rows.map(({ Id }) => ({ Id })) });
    assert.equal(gone.successfulResults.length, 299);
  });
  await step("bulk2, refused and aborted", async () => {
    await refused(() => conn.bulk2.query("SELECT Nme FROM Account", { pollInterval: 100 }), "Nme");
    await refused(() => conn.bulk2.loadAndWaitForResults({ object: "Nothing", operation: "insert", input: [{ Name: "x" }] }), "INVALIDENTITY");
    const job = conn.bulk2.createJob({ object: "Account", operation: "insert" });
    isLike(await job.open(), { id: isId("750"), state: "Open", object: "Account" });
    await job.abort();
    isLike(await job.check(), { state: "Aborted" });
    await job.delete();
    await refused(() => job.check(), "NOT_FOUND");
  });
}

async function classicBulk() {
  await step("bulk 1.0, load, query and delete what a query finds", async () => {
    conn.bulk.pollInterval = 100;
    const made = await conn.bulk.load("Account", "insert", Array.from({ length: 250 }, (_, place) => ({ Name: place === 3 ? "" : `jsforce old ${place}`, Phone: "1" })));
    assert.equal(made.filter((one) => one.success).length, 249);
    isLike(made[3], { success: false, errors: (all) => all.some((text) => text.includes("REQUIRED_FIELD_MISSING")) });
    const rows = await (await conn.bulk.query("SELECT Id, Name FROM Account WHERE Name LIKE 'jsforce old %'")).toArray();
    assert.deepEqual(new Set(rows.map((one) => one.Id)), new Set(made.filter((one) => one.success).map((one) => one.id)));
    // More than 200 records go by Bulk 1.0 of their own.
    const gone = await conn.sobject("Account").find({ Name: { $like: "jsforce old %" } }).destroy();
    assert.equal(gone.filter((one) => one.success).length, 249);
  });
}

await identities();
await queries();
// Before hundreds of records are made and deleted, which leave nothing that was viewed lately.
await metadata();
await records();
await bulk();
await classicBulk();
finish();
