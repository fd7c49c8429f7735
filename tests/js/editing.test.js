import assert from "node:assert/strict";
import { test } from "node:test";

import { element } from "./browser.js";
import { whyClosed } from "../../static/js/grid/editing.js";
import { meaningOf } from "../../static/js/grid/texts.js";

test("what stands there already is nothing to save", () => {
  assert.deepEqual(meaningOf(element({ was: "5" }), "5"), { meaning: "standing", before: "5" });
});

test("another text takes the place of what stands there", () => {
  assert.deepEqual(meaningOf(element({ was: "5" }), "4"), { meaning: "new", before: "5" });
  assert.deepEqual(meaningOf(element({ was: "5" }), ""), { meaning: "new", before: "5" });
});

test("a text on its way is not sent twice, and what is typed next takes its place", () => {
  const td = element({ was: "5", typed: "4", marks: ["saving"] });
  assert.deepEqual(meaningOf(td, "4"), { meaning: "sent", before: "4" });
  assert.deepEqual(meaningOf(td, "3"), { meaning: "new", before: "4" });
});

test("typing back what stood there before a text that is on its way is new", () => {
  const td = element({ was: "5", typed: "4", marks: ["failed"] });
  assert.deepEqual(meaningOf(td, "5"), { meaning: "new", before: "4" });
});

test("a refused text is not on its way: what stands there counts", () => {
  const td = element({ was: "5", typed: "99", marks: ["error"] });
  assert.deepEqual(meaningOf(td, "99"), { meaning: "new", before: "5" });
  assert.deepEqual(meaningOf(td, "5"), { meaning: "standing", before: "5" });
});

test("a closed cell says why: the lock's word, the lesson's state, else that one may only look", () => {
  const head = (...marks) => element({ marks }).classList;
  assert.equal(whyClosed("Период закрыт.", head("cancelled")), "Период закрыт.");
  assert.match(whyClosed(undefined, head("cancelled")), /Урок отменён/);
  assert.match(whyClosed(undefined, head("future")), /ещё не прошёл/);
  assert.match(whyClosed(undefined, head()), /только смотреть/);
});
