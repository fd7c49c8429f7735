// The pages of an import: files dropped, the next problem by F8, a pair decided by 1 2 3, what was mended
// checked by Ctrl+Enter, the worker looked after.

const EVERY = 1000;

export const next = (all, after) => all[(all.indexOf(after) + 1) % all.length];

const fieldOf = (problem) => problem.querySelector("input:not([type=hidden]), select, a") || problem;

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
  const form = document.querySelector("[data-drop]");
  if (form) drop(form);
  const waits = document.querySelector("[data-waits]");
  if (waits) setTimeout(look, EVERY, waits);
}
