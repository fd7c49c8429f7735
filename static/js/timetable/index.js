// The grid of the timetable: lessons are lifted, carried and put down, by keys or by dragging, into the
// draft of the next one.

import { Carrying } from "./carrying.js";
import { Grid } from "./grid.js";
import { countConflicts, Moves } from "./moves.js";
import { Pointer } from "./pointer.js";
import { STEPS } from "./spots.js";

const table = document.getElementById("week");
if (table) start();
for (const form of document.querySelectorAll("form[data-choice]")) {
  form.addEventListener("change", () => form.submit());
}

function start() {
  const grid = new Grid(table);
  const moves = new Moves(grid);
  const carrying = new Carrying(grid, (move) => moves.make(move));
  new Pointer(grid, carrying);
  countConflicts();
  table.addEventListener("keydown", (event) => press(event, grid, carrying));
  addEventListener("keydown", (event) => {
    const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.code === "KeyZ";
    if (!isUndo || event.target.closest("input, textarea, select") || carrying.lifted) return;
    event.preventDefault();
    moves.takeBack();
  });
}

function press(event, grid, carrying) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const step = STEPS[event.key];
  const deed = carrying.lifted
    ? carried(event, carrying, step)
    : step
      ? () => grid.go(step)
      : event.code === "Space" && (() => carrying.lift(grid.active));
  if (!deed) return;
  event.preventDefault();
  deed();
}

// A key by its place: on a Russian keyboard N is т.
function carried(event, carrying, step) {
  if (step) return () => carrying.step(step);
  return {
    KeyN: () => carrying.toNearest(),
    Enter: () => carrying.putDown(),
    NumpadEnter: () => carrying.putDown(),
    Space: () => carrying.putDown(),
    Escape: () => carrying.goBack(),
  }[event.code];
}
