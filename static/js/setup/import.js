// The pages of an import: files dropped, the next problem by F8, a pair decided by 1 2 3, what was mended
// checked by Ctrl+Enter, fields and cells walked by arrows, the worker looked after.

const EVERY = 1000;

export const next = (all, after) => all[(all.indexOf(after) + 1) % all.length];

const fieldOf = (problem) =>
  problem.querySelector("input:not([type=hidden]), select, a") || problem;

function toNext() {
  const problems = [...document.querySelectorAll("[data-problem]")];
  const here = document.activeElement?.closest("[data-problem]");
  const found = problems.length && next(problems, here);
  if (!found) return false;
  found.scrollIntoView({ block: "nearest" });
  fieldOf(found).focus();
  return true;
}

function choose(number) {
  const pair = document.activeElement?.closest("[data-pair]");
  const radio = pair?.querySelectorAll("input[type=radio]")[number - 1];
  if (!radio) return false;
  radio.checked = true;
  return toNext();
}

// The field of the same column in the next row that has one.
export function beside(rows, here, step) {
  const row = here.closest("tr");
  const column = [...row.querySelectorAll(FIELDS)].indexOf(here);
  for (let n = rows.indexOf(row) + step; rows[n]; n += step) {
    const found = rows[n].querySelectorAll(FIELDS)[column];
    if (found) return found;
  }
  return null;
}

const FIELDS = "input:not([type=hidden])";

function walkFields(event) {
  const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  const table = event.target.closest?.(".wrong-rows");
  if (!step || !table || event.ctrlKey || !event.target.matches(FIELDS)) return;
  event.preventDefault();
  beside([...table.tBodies[0].rows], event.target, step)?.focus();
}

// From a cell of the file's own grid to the nearest one on a side, however they are merged.
export function nearest(boxes, here, key) {
  const across = key === "ArrowLeft" || key === "ArrowRight";
  const sign = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
  const at = (box) => [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  const [x, y] = at(boxes[here]);
  let best = -1;
  let least = Infinity;
  boxes.forEach((box, n) => {
    const [left, top] = at(box);
    const along = sign * (across ? left - x : top - y);
    const aside = Math.abs(across ? top - y : left - x);
    if (along > 1 && along + aside * 3 < least) {
      least = along + aside * 3;
      best = n;
    }
  });
  return best;
}

function walkCells(event) {
  if (!event.key.startsWith("Arrow")) return;
  const link = event.target.closest?.("table[data-cells] a");
  if (!link) return;
  const links = [...link.closest("table").querySelectorAll("td a")];
  const boxes = links.map((one) => one.getBoundingClientRect());
  const found = links[nearest(boxes, links.indexOf(link), event.key)];
  event.preventDefault();
  found?.focus();
}

function key(event) {
  const deeds = { F8: toNext, 1: () => choose(1), 2: () => choose(2), 3: () => choose(3) };
  if (event.key === "Enter" && event.ctrlKey) {
    const check = document.querySelector("[data-check]");
    if (check) {
      event.preventDefault();
      check.click();
    }
  } else if (!event.ctrlKey && !event.altKey && !event.metaKey && deeds[event.key]) {
    const typing = event.target.matches?.("textarea, input:not([type=radio]):not([type=checkbox])");
    if ((event.key === "F8" || !typing) && deeds[event.key]()) event.preventDefault();
  }
}

// Files may be dropped anywhere on the page.
function drop(form) {
  const files = form.querySelector("input[type=file]");
  const over = (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    form.classList.toggle("over", event.type === "dragover");
  };
  for (const name of ["dragover", "dragleave"]) document.addEventListener(name, over);
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    over(event);
    files.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}

async function look(place) {
  try {
    const answer = await fetch(place.dataset.waits);
    if (answer.redirected || !answer.ok) return location.reload();
    const html = await answer.text();
    if (!html.includes("Страницу можно закрыть")) return location.reload();
    if (!place.contains(document.activeElement)) place.innerHTML = html;
  } catch {
    // The network is away: the worker goes on without it.
  }
  setTimeout(look, EVERY, place);
}

if (typeof document !== "undefined") {
  document.addEventListener("keydown", key);
  document.addEventListener("keydown", walkFields);
  document.addEventListener("keydown", walkCells);
  const form = document.querySelector("[data-drop]");
  if (form) drop(form);
  const waits = document.querySelector("[data-waits]");
  if (waits) setTimeout(look, EVERY, waits);
}
