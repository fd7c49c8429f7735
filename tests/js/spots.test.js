import assert from "node:assert/strict";
import { test } from "node:test";

import { inReach, inverse, named, stepped, STEPS, told } from "../../static/js/timetable/spots.js";

const size = { bands: 7, columns: 5 };

test("an arrow carries to the next place and stops at the edge", () => {
  assert.deepEqual(stepped({ band: 2, column: 2 }, STEPS.ArrowRight, size), { band: 2, column: 3 });
  assert.deepEqual(stepped({ band: 0, column: 0 }, STEPS.ArrowUp, size), { band: 0, column: 0 });
  assert.deepEqual(stepped({ band: 6, column: 4 }, STEPS.ArrowDown, size), { band: 6, column: 4 });
});

const places = {
  1.1: { kind: "free" },
  4.3: { kind: "free" },
  3.4: { kind: "busy" },
  2.3: { kind: "exchange" },
  3.9: { kind: "free" },
};

test("N leads to what is free, the nearest first, then to what is an exchange", () => {
  const there = ["1.1", "2.3", "3.4", "4.3"];
  assert.deepEqual(inReach(places, "3.3", there), ["4.3", "1.1", "2.3"]);
});

test("N does not lead out of the grid", () => {
  assert.deepEqual(inReach(places, "3.3", ["3.4"]), []);
});

test("a step is taken back by the same lessons the other way", () => {
  const move = { ids: "e1", name: "Физика", was: "3.3", to: "4.4", exchange: "e2" };
  assert.deepEqual(inverse(move), { ...move, was: "4.4", to: "3.3" });
  assert.deepEqual(inverse(inverse(move)), move);
});

test("a place and a move have their words", () => {
  assert.equal(named("4.3"), "чт, 3-й");
  assert.equal(told({ name: "Физика", was: "3.3", to: "6.1" }), "Физика: ср, 3-й → сб, 1-й");
});
