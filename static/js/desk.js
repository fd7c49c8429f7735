// «Сегодня» of who leads the school is fetched anew every minute, as long as somebody looks at it: the
// two columns are swapped, what has the focus keeps it, what is open stays open.

import { ask } from "./ask.js";
import { parse } from "./dom.js";
import { Refresh } from "./refresh.js";

const desk = document.getElementById("desk");
const stale = document.getElementById("stale");

const FOCUSABLE = "a[href], button, summary";

// What has the focus, as what it is the n-th of in a part that has a name.
function focused() {
  const element = document.activeElement;
  if (!desk.contains(element)) return null;
  const part = element.closest("[id]");
  return { id: part.id, place: [...part.querySelectorAll(FOCUSABLE)].indexOf(element) };
}

function focusAgain(was) {
  if (!was) return;
  const part = document.getElementById(was.id);
  const found = part && part !== desk && (part.querySelectorAll(FOCUSABLE)[was.place] ?? null);
  // A line that is gone leaves the focus in the list, not at the head of the page.
  const fallback = desk.querySelector(FOCUSABLE);
  (found ?? fallback)?.focus({ preventScroll: true });
}

function swap(columns) {
  const was = focused();
  const open = [...desk.querySelectorAll("details[open]")].map((one) => one.id);
  const scroller = desk.querySelector(".scroll-x");
  const [left, top] = [scroller?.scrollLeft ?? 0, scrollY];
  desk.replaceChildren(columns);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  const scrolled = desk.querySelector(".scroll-x");
  if (scrolled) scrolled.scrollLeft = left;
  focusAgain(was);
  scrollTo({ top, behavior: "instant" });
  document.getElementById("moment").textContent = columns.dataset.moment;
}

const refresh = new Refresh({
  async load() {
    const html = await (await ask(desk.dataset.url)).text();
    const columns = parse(html, ".desk-columns");
    if (!columns) throw new Error("сервер отказал");
    if (!refresh.isPaused) swap(columns);
  },
  tell(text) {
    stale.hidden = !text;
    if (stale.textContent !== text) stale.textContent = text;
  },
});

document.addEventListener("visibilitychange", () => refresh.look(!document.hidden));
addEventListener("online", () => refresh.look(!document.hidden));
// What is being sent is drawn anew by its answer.
desk.addEventListener("submit", () => refresh.pause());
addEventListener("pageshow", () => refresh.look(!document.hidden));
