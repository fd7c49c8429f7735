import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Undo } from "../../static/js/grid/undo.js";

let sent, undo;

beforeEach(() => {
  sent = [];
  undo = new Undo(async (target, was, text) => sent.push([target, was, text]));
});

test("what changes nothing is no deed", () => {
  undo.record([{ target: "a", before: "5", after: "5" }]);
  assert.equal(undo.done.length, 0);
});

test("a deed is taken back from its last change on, and done again from its first", async () => {
  undo.record([
    { target: "a", before: "", after: "5" },
    { target: "b", before: "3", after: "4" },
  ]);
  await undo.undo();
  assert.deepEqual(sent.splice(0), [
    ["b", "4", "3"],
    ["a", "5", ""],
  ]);
  await undo.redo();
  assert.deepEqual(sent, [
    ["a", "", "5"],
    ["b", "3", "4"],
  ]);
});

test("after a new deed nothing is left to be done again", async () => {
  undo.record([{ target: "a", before: "", after: "5" }]);
  await undo.undo();
  undo.record([{ target: "a", before: "", after: "4" }]);
  assert.equal(undo.undone.length, 0);
});

test("a text stands as the server has written it", async () => {
  undo.record([{ target: "a", before: "", after: "4.5" }]);
  undo.wrote("a", "4.5", "4/5");
  undo.wrote("b", "4/5", "2");
  await undo.undo();
  assert.deepEqual(sent, [["a", "4/5", ""]]);
});

test("what the server did besides goes back last, and only once", async () => {
  undo.record([{ target: "cell", before: "", after: "н" }]);
  undo.also("cell", "attendance", "", "все");
  undo.also("cell", "attendance", "", "все");
  await undo.undo();
  assert.deepEqual(sent, [
    ["cell", "н", ""],
    ["attendance", "все", ""],
  ]);
});
