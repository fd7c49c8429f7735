// The model of what is on its way to the server, without a page, a database and a network: the answers
// are given here, one by one.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import "./browser.js";
import { change, entriesOf } from "../../static/js/store.js";
import { Saves } from "../../static/js/saves.js";

const OWNER = "7";
const CELL = "cell:1:2";

let saves;
let shown; // what the sheet was told to draw: [target, status]
let asked; // the requests on their way: {body, headers, answer(status, json)}, the oldest first

beforeEach(async () => {
  mock.timers.enable({ apis: ["setInterval", "setTimeout", "Date"], now: 1_000_000 });
  for (const { key } of await entriesOf(null)) await change(key, () => null);
  [asked, shown] = [[], []];
  globalThis.fetch = (url, { body, headers }) =>
    new Promise((resolve, reject) => {
      const answer = (status, json) => resolve({ status, json: async () => json });
      asked.push({ url, body, headers, answer, fail: () => reject(new TypeError("no network")) });
    });
  saves = await opened();
});

afterEach(() => mock.timers.reset());

async function opened() {
  const made = new Saves(OWNER);
  await made.open("sheet", {
    title: "5А, математика",
    show: (target, status) => shown.push([target, status]),
  });
  return made;
}

// Everything that can happen before the next answer has happened.
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function put(text, { was = "", target = CELL } = {}) {
  const [, lesson, student] = target.split(":");
  const outcome = saves.put("sheet", target, () => was, text, {
    post: "/cells/",
    fields: { lesson, student },
  });
  await settled();
  return outcome;
}

// The outcome of `put` without waiting for it.
async function start(text, options) {
  const outcome = [put(text, options)];
  await settled();
  return outcome;
}

async function answer(status, json) {
  asked.shift().answer(status, json);
  await settled();
}

const unsaved = () => saves.status().unsaved.map(({ text }) => text);

test("a text is sent with what stood there, under its owner's name, and forgotten when it is saved", async () => {
  const [outcome] = await start("5", { was: "4" });
  const [{ url, body, headers }] = asked;
  assert.equal(url, "/cells/");
  assert.equal(String(body), "lesson=1&student=2&was=4&text=5");
  assert.equal(headers["X-Drawn-For"], OWNER);
  assert.equal(saves.status().isSaving, true);
  await answer(200, { text: "5" });
  assert.equal(await outcome, "saved");
  assert.equal(saves.has("sheet", CELL), false);
  assert.deepEqual(await entriesOf(OWNER), []);
  assert.deepEqual(shown.at(-1), [CELL, "saved"]);
});

test("a text that got no answer stays and is sent again by itself", async () => {
  const [outcome] = await start("5");
  asked.shift().fail();
  assert.equal(await outcome, "failed");
  assert.deepEqual(unsaved(), ["5"]);
  assert.equal(saves.status().isWaiting, true);
  const { seconds } = saves.status();
  mock.timers.tick((seconds - 1) * 1_000);
  await settled();
  assert.equal(asked.length, 0);
  mock.timers.tick(1_000);
  await settled();
  await answer(200, { text: "5" });
  assert.deepEqual(unsaved(), []);
});

test("an answer that is no JSON is no answer", async () => {
  const [outcome] = await start("5");
  asked.shift().answer(200, null);
  assert.equal(await outcome, "failed");
});

test("of texts typed in a row the newest wins, over what the server has made of the one before", async () => {
  const [first] = await start("4.5");
  const [second] = await start("3");
  assert.equal(asked.length, 1);
  await answer(200, { text: "4/5" });
  assert.equal(asked[0].body.get("was"), "4/5");
  assert.equal(asked[0].body.get("text"), "3");
  await answer(200, { text: "3" });
  assert.deepEqual([await first, await second], ["saved", "saved"]);
});

test("a text whose answer got lost is named when the next one is sent", async () => {
  const [outcome] = await start("4", { was: "5" });
  asked.shift().fail();
  await outcome;
  await start("3", { was: "5" });
  assert.equal(asked[0].body.get("was"), "5");
  assert.deepEqual(asked[0].body.getAll("sent"), ["4"]);
});

