// What each request of Salesforce's collection is filled with, and what it is to be answered with.
//
// A key of `wanted` is a request's folder and name, or a folder with a slash behind it. Nothing told: 200 and JSON.

import { org } from "./check.mjs";

const notServed = (why) => ({ status: 404, why });
/** Asked as nobody would, or of something that is not there: 400. */
const refused = (why) => ({ status: 400, why });
const sObjects = "sobjects/<SOBJECT_API_NAME>";

/** Values for `<ANGLES>`, from the org. */
export async function fillings(token, version) {
  const ask = async (path, body, method = body ? "POST" : "GET") => {
    const headers = { Authorization: `Bearer ${token.access_token}`, "Content-Type": "application/json" };
    const answer = await fetch(`${token.instance_url}/services/data/v${version}/${path}`, { method, headers, body: body && JSON.stringify(body) });
    return answer.ok ? answer.json() : {};
  };
  const first = async (soql) => (await ask(`query?q=${encodeURIComponent(`${soql} LIMIT 1`)}`)).records?.[0]?.Id;
  const make = async () => (await ask("sobjects/Account", { Name: "newman" })).id;
  const views = (await ask("sobjects/Account/listviews")).listviews ?? [];
  const describe = await ask("sobjects/Account/describe");
  const [apps, groups] = [await ask("ui-api/apps"), await ask("chatter/groups")];
  const jobs = [await ask("jobs/query", { operation: "query", query: "SELECT Id FROM Account LIMIT 1" }), await ask("jobs/ingest", { object: "Account", operation: "insert" })];
  await ask(`jobs/ingest/${jobs[1].id}`, { state: "Aborted" }, "PATCH");
  const record = await first("SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact)");
  return {
    SOBJECT_API_NAME: "Account", SOBJECT_API_NAMES: "Account", RECORD_ID: record, RECORD_IDS: record, SFDC_ID: record,
    GONE_1: await make(), GONE_2: await make(), GONE_3: await make(),
    SANDBOX_INFO_ID: (await ask(`tooling/query?q=${encodeURIComponent("SELECT Id FROM SandboxInfo")}`)).records?.[0]?.Id,
    QUERY_JOB: jobs[0].id, INGEST_JOB: jobs[1].id,
    RELATED_LIST_RECORD_IDS: await first("SELECT Id FROM Contact"),
    USER_ID: await first("SELECT Id FROM User"), USER1_ID: await first("SELECT Id FROM User"), ID: await first("SELECT Id FROM User"),
    LIST_VIEW_ID: views[0]?.id, LIST_VIEW_IDS: views[0]?.id, QUERY_LOCATOR: views[0]?.id, LIST_VIEW_API_NAME: views[0]?.developerName,
    RECORD_TYPE_ID: describe.recordTypeInfos?.find((one) => one.master)?.recordTypeId,
    FIELD_API_NAME: "Industry", TARGET_API_NAME: "User", RELATIONSHIP_NAME: "Contacts", RELATIONSHIP_FIELD_NAME: "Owner",
    FIELD_NAME: "TrackingCode__c", FIELD_VALUE: "NEWMAN-1", RELATED_LIST_IDS: "Contacts", APP_ID: apps.apps?.[0]?.appId,
    GROUP_ID: groups.groups?.[0]?.id ?? "0F9000000000000AAA", FEED_ELEMENT_ID: "{{_feedElement}}", COMMENT_ID: "{{_comment}}",
    LAYOUT_NAME: "UserAlt", BLOB_FIELD: "Body", FAVORITE_ID: "{{_favorite}}",
    SUBSCRIPTION_ID: "{{_subscription}}",
    START: new Date(Date.now() - 86_400_000).toISOString(), END: new Date(Date.now() + 60_000).toISOString(),
    RECORD_GROUP_ID: record, USER_GROUP_RECORD_ID: "me",
  };
}

