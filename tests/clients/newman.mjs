// newman: all requests of Salesforce's own Postman collection, in their order, against what newman_wanted.mjs tells.
//
// The collection is read where it lies and never copied. Its requests are templates: what stands in `<ANGLES>` is
// filled with what this org has, and so is a body that only names its types.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assert, assertion, finish, isLike, jwtBearer, org, packages, step, users, version } from "./check.mjs";
import { bodies, fillings, keeps, paths, wanted } from "./newman_wanted.mjs";

const newman = packages("newman");
const file = join(process.env.CLIENT_PROJECT, "../shared/data/postman/postman-salesforce-platform-apis.json");
if (!existsSync(file)) {
  console.log("NOT RUN, newman: Salesforce's collection is not there");
  process.exit(0);
}

async function logIn(user) {
  const body = new URLSearchParams({ grant_type: jwtBearer, assertion: assertion(user) });
  return (await fetch(`${org.login_url}/services/oauth2/token`, { method: "POST", body })).json();
}

/** Every request with its folder, `Auth/User Info`. */
function requestsOf(items, folder = "") {
  return items.flatMap((item) => (item.item ? requestsOf(item.item, `${folder}${item.name}/`) : [{ name: folder + item.name, item }]));
}

function filled(text, values) {
  return text.replace(/<([A-Z0-9_]+)>/g, (whole, name) => values[name] ?? whole);
}

/** A request as this org can be asked it. */
function prepare({ name, item }, values, order) {
  const { request } = item;
  const url = paths[name] ? `{{_endpoint}}/services/data/v{{version}}/${paths[name]}` : request.url.raw;
  request.url = filled(url.trim(), values);
  const body = bodies[name];
  if (body !== undefined) {
    const raw = typeof body === "string" ? body : JSON.stringify(body);
    request.body = { mode: "raw", raw: filled(raw, values) };
  } else if (request.body?.mode === "raw") {
    request.body.raw = filled(request.body.raw, values);
  }
  const typed = request.header.some(({ key }) => key.toLowerCase() === "content-type");
  if (request.body?.mode === "raw" && !typed) {
    // Postman's window has a list for it, which the file does not keep.
    request.header.push({ key: "Content-Type", value: "application/json" });
  }
  if (name === "Auth/JWT Bearer Token Flow") {
    request.body.urlencoded.find((field) => field.key === "assertion").value = assertion(users.admin);
  }
  if (name === "Auth/Revoke Token") {
    request.body.urlencoded.find((field) => field.key === "token").value = "{{_spare}}";
  }
  // The collection's own scripts take what a good answer holds, and put nothing into the variables after a refusal.
  const scripts = wantedOf(name).status < 300 ? (item.event ?? []) : [];
  const keep = Object.entries(keeps[name] ?? {}).map(([variable, path]) => `pm.environment.set("${variable}", pm.response.json()${path});`);
  item.event = [...scripts, { listen: "test", script: { exec: keep } }];
  item.name = `${order} ${name}`;
  return item;
}

/** What this request is to be answered with: by its own name, else by its folder's, else a good answer. */
function wantedOf(name) {
  const folders = name.split("/").map((_, at, parts) => `${parts.slice(0, at).join("/")}/`).reverse();
  const own = [name, ...folders].find((key) => key in wanted);
  return { status: 200, ...(own ? wanted[own] : {}) };
}

function judge(name, status, type, text) {
  const want = wantedOf(name);
  assert.equal(status, want.status, `wanted ${want.status}${want.why ? ` (${want.why})` : ""}, came ${status}: ${text.slice(0, 300)}`);
  if (want.text !== undefined) {
    assert.ok(text.includes(want.text), `wanted ${want.text}, came ${text.slice(0, 300)}`);
  }
  const json = type.includes("json") && text ? JSON.parse(text) : undefined;
  if (want.like) {
    isLike(json, want.like);
  } else if (status >= 400 && want.text === undefined) {
    const error = Array.isArray(json) ? json[0]?.errorCode : json?.error;
    assert.ok(error, `wanted an error of Salesforce's shape, came ${text.slice(0, 300)}`);
  } else if (status === 200 && want.text === undefined) {
    assert.ok(json !== undefined, `wanted JSON, came ${type}: ${text.slice(0, 100)}`);
  }
}

const collection = JSON.parse(readFileSync(file, "utf8"));
const token = await logIn(users.admin);
const admin = org.users.find((user) => user.alias === "admin");
const values = await fillings(token, version);
const requests = requestsOf(collection.item);
const names = new Map(requests.map(({ name }, at) => [`${at + 1} ${name}`, name]));
const unknown = [...Object.keys(bodies), ...Object.keys(paths), ...Object.keys(keeps), ...Object.keys(wanted)]
  .filter((key) => !requests.some(({ name }) => name === key || (key.endsWith("/") && name.startsWith(key))));
assert.deepEqual(unknown, [], "what is told of is in the collection");

const environment = {
  url: org.login_url, version, username: admin.username, password: admin.password ?? "", secretToken: admin.security_token ?? "",
  clientId: org.client_id, clientSecret: org.client_secret ?? "", redirectUrl: "http://localhost/", site: "",
  _accessToken: token.access_token, _endpoint: token.instance_url, _orgId: token.id.split("/").at(-2), _userId: token.id.split("/").at(-1),
  // For the request that makes its token worthless.
  _spare: (await logIn(users.admin)).access_token,
};
const run = {
  collection: { ...collection, item: requests.map((one, at) => prepare(one, values, at + 1)) },
  environment: { name: "demo", values: Object.entries(environment).map(([key, value]) => ({ key, value })) },
  timeoutRequest: 20_000,
};
const answers = new Map();
await new Promise((resolve, reject) => {
  newman.run(run, (error) => (error ? reject(error) : resolve()))
    .on("request", (error, { item, response }) => answers.set(item.name, error ? { error } : { response }));
});
for (const [key, name] of names) {
  await step(key, () => {
    const { error, response } = answers.get(key) ?? { error: new Error("it was not sent") };
    if (error) {
      throw error;
    }
    judge(name, response.code, response.headers.get("content-type") ?? "", response.text());
  });
}
const good = [...names.values()].filter((name) => wantedOf(name).status < 300).length;
console.log(`${names.size} requests: ${good} wanted as an org answers them, ${names.size - good} refused for a reason told in newman_wanted.mjs`);
finish();
