// What the scripts for Node share: steps that print one line each, an assertion, the way to the packages.

import assert from "node:assert/strict";
import { createSign } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

export const card = JSON.parse(readFileSync(process.env.CLIENT_CARD, "utf8"));
export const org = card.orgs[0];
export const users = Object.fromEntries(org.users.map((user) => [user.alias, user.username]));
export const version = "67.0";

/** `require` from the scratch folder. */
export const packages = createRequire(join(process.env.CLIENT_MODULES, "none.js"));

let passed = 0;
let failed = 0;
// Until all steps are through.
process.exitCode = 1;

/** One command. Whatever goes wrong in it is told, and the next one goes on. */
export async function step(name, run) {
  const begun = performance.now();
  try {
    await run();
    passed += 1;
    console.log(`ok     ${name} (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed += 1;
    // Node draws a difference below its own message.
    const told = error instanceof assert.AssertionError ? error.message.split("\n\n")[0] : `${error?.name}: ${error?.message ?? error}`;
    console.log(`FAILED ${name}: ${told.slice(0, 1500)}`);
  }
}

// Clients throw from streams, too, where no step can catch it.
process.on("uncaughtException", (error) => {
  failed += 1;
  console.log(`FAILED beside its step: ${error?.name}: ${error?.message}`);
});

/** Ends the script, with what became of its steps. */
export function finish() {
  console.log(`${passed} ok, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

/** Everything of `wanted` is in what came, which may hold more. A function is asked whether it likes the value. */
export function isLike(came, wanted, what = "it") {
  if (typeof wanted === "function") {
    assert.ok(wanted(came), `${what} is not as it should be: ${JSON.stringify(came)}`);
  } else if (Array.isArray(wanted)) {
    assert.ok(Array.isArray(came) && came.length === wanted.length, `${what}: wanted a list of ${wanted.length}, came ${JSON.stringify(came)}`);
    wanted.forEach((one, place) => isLike(came[place], one, `${what}[${place}]`));
  } else if (wanted !== null && typeof wanted === "object") {
    assert.ok(came !== null && typeof came === "object", `${what}: wanted an object, came ${JSON.stringify(came)}`);
    for (const [key, one] of Object.entries(wanted)) {
      assert.ok(key in came, `${what}: wanted ${key}, came ${Object.keys(came)}`);
      isLike(came[key], one, `${what}.${key}`);
    }
  } else {
    assert.deepEqual(came, wanted, `${what}: wanted ${JSON.stringify(wanted)}, came ${JSON.stringify(came)}`);
  }
}

/** The error that this ends with; it says all the words. */
export async function refused(run, ...words) {
  let came;
  try {
    came = await run();
  } catch (error) {
    for (const word of words) {
      assert.ok(`${error.name} ${error.errorCode} ${error.message}`.includes(word), `wanted an error that says ${word}, came ${error.name}: ${error.message}`);
    }
    return error;
  }
  throw new assert.AssertionError({ message: `wanted an error that says ${words}, came ${JSON.stringify(came)}` });
}

/** A JWT that logs this user in. */
export function assertion(user, more = {}) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { iss: org.client_id, sub: user, aud: org.login_url, exp: Math.floor(Date.now() / 1000) + 180, ...more };
  const signed = `${part({ alg: "RS256" })}.${part(claims)}`;
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(readFileSync(org.private_key), "base64url")}`;
}

export const jwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";

export { assert };