/** Addresses that need more than a filling, behind the version. */
export const paths = {
  "Bulk v2/Query/Create job Query": "jobs/query",
  "Bulk v2/Query/Delete Job Query": "jobs/query/<QUERY_JOB>",
  "Bulk v2/Delete Job": "jobs/ingest/<INGEST_JOB>",
  "Composite/SObject Collections Retrieve": "composite/sobjects/Account?ids=<RECORD_ID>&fields=Id,Name",
  "Composite/SObject Collections Update": "composite/sobjects",
  "Composite/SObject Collections Delete": "composite/sobjects?ids=<GONE_1>&allOrNone=false",
  "REST/SObject Get Deleted": `${sObjects}/deleted/?start=<START>&end=<END>`,
  "REST/SObject Get Updated": `${sObjects}/updated/?start=<START>&end=<END>`,
  "Connect (Chatter)/Feed Elements Resource/Feed Element - Delete": "chatter/feed-elements/{{_otherElement}}",
  "REST/SObject Named Layouts": "sobjects/User/describe/namedLayouts/<LAYOUT_NAME>",
  "REST/SObject Rows Delete": `${sObjects}/<GONE_2>`,
  "REST/SObject Rows by External ID": "sobjects/Shipment__c/<FIELD_NAME>/<FIELD_VALUE>",
  "REST/SObject CompactLayouts": `${sObjects}/describe/compactLayouts`,
  "REST/Search": "search?q=FIND {Harbour} RETURNING Account(Id, Name)",
  "REST/Search Result Layouts": "search/layout/?q=Account,Contact",
  "REST/Parameterized Search": "parameterizedSearch/?q=Harbour&sobject=Account",
  "REST/Record Count": "limits/recordCount?sObjects=Account,Contact",
  "REST/Search Suggested Article Title Matches": "search/suggestTitleMatches?q=har&publishStatus=Online&language=en_US",
  "REST/Search Suggested Queries": "search/suggestSearchQueries?q=har&language=en_US",
  "REST/Search for Records Suggested by Autocomplete and Instant Results": "search/suggestions?q=har&sobject=Account",
  "Tooling/Tooling Query": "tooling/query/?q=SELECT QualifiedApiName FROM EntityDefinition LIMIT 3",
  "Tooling/Tooling Search": "tooling/search?q=FIND {ab*} RETURNING ApexClass(Id)",
  "Tooling/Tooling Completion": "tooling/completions?type=apex",
  "Tooling/Get Tooling Metadata SObject": "tooling/sobjects/ApexClass",
  "Tooling/Get Tooling Describe SObject": "tooling/sobjects/ApexClass/describe",
  "UI/Records/Get a Record": "ui-api/records/<RECORD_ID>?fields=Account.Name,Account.Owner.Name",
  "UI/Records/Delete a Record": "ui-api/records/<GONE_3>",
  "UI/Records/Get Default Values to Create a Record": "ui-api/record-defaults/create/Account",
  "UI/Records/Get Lookup Field Suggestions": "ui-api/lookups/Account/OwnerId?q=a",
  "UI/Records/Get Lookup Field Suggestions for a Specified Object": "ui-api/lookups/Account/OwnerId/User?q=a",
};

const post = (text) => ({ body: { messageSegments: [{ type: "Text", text }] }, feedElementType: "FeedItem", subjectId: "me" });
const one = { attributes: { type: "Account" }, Name: "newman" };
const data = (path) => `/services/data/v67.0/${path}`;

/** Bodies in place of templates. */
export const bodies = {
  "Bulk v1/Bulk Create Batch": "Name\nnewman batch\n",
  "Bulk v2/Query/Create job Query": { operation: "query", query: "SELECT Id, Name FROM Account", contentType: "CSV" },
  "Bulk v2/Create job": { object: "Account", operation: "insert", contentType: "CSV", lineEnding: "LF" },
  "Bulk v2/Upload Job Data": "Name\nnewman bulk\n",
  "Composite/Composite": { allOrNone: true, compositeRequest: [
    { method: "POST", url: data("sobjects/Account"), referenceId: "made", body: { Name: "newman" } },
    { method: "DELETE", url: data("sobjects/Account/@{made.id}"), referenceId: "gone" }] },
  "Composite/Composite Graph": { graphs: [{ graphId: "1", compositeRequest: [
    { method: "POST", url: data("sobjects/Account"), referenceId: "made", body: { Name: "newman" } },
    { method: "POST", url: data("sobjects/Contact"), referenceId: "child", body: { LastName: "Graph", AccountId: "@{made.id}" } }] }] },
  "Composite/Batch": { batchRequests: [{ method: "GET", url: "v67.0/limits" }, { method: "GET", url: "v67.0/sobjects/Account/<RECORD_ID>?fields=Name" }] },
  "Composite/SObject Tree": { records: [{ attributes: { type: "Account", referenceId: "one" }, Name: "newman tree",
    Contacts: { records: [{ attributes: { type: "Contact", referenceId: "two" }, LastName: "Leaf" }] } }] },
  "Composite/SObject Collections Create": { allOrNone: false, records: [one, one] },
  "Composite/SObject Collections Update": { allOrNone: false, records: [{ ...one, id: "<RECORD_ID>", Name: "newman changed" }] },
  "Connect (Chatter)/Feed Elements Resource/Feed Elements, Post and Search": post("from newman"),
  "Connect (Chatter)/Feed Elements Resource/Feed Elements, Batch Post": { inputs: [{ richInput: post("one") }, { richInput: post("two") }] },
  "REST/SObject Rows Update": { Phone: "5" },
  "UI/Records/Create a Record": { apiName: "Account", fields: { Name: "newman ui" } },
  "UI/Records/Update a Record": { fields: { Phone: "6" } },
  "UI/Apps/Update Personalized Navigation Items": { navItems: [{ pageReference: { type: "standard__objectPage", attributes: { objectApiName: "Account", actionName: "home" }, state: {} } }] },
  "UI/Favorites/Update a Batch of Favorites": { favorites: [{ id: "{{_favorite}}", name: "Q4 Perf" }] },
  "UI/Favorites/Create a Favorite": { name: "Harbour", target: "<RECORD_ID>", targetType: "Record" },
};

