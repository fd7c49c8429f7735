// The history of the active cell, in a dialog.

import { ask } from "../ask.js";
import { openDialog } from "../dom.js";

export async function showHistory({ bar, moving, places, root }) {
  const cell = moving.active;
  if (!cell) return;
  const asked = new URLSearchParams({
    lesson: places.lessonOf(cell),
    student: places.studentOf(cell),
  });
  try {
    const response = await ask(`${root.dataset.historyUrl}?${asked}`);
    const dialog = document.getElementById("history");
    dialog.innerHTML = await response.text(); // our own fragment, escaped by its template
    dialog.addEventListener("close", () => moving.activate(cell), { once: true });
    openDialog(dialog);
  } catch ({ message }) {
    bar.say(`Историю сейчас не открыть: ${message}.`);
  }
}
