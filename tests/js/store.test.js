// The store where the browser gives it no database: the page's memory. The database itself is tried in
// a browser (tests/browser/test_kept.py).

import assert from "node:assert/strict";
import { test } from "node:test";

import "./browser.js";
import { change, entriesOf, replace } from "../../static/js/store.js";

const entry = (key, of = {}) => ({ key, owner: "7", text: "5", at: 1, ...of });

test("what is decided about an entry is what stands then", async () => {
  assert.equal(await change("a", () => undefined), undefined);
  assert.deepEqual(await change("a", () => entry("a")), entry("a"));
  const kept = await change("a", (present) => ({ ...present, text: "4" }));
  assert.equal(kept.text, "4");
  assert.equal((await change("a", () => undefined)).text, "4");
  assert.equal(await change("a", () => null), undefined);
  assert.deepEqual(await entriesOf("7"), []);
});

test("each owner's entries are told apart, the first typed first", async () => {
  await change("later", () => entry("later", { at: 2 }));
  await change("another's", () => entry("another's", { owner: "8", at: 3 }));
  await change("first", () => entry("first", { at: 1 }));
  const keys = async (owner) => (await entriesOf(owner)).map(({ key }) => key);
  assert.deepEqual(await keys("7"), ["first", "later"]);
  assert.deepEqual(await keys(null), ["first", "later", "another's"]);
});

test("a draft becomes a save in one step", async () => {
  await change("~cell", () => entry("~cell", { owner: "9", draft: true }));
  await replace("~cell", entry("cell", { owner: "9" }));
  assert.deepEqual(await entriesOf("9"), [entry("cell", { owner: "9" })]);
});
