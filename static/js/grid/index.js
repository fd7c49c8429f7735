// The grid: a spreadsheet over the table that the server drew. One cell is active, one input moves
// over it; the right-hand page below has a field for each lesson's topic and homework.
//
// Each module here has one subject and is handed the whole, `grid`, in which it finds the others by
// their subjects' names.

import { saves } from "../keep.js";
import { Bar } from "./bar.js";
import { Editing } from "./editing.js";
import { showHistory } from "./history.js";
import { listenToKeys } from "./keys.js";
import { beginning, Moving, parseHash } from "./moving.js";
import { Page } from "./page.js";
import { Pasting } from "./pasting.js";
import { FIRST, Places } from "./places.js";
import { Pointer } from "./pointer.js";
import { Popover } from "./popover.js";
import { Problems } from "./problems.js";
import { isField, Saving } from "./saving.js";
import { Deeds } from "./undo.js";

const LOW = 600; // px

const root = document.getElementById("register");
if (root) start();

function start() {
  const grid = { root, places: new Places(root), bar: new Bar(root) };
  grid.saving = new Saving(grid, saves);
  grid.problems = new Problems(grid);
  grid.popover = new Popover(grid);
  grid.deeds = new Deeds(grid);
  grid.moving = new Moving(grid);
  grid.editing = new Editing(grid);
  grid.pasting = new Pasting(grid);
  grid.pointer = new Pointer(grid);
  grid.page = new Page(grid);
  listenToKeys(grid);
  listenToBar(grid);
  // Going back in the browser takes the page away before a cell or field is left: what is in it is
  // kept and sent.
  addEventListener("pagehide", () => {
    grid.editing.leave();
    grid.page.leave();
  });
  begin(grid);
  grid.saving.open().then((drafts) => drafts.forEach((one) => grid.problems.restoreDraft(one)));
}

function listenToBar(grid) {
  const { bar, editing, moving, places } = grid;
  bar.part("history").addEventListener("click", () => showHistory(grid));
  bar.part("present")?.addEventListener("click", () => {
    if (moving.active) editing.everybodyPresent(places.lessonOf(moving.active));
  });
}

function begin({ moving, page, places }) {
  const columns = [...places.heads].slice(FIRST).map(({ classList, dataset }) => ({
    lesson: dataset.lesson,
    date: dataset.date,
    isFuture: classList.contains("future"),
  }));
  const query = new URLSearchParams(location.search);
  const { duty, lesson, student } = parseHash(location.hash);
  const asked = { hash: lesson, lesson: query.get("lesson"), date: query.get("date") };
  const isRow = (tr) => duty === "cell" && tr.dataset.student === student;
  const row = Math.max(0, places.rows.findIndex(isRow));
  const td = places.cellAt({ row, column: beginning(columns, asked, places.isPaper) });
  moving.activate(td);
  places.headOf(td).scrollIntoView({ block: "nearest", inline: "center" });
  // A low window, or a page at 200 %: what stands above the register would leave no row in sight.
  if (innerHeight < LOW) places.table.parentElement.scrollIntoView({ block: "start" });
  if (isField(duty)) page.goTo(duty, lesson); // what is to be written, and where
}
