// What each key does in the table, and Ctrl+Z on the whole sheet.

import { MOVES, moveWhileTyping } from "./moving.js";
import { showHistory } from "./history.js";

export function listenToKeys(grid) {
  const { editing, moving, places, root } = grid;
  places.table.addEventListener("keydown", (event) => {
    const td = event.target.closest("td");
    if (!td || td !== moving.active) return;
    const isOurs = editing.editor ? keyInEditor(grid, event) : keyOnCell(grid, event);
    if (isOurs) event.preventDefault();
  });
  root.addEventListener("keydown", (event) => keyOfUndo(grid, event));
}

// True where the key is done with here.
function keyInEditor({ editing, moving }, { key, shiftKey }) {
  const { td, typed } = editing.editor;
  const move = moveWhileTyping(key, typed);
  if (key === "Escape") {
    editing.finish(false);
    moving.activate(td);
  } else if (key === "Enter") editing.finishAndGo(moving.nextDown(td, shiftKey ? -1 : 1));
  else if (key === "Tab") editing.finishAndGo(moving.following(td, shiftKey) ?? td);
  else if (move) editing.finishAndGo(moving.neighbour(td, move));
  else return false;
  return true;
}

function keyOnCell(grid, event) {
  const { moving, page, places } = grid;
  const { key } = event;
  if (key === "F6") page.focus(places.lessonOf(moving.active));
  else if (key === "F4") showHistory(grid);
  else if (key === "F9") page.bind(places.lessonOf(moving.active));
  else if (event.ctrlKey || event.metaKey || event.altKey) return false;
  else if (MOVES[key]) moving.activate(moving.neighbour(moving.active, MOVES[key]));
  else if (key === "Enter") enterOnCell(grid, event);
  else if (key === "Tab") {
    const next = moving.following(moving.active, event.shiftKey);
    if (!next) return false; // past them Tab leaves the grid
    moving.activate(next);
  } else return keyThatWrites(grid, key);
  return true;
}

function enterOnCell({ moving, popover }, { shiftKey }) {
  const td = moving.active;
  if (["conflict", "draft"].includes(td.problem?.status)) popover.focus();
  else moving.activate(moving.nextDown(td, shiftKey ? -1 : 1));
}

function keyThatWrites({ editing, moving, places, popover }, key) {
  const td = moving.active;
  if (key === "F2") editing.edit(td, td.textContent, false);
  else if (key === "Delete" || key === "Backspace") editing.write([{ td, text: "" }]);
  else if (key === "+" || key === "=") editing.everybodyPresent(places.lessonOf(td));
  else if (key === "Escape") popover.close();
  else if (key.length === 1 && key !== " ") editing.edit(td, key, true);
  else return false;
  return true;
}

function keyOfUndo({ deeds, editing, page }, event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  // By the key's place: on a Russian layout it gives «я».
  const isUndo = event.code === "KeyZ" && !event.shiftKey;
  const isRedo = event.code === "KeyY" || (event.code === "KeyZ" && event.shiftKey);
  if (!(isUndo || isRedo) || editing.editor || page.isTyping(event.target)) return;
  event.preventDefault();
  deeds.takeBack(isRedo);
}