test("a contested text stays until its person decides; insisting puts it over what stands there", async () => {
  const [outcome] = await start("5", { was: "4" });
  await answer(409, { text: "3", by: "Иванова" });
  assert.equal(await outcome, "conflict");
  assert.deepEqual(unsaved(), ["5"]);
  mock.timers.tick(120_000);
  await settled();
  assert.equal(asked.length, 0);
  saves.insist("sheet", CELL);
  await settled();
  assert.equal(asked[0].body.get("was"), "3");
  assert.equal(asked[0].body.get("text"), "5");
  await answer(200, { text: "5" });
  assert.deepEqual(unsaved(), []);
});

test("a refused text stays until it is forgotten", async () => {
  const [outcome] = await start("99");
  await answer(422, { message: "Нет такой отметки." });
  assert.equal(await outcome, "error");
  assert.deepEqual(unsaved(), ["99"]);
  await saves.forget("sheet", CELL);
  assert.deepEqual(unsaved(), []);
  assert.deepEqual(shown.at(-1), [CELL, "gone"]);
});

test("who is logged out, or whose browser another person has, is told so; the text stays", async () => {
  const [outcome] = await start("5");
  await answer(401, {});
  assert.equal(await outcome, "failed");
  assert.equal(saves.ended, "session");
  saves.retry();
  await settled();
  await answer(401, { reason: "another_person" });
  assert.equal(saves.ended, "person");
  assert.deepEqual(unsaved(), ["5"]);
});

test("one lesson's texts go one after the other, of different lessons four at once", async () => {
  for (const student of [1, 2]) await start("5", { target: `cell:1:${student}` });
  assert.equal(asked.length, 1);
  for (const lesson of [2, 3, 4, 5]) await start("5", { target: `cell:${lesson}:1` });
  assert.equal(asked.length, 4);
  await answer(200, { text: "5" });
  assert.equal(asked.length, 4);
});

test("a page finds again what an earlier one could not save", async () => {
  const [outcome] = await start("5");
  asked.shift().fail();
  await outcome;
  shown = [];
  saves = await opened();
  assert.deepEqual(shown[0], [CELL, "failed"]);
  await settled();
  assert.equal(asked[0].body.get("text"), "5");
});

test("while the server is away the pauses grow, up to a minute; an answer makes them short again", async () => {
  await start("4");
  await answer(200, { text: "4" });
  const [outcome] = await start("5");
  asked.shift().fail();
  await outcome;
  const seconds = [];
  for (let round = 0; round < 7; round += 1) {
    seconds.push(saves.status().seconds);
    mock.timers.tick(saves.status().seconds * 1_000);
    await settled();
    asked.shift().fail();
    await settled();
  }
  assert.deepEqual(seconds, [1, 2, 4, 8, 16, 32, 60]);
});

test("what the page before left behind, cut off once more, waits no longer than anything else", async () => {
  await start("5");
  saves = await opened();
  await settled();
  assert.equal(asked.length, 2); // the first one went with its page
  asked.pop().fail();
  await settled();
  assert.equal(saves.status().seconds, 1);
});

// --- drafts ---

const detail = { label: "Петрова", isBrief: true };

test("what is being typed is kept from its first letter and is not yet unsaved", async () => {
  saves.draft("sheet", CELL, "", "5", detail);
  await settled();
  assert.deepEqual(unsaved(), []);
  assert.equal(saves.status().isTyping, true);
  assert.equal(saves.isTyping("sheet", CELL), true);
  const [kept] = await entriesOf(OWNER);
  assert.equal(kept.text, "5");
});

test("a draft ends when what stands there is typed again", async () => {
  saves.draft("sheet", CELL, "4", "45", detail);
  saves.draft("sheet", CELL, "4", "4 ", detail);
  await settled();
  assert.deepEqual(await entriesOf(OWNER), []);
});

test("a draft that is entered becomes its save", async () => {
  saves.draft("sheet", CELL, "", "5", detail);
  await start("5");
  assert.equal(saves.isTyping("sheet", CELL), false);
  const kept = await entriesOf(OWNER);
  assert.deepEqual(
    kept.map(({ key, text }) => [key, text]),
    [[`${OWNER}|sheet|${CELL}`, "5"]],
  );
});

test("a draft left on an earlier page comes back and counts as unsaved", async () => {
  saves.draft("sheet", CELL, "", "5", detail);
  await settled();
  const later = new Saves(OWNER);
  const drafts = await later.open("sheet", { title: "5А, математика" });
  assert.deepEqual(
    drafts.map(({ target, text }) => [target, text]),
    [[CELL, "5"]],
  );
  assert.equal(later.status().unsaved.length, 1);
});
