import assert from "node:assert/strict";
import { test } from "node:test";

import {
  beginning,
  following,
  MOVES,
  moveWhileTyping,
  neighbour,
  nextDown,
  parseHash,
} from "../../static/js/grid/moving.js";

const size = { rows: 3, columns: 4 };
const cell = (row, column) => ({ row, column });
const everywhere = () => true;

test("an arrow leads to the next cell and stops at the edge", () => {
  assert.deepEqual(neighbour(cell(1, 1), MOVES.ArrowRight, size), cell(1, 2));
  assert.deepEqual(neighbour(cell(1, 1), MOVES.ArrowUp, size), cell(0, 1));
  assert.deepEqual(neighbour(cell(0, 0), MOVES.ArrowUp, size), cell(0, 0));
  assert.deepEqual(neighbour(cell(2, 3), MOVES.ArrowRight, size), cell(2, 3));
});

test("Home and End lead to the first and the last lesson, PageDown ten pupils on", () => {
  assert.deepEqual(neighbour(cell(1, 2), MOVES.Home, size), cell(1, 0));
  assert.deepEqual(neighbour(cell(1, 2), MOVES.End, size), cell(1, 3));
  assert.deepEqual(neighbour(cell(1, 2), MOVES.PageDown, size), cell(2, 2));
  assert.deepEqual(neighbour(cell(1, 2), MOVES.PageDown, { rows: 30, columns: 4 }), cell(11, 2));
});

test("Enter goes down and stays on the last pupil, Shift+Enter on the first", () => {
  assert.deepEqual(nextDown(cell(0, 1), 1, size, false), cell(1, 1));
  assert.deepEqual(nextDown(cell(2, 1), 1, size, false), cell(2, 1));
  assert.deepEqual(nextDown(cell(0, 1), -1, size, false), cell(0, 1));
});

test("on a paper Enter goes on to the next lesson's first pupil, and back", () => {
  assert.deepEqual(nextDown(cell(1, 1), 1, size, true), cell(2, 1));
  assert.deepEqual(nextDown(cell(2, 1), 1, size, true), cell(0, 2));
  assert.deepEqual(nextDown(cell(0, 2), -1, size, true), cell(2, 1));
  assert.deepEqual(nextDown(cell(2, 3), 1, size, true), cell(2, 3));
  assert.deepEqual(nextDown(cell(0, 0), -1, size, true), cell(0, 0));
});

test("Tab runs into the next row and leaves the table past its last cell", () => {
  assert.deepEqual(following(cell(0, 1), false, size, everywhere), cell(0, 2));
  assert.deepEqual(following(cell(0, 3), false, size, everywhere), cell(1, 0));
  assert.deepEqual(following(cell(1, 0), true, size, everywhere), cell(0, 3));
  assert.equal(following(cell(2, 3), false, size, everywhere), null);
  assert.equal(following(cell(0, 0), true, size, everywhere), null);
});

test("Tab passes over what can't be written, from there too", () => {
  const isWritable = ({ column }) => column === 0;
  assert.deepEqual(following(cell(0, 0), false, size, isWritable), cell(1, 0));
  assert.deepEqual(following(cell(0, 2), true, size, isWritable), cell(0, 0));
  assert.equal(following(cell(2, 0), false, size, isWritable), null);
});

test("while one types, the arrows along the row belong to the text unless it is typed over", () => {
  assert.deepEqual(moveWhileTyping("ArrowDown", false), MOVES.ArrowDown);
  assert.equal(moveWhileTyping("ArrowLeft", false), null);
  assert.deepEqual(moveWhileTyping("ArrowLeft", true), MOVES.ArrowLeft);
  assert.equal(moveWhileTyping("Home", true), null);
});

const columns = [
  { lesson: "7", date: "2026-11-23", isFuture: false },
  { lesson: "8", date: "2026-11-25", isFuture: false },
  { lesson: "9", date: "2026-11-27", isFuture: true },
];
const asked = (of = {}) => ({ hash: undefined, lesson: null, date: null, ...of });

test("a sheet begins with the lesson asked for, the day asked for, or the last one held", () => {
  assert.equal(beginning(columns, asked({ hash: "7", lesson: "9" }), false), 0);
  assert.equal(beginning(columns, asked({ lesson: "9", date: "2026-11-23" }), false), 2);
  assert.equal(beginning(columns, asked({ lesson: "77", date: "2026-11-23" }), false), 0);
  assert.equal(beginning(columns, asked(), false), 1);
  assert.equal(beginning(columns.slice(2), asked(), false), 0);
});

test("a paper begins with its first lesson", () => {
  assert.equal(beginning(columns, asked(), true), 0);
  assert.equal(beginning(columns, asked({ lesson: "8" }), true), 1);
});

test("an address names a duty, a lesson and a pupil", () => {
  assert.deepEqual(parseHash("#cell-17-4"), { duty: "cell", lesson: "17", student: "4" });
  assert.deepEqual(parseHash("#homework-17"), {
    duty: "homework",
    lesson: "17",
    student: undefined,
  });
  assert.equal(parseHash("#page").duty, undefined);
});
