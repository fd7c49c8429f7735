import assert from "node:assert/strict";
import { test } from "node:test";

import { loadsAbove, meaning, toBeDone, told } from "../../static/js/arranging.js";

test("the button says what it does", () => {
  const many = [...Array(6).fill("substitute"), "cancel"];
  assert.equal(toBeDone(many), "Назначить 6 замен и 1 отмену");
  assert.equal(told(many), "6 замен, 1 отмена");
  assert.equal(
    toBeDone(["join", "substitute", "cancel", "substitute", "later"]),
    "Назначить 2 замены, 1 соединение и 1 отмену",
  );
  assert.equal(toBeDone(Array(11).fill("substitute")), "Назначить 11 замен");
  assert.equal(toBeDone(Array(21).fill("cancel")), "Назначить 21 отмену");
  assert.equal(toBeDone(["later"]), "Записать отсутствие");
});

test("a load counts the choices above it, of the same week alone", () => {
  const lesson = (week, deed, teacher) => ({ week, chosen: { deed, teacher } });
  const above = loadsAbove([
    lesson("2026-11-23", "substitute", "5"),
    lesson("2026-11-23", "join", "6"),
    lesson("2026-11-23", "substitute", "5"),
    lesson("2026-11-30", "substitute", "5"),
  ]);
  assert.deepEqual(
    above.map((more) => more("5")),
    [0, 1, 1, 0],
  );
  assert.equal(above[2]("6"), 0); // what is taken together is one hour
});

test("keys are alike in both layouts", () => {
  assert.deepEqual(meaning("с"), { deed: "join" });
  assert.deepEqual(meaning("C"), { deed: "join" });
  assert.deepEqual(meaning("О"), { deed: "cancel" });
  assert.deepEqual(meaning("2"), { place: 1 });
  assert.deepEqual(meaning("ArrowUp"), { step: -1 });
  assert.equal(meaning("Tab"), null);
});
