// The page of substitutions: what is chosen is counted at once, and can be chosen by keys. Without
// this script the form says the same when it is sent.

import { counted, loadsAbove, meaning, takenAbove, toBeDone, told } from "./arranging.js";

const who = document.getElementById("who");
if (who) {
  document.documentElement.classList.add("scripted");
  who.addEventListener("change", (event) => {
    const isAsked = who.querySelector("[name=day]:checked") || who.elements.until.value;
    // Who takes the only day away is about to choose another one.
    if ((isAsked || event.target.name === "teacher") && who.checkValidity()) who.requestSubmit();
  });
}

const form = document.getElementById("arrange");
const WORDS = form ? JSON.parse(form.dataset.words) : {};
const lessons = form ? [...form.querySelectorAll("[data-ways]")] : [];
const chosenIn = (ways) => ways.querySelector("[type=radio]:checked");

const toldOf = (ways) => ({ ...ways.dataset, chosen: chosenIn(ways)?.dataset || {} });

// Who is chosen above for the same time can't be chosen here too: the first of the others is.
function takeOut() {
  for (const [place, ways] of lessons.entries()) {
    const isTaken = takenAbove(lessons.map(toldOf))[place];
    for (const one of ways.querySelectorAll("[data-deed=substitute]")) {
      one.disabled = isTaken(one.dataset.teacher);
    }
    if (!chosenIn(ways)?.disabled) continue;
    const free = [...ways.querySelectorAll("[data-deed=substitute]:enabled")];
    (free[0] || ways.querySelector("[data-deed=later]")).checked = true;
  }
}

function recount() {
  takeOut();
  const chosen = lessons.map((ways) => chosenIn(ways)?.dataset || {});
  const deeds = chosen.map((one) => one.deed);
  const text = told(deeds, WORDS);
  document.getElementById("told").textContent = text && `: ${text}`;
  document.getElementById("deed").textContent = toBeDone(deeds, WORDS, form.dataset.nothing);
  const people = new Set(chosen.map((one) => one.teacher).filter(Boolean)).size;
  const telling = document.getElementById("people");
  telling.textContent = counted(people, telling.dataset.words.split(","));
  const above = loadsAbove(lessons.map(toldOf));
  lessons.forEach((ways, place) => {
    for (const one of ways.querySelectorAll("[data-deed=substitute]")) {
      const hours = Number(one.dataset.base) + above[place](one.dataset.teacher);
      one.closest(".chip").querySelector(".load").textContent = `${hours}→${hours + 1} ч`;
    }
  });
}

function choose(ways, { place, deed }) {
  const shown = ways.querySelectorAll(":scope > .chip [type=radio]:not([data-deed=cancel])");
  const found = deed ? ways.querySelector(`[data-deed=${deed}]`) : shown[place];
  if (!found || found.disabled) return;
  found.checked = true;
  found.focus();
  found.dispatchEvent(new Event("change", { bubbles: true }));
}

function onKey(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("select, textarea, input:not([type=radio])")) return;
  const found = meaning(event.key);
  const here = lessons.indexOf(event.target.closest("[data-ways]"));
  if (!found || (here < 0 && event.target.closest("fieldset"))) return;
  if (here < 0 && !found.step) return;
  event.preventDefault();
  if (!found.step) {
    choose(lessons[here], found);
    return;
  }
  const next = here < 0 ? 0 : Math.min(Math.max(here + found.step, 0), lessons.length - 1);
  chosenIn(lessons[next])?.focus();
}

let isSent = false; // a second press while the first is on its way is the same deed
form?.addEventListener("submit", (event) => {
  if (isSent) event.preventDefault();
  isSent = true;
});
addEventListener("pageshow", () => (isSent = false)); // back on a page that was left

if (lessons.length) {
  form.addEventListener("change", recount);
  document.addEventListener("keydown", onKey);
  recount();
}