/** Variables that are taken from an answer, for the requests behind it. */
export const keeps = {
  "Bulk v2/Query/Create job Query": { _jobId: ".id" },
  "Connect (Chatter)/Feed Elements Resource/Feed Elements, Post and Search": { _feedElement: ".id" },
  "Connect (Chatter)/Feed Elements Resource/Feed Elements, Batch Post": { _otherElement: ".results[0].result.id" },
  "Connect (Chatter)/Feed Elements Resource/Feed Elements Capability, Comments Items": { _comment: ".id" },
  "Connect (Chatter)/User Resources/Following - POST": { _subscription: ".id" },
  "UI/Favorites/Create a Favorite": { _favorite: ".id" },
};

const idOf = (prefix) => (value) => typeof value === "string" && value.startsWith(prefix);
const some = (value) => Array.isArray(value) && value.length > 0;
const list = (value) => Array.isArray(value);
const token = { access_token: idOf("00D"), instance_url: org.instance_url, id: String, token_type: "Bearer" };

const absent = "no object of this name in this org";
const knowledge = "Knowledge is not switched on";

/** What comes. */
export const wanted = {
  "Auth/JWT Bearer Token Flow": { like: token },
  "Auth/User Agent Flow": { text: "<html", why: "a page for people" },
  "Auth/Web Server Flow 1": { text: "<html", why: "a page for people" },
  "Auth/Web Server Flow 2": { status: 400, why: "no browser to be sent through" },
  "Auth/OAuth Username Password": { like: { ...token, issued_at: String, signature: String } },
  "Auth/Asset Token Flow": { status: 400, why: "no assets" },
  "Auth/Refresh Token": { status: 400, why: "the JWT bearer flow gives no refresh token" },
  "Auth/Revoke Token": { text: "" },
  "Auth/OpenID Connect Discovery Endpoint": { like: { issuer: String, token_endpoint: String, jwks_uri: String } },
  "Auth/Authentication Configuration Endpoint": { like: { OrganizationId: idOf("00D") } },
  "Auth/OpenID Connect Dynamic Client Registration Endpoint": { status: 404, text: "", why: "apps are the demo's own" },
  "Auth/User Info": { like: { user_id: idOf("005"), organization_id: idOf("00D"), active: true } },
  "Auth/OpenID Connect Token Introspection Endpoint": { like: { active: true, client_id: org.client_id } },
  "Auth/SOAP Login": { status: 500, text: "INVALID_OPERATION", why: "the SOAP login ended with version 64.0" },
  "Auth/Salesforce Keys": { like: { keys: list } },
  "Auth/ID Token": { like: { user_id: idOf("005"), urls: Object } },
  "Async Query/": notServed("big objects, and the resource was retired"),
  "Bulk v1/Bulk Create Job": { like: { id: idOf("750"), state: "Open" } },
  "Bulk v2/Query/Create job Query": { like: { id: idOf("750"), state: "UploadComplete", operation: "query" } },
  "Bulk v1/Bulk Spec": notServed("columns are not mapped"),
  "Bulk v1/Bulk Create Batch": { text: "<batchInfo" },
  "Bulk v1/Bulk Check Batch Status": { text: "<batchInfoList" },
  "Bulk v1/Bulk Retrieve Batch Result": { text: "\"Id\",\"Success\"" },
  "Bulk v2/Query/Abort a Job Query": refused("it is complete by then"),
  "Bulk v2/Query/Delete Job Query": { status: 204 },
  "Bulk v2/Query/Get Job Query Result": { text: "\"Id\",\"Name\"" },
  "Bulk v2/Create job": { like: { id: idOf("750"), state: "Open", object: "Account" } },
  "Bulk v2/Upload Job Data": { status: 201, text: "" },
  "Bulk v2/Close or Abort a Job": { like: { state: "UploadComplete" } },
  "Bulk v2/Delete Job": { status: 204 },
  "Bulk v2/Get Job Successful Record Results": { text: "sf__Id" },
  "Bulk v2/Get Job Failed Record Results": { text: "sf__Error" },
  "Bulk v2/Get Job Unprocessed Record Results": { text: "Name" },
  "Composite/Composite": { like: { compositeResponse: [{ httpStatusCode: 201 }, { httpStatusCode: 204 }] } },
  "Composite/Composite Graph": { like: { graphs: [{ isSuccessful: true }] } },
  "Composite/Batch": { like: { hasErrors: false, results: [{ statusCode: 200 }, { statusCode: 200 }] } },
  "Composite/SObject Tree": { status: 201, like: { hasErrors: false, results: [{ referenceId: "one" }, { referenceId: "two" }] } },
  "Composite/SObject Collections Create": { like: [{ success: true }, { success: true }] },
  "Composite/SObject Collections Retrieve": { like: [{ Id: idOf("001") }] },
  "Composite/SObject Collections Update": { like: [{ success: true }] },
  "Composite/SObject Collections Delete": { like: [{ success: true }] },
  "Connect (Chatter)/User Resources/User Photo": { status: 405, why: "photos are drawn, not uploaded" },
  "Connect (Chatter)/User Resources/User Messages, General": notServed("no private messages"),
  "Connect (Chatter)/User Resources/Following - POST": { status: 201, like: { id: idOf("0E8") } },
  "Connect (Chatter)/Files Connect Repository Resources/Users Files, General": { status: 405, why: "no files" },
  "Connect (Chatter)/Files Connect Repository Resources/": notServed("no files"),
  "Connect (Chatter)/Files Connect Repository Resources/File Information - Delete": { status: 405, why: "no files" },
  "Connect (Chatter)/File Resources/File Shares": notServed("no files"),
  "Connect (Chatter)/File Resources/Files Shares Link": { status: 405, why: "no files" },
  "Connect (Chatter)/Feeds Resources/": { like: { elements: list } },
  "Connect (Chatter)/Feed Elements Resource/Feed Elements, Post and Search": { status: 201, like: { id: idOf("0D5") } },
  "Connect (Chatter)/Feed Elements Resource/Feed Elements, Batch Post": { status: 201, like: { hasErrors: false } },
  "Connect (Chatter)/Feed Elements Resource/Feed Element - Delete": { status: 204 },
  "Connect (Chatter)/Feed Elements Resource/Feed Elements Capability, Comments Items": { status: 201, like: { id: idOf("0D7") } },
  "Connect (Chatter)/Comments Resource/Comment - Delete": { status: 204 },
  "Connect (Chatter)/Groups Resources/List of Groups": { like: { groups: some } },
  "Connect (Chatter)/Groups Resources/List of Groups - POST": { status: 201, like: { id: idOf("0F9") } },
  "Connect (Chatter)/Groups Resources/Group Invites": { status: 405, why: "no invitations by mail" },
  "Connect (Chatter)/Groups Resources/Group Members": { status: 201, like: { id: idOf("0FB") } },
  "Connect (Chatter)/Groups Resources/Group Members—Private - POST": { status: 405, why: "no requests to join" },
  "Connect (Chatter)/Groups Resources/Group Membership Requests—Private": { status: 405, why: "no requests to join" },
  "Connect (Chatter)/Subscriptions Resource - DELETE": { status: 204 },
  "CPQ/": { status: 404, text: "", why: "Apex of a managed package" },
  "Metadata/": { status: 500, text: "Fault>", why: "the Metadata API" },
  "REST/Versions": { like: some },
  "REST/Resources by Version": { like: { sobjects: String, query: String, identity: String } },
  "REST/Limit": { like: { DailyApiRequests: { Max: Number } } },
  "REST/Describe Global": { like: { sobjects: some, maxBatchSize: 200 } },
  "REST/SObject Basic Information": { like: { objectDescribe: { name: "Account" }, recentItems: list } },
  "REST/SObject Describe": { like: { name: "Account", fields: some } },
  "REST/SObject Create": { status: 201, like: { success: true, errors: [] } },
  "REST/SObject Rows": { like: { Id: idOf("001"), attributes: { type: "Account" } } },
  "REST/SObject Rows Update": { status: 204 },
  "REST/SObject Rows Delete": { status: 204 },
  "REST/SObject Rows by External ID": notServed("no record of this tracking code"),
  "REST/SObject Blob Retrieve": notServed("Account has no blob"),
  "REST/SObject ApprovalLayouts": notServed("no approval process of this name"),
  "REST/SObject PlatformAction": notServed(absent),
  "REST/SObject Rich Text Image Retrieve": notServed("Account has no rich text"),
  "REST/SObject Suggested Articles": notServed(knowledge),
  "REST/SObject Self Service User Password": notServed(absent),
  "REST/Platform Event Schema by Event Name": notServed("no platform events"),
  "REST/Platform Event Schema by Schema ID": notServed("no platform events"),
  "REST/Consent": notServed("the consent API"),
  "REST/Embedded Service Configuration Describe": notServed("no embedded service"),
  "REST/Data Category Groups": notServed(knowledge),
  "REST/Data Category Detail": notServed(knowledge),
  "REST/Articles List": notServed(knowledge),
  "REST/Articles Details": notServed(knowledge),
  "REST/Process Approvals Submit": { status: 405, why: "no approval processes" },
  "REST/Product Schedules": notServed("products have no schedules"),
  "REST/Retrieve Knowledge Language Settings": notServed(knowledge),
  "REST/Lightning Toggle Metrics": notServed(absent),
  "REST/Lightning Usage by App Type": notServed(absent),
  "REST/Lightning Usage by Browser": notServed(absent),
  "REST/Lightning Usage by Page": notServed(absent),
  "REST/Lightning Usage by FlexiPage": notServed(absent),
  "REST/Lightning Exit by Page Metrics": notServed(absent),
  "REST/Scheduling": notServed("Lightning Scheduler"),
  "REST/Get Appointment Slots": notServed("Lightning Scheduler"),
  "REST/Get Appointment Candidates": notServed("Lightning Scheduler"),
  "REST/Search Suggested Article Title Matches": notServed(knowledge),
  "REST/Search Suggested Queries": { like: { autoSuggestResults: list, hasMoreResults: false } },
  "UI/Records/Create a Record": { status: 201, like: { apiName: "Account", id: idOf("001") } },
  "UI/Records/Delete a Record": { status: 204 },
  "UI/Favorites/Create a Favorite": { status: 201, like: { name: "Harbour", id: idOf("0MV") } },
  "UI/Favorites/Update a Favorite": { like: { name: "Red Accounts" } },
  "UI/Favorites/Delete a Favorite": { status: 204 },
  "UI/Favorites/Update Usage of a Favorite": refused("it is gone by then, and the template has no body"),
  "UI/Apps/Update Personalized Navigation Items": { like: { navItems: list } },
  "UI/Get Active Theme": { like: { brandColor: String } },
  "REST/Query": { like: { done: true, records: some } },
  "REST/QueryAll": { like: { done: true, records: some } },
  "REST/Search": { like: { searchRecords: list } },
  "Tooling/Sandbox/Create/Clone Sandbox": { status: 201, like: { success: true } },
  "Tooling/Sandbox/Refresh Sandbox": { status: 204 },
  "Tooling/Sandbox/Delete Sandbox": { status: 204 },
  "Tooling/Sandbox/List Sandboxes": { like: { records: [{ SandboxName: "uat" }] } },
  "Tooling/Tooling Completion": { like: { publicDeclarations: { System: Object } } },
  "Tooling/Tooling ExecuteAnonymous": { like: { compiled: false, success: false, compileProblem: String } },
  "Tooling/Tooling Run Tests Async": refused("no Apex"),
  "Tooling/Tooling Run Tests Sync": refused("no Apex"),
  "Tooling/Post Tooling SObject": notServed("Account is no object of the Tooling API"),
  "Tooling/Access Records": notServed("the template names no object"),
  "REST/Record Count": { like: { sObjects: [{ name: "Account" }, { name: "Contact" }] } },
};
