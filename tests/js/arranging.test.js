import assert from "node:assert/strict";
import { test } from "node:test";

import { loadsAbove, meaning, takenAbove, toBeDone, told } from "../../static/js/arranging.js";

const WORDS = {
  substitute: [
    ["замена", "замены", "замен"],
    ["замену", "замены", "замен"],
  ],
  join: [
    ["соединение", "соединения", "соединений"],
    ["соединение", "соединения", "соединений"],
  ],
  cancel: [
    ["отмена", "отмены", "отмен"],
    ["отмену", "отмены", "отмен"],
  ],
};
const button = (deeds) => toBeDone(deeds, WORDS, "Записать отсутствие");

test("the button says what it does", () => {
  const many = [...Array(6).fill("substitute"), "cancel"];
  assert.equal(button(many), "Назначить 6 замен и 1 отмену");
  assert.equal(told(many, WORDS), "6 замен, 1 отмена");
  assert.equal(
    button(["join", "substitute", "cancel", "substitute", "later"]),
    "Назначить 2 замены, 1 соединение и 1 отмену",
  );
  assert.equal(button(Array(11).fill("substitute")), "Назначить 11 замен");
  assert.equal(button(Array(21).fill("cancel")), "Назначить 21 отмену");
  assert.equal(button(["later"]), "Записать отсутствие");
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

test("who is chosen above is taken at that time, not on another day or when his lesson is over", () => {
  const lesson = (day, from, until, chosen) => ({ day, from, until, chosen });
  const own = { deed: "substitute", teacher: "5" };
  const taken = takenAbove([
    lesson("2026-11-26", "08:30", "09:10", own),
    lesson("2026-11-26", "08:40", "09:20", { deed: "join", teacher: "6" }),
    lesson("2026-11-26", "09:10", "09:50", own),
    lesson("2026-11-27", "08:30", "09:10", own),
    lesson("2026-11-26", "09:15", "09:55", {}),
  ]);
  assert.deepEqual(
    taken.map((isTaken) => isTaken("5")),
    [false, true, false, false, true],
  );
  assert.equal(taken[4]("6"), false); // who takes it with his own is free for none, whatever is chosen
});

test("keys are alike in both layouts", () => {
  assert.deepEqual(meaning("с"), { deed: "join" });
  assert.deepEqual(meaning("C"), { deed: "join" });
  assert.deepEqual(meaning("О"), { deed: "cancel" });
  assert.deepEqual(meaning("2"), { place: 1 });
  assert.deepEqual(meaning("ArrowUp"), { step: -1 });
  assert.equal(meaning("Tab"), null);
});
