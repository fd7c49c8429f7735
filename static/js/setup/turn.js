// The draft of the new year saves itself: after each change the whole form is sent and the page's own
// answer drawn. One is sent at a time; what is typed meanwhile stays and is sent next.

import { drawnIn, parse, saidBy } from "../dom.js";
import { textsOf, typedSince } from "./typed.js";

const form = document.querySelector("form[data-turn]");
let isSending = false;
let isWaiting = false;

const part = () => form.querySelector("[data-swapped]");

function tell(text) {
  form.querySelector("[data-state]").textContent = text;
}

function opened() {
  const found = [...form.querySelectorAll("details[open]")];
  return found.map((one) => one.querySelector("input, select")?.name);
}

function draw(fresh, sent) {
  const typed = textsOf(form.elements);
  const focused = document.activeElement?.id;
  const folds = opened();
  part().replaceWith(fresh);
  for (const name of typedSince(sent, typed)) {
    const field = document.getElementById(name);
    if (!field) continue;
    if (field.type === "checkbox") field.checked = typed.get(name) !== "";
    else field.value = typed.get(name);
  }
  for (const name of folds) {
    const fold = form.elements.namedItem(name)?.closest?.("details");
    if (fold) fold.open = true;
  }
  quiet();
  if (focused) document.getElementById(focused)?.focus();
}

async function send() {
  if (isSending) {
    isWaiting = true;
    return;
  }
  isSending = true;
  isWaiting = false;
  const sent = textsOf(form.elements);
  tell("сохраняется…");
  try {
    const response = await fetch(form.action, { method: "POST", body: new FormData(form) });
    const fresh = response.ok && parse(await response.text(), "[data-swapped]");
    if (fresh) draw(fresh, sent);
    else tell(`Не сохранено: ${response.ok ? "откройте страницу ещё раз" : "сервер отказал"}.`);
  } catch {
    tell("Не сохранено: нет связи. Попробуем ещё раз.");
  } finally {
    isSending = false;
  }
  if (isWaiting) send();
}

// It is for browsers without scripts.
function quiet() {
  form.querySelector("[data-save]").hidden = true;
}

form.addEventListener("change", send);
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("input:not([type=checkbox])")) return;
  event.preventDefault(); // it would open the year
  const fields = [...form.querySelectorAll(".becomes input:not([type=hidden])")];
  const next = fields[fields.indexOf(event.target) + 1];
  if (next?.offsetParent) next.focus();
  else event.target.blur();
});
addEventListener(
  "online",
  () => form.querySelector("[data-state]").textContent.startsWith("Не сохранено") && send(),
);
quiet();
// On a slow machine somebody has chosen before this was there to hear it.
const fields = [...form.querySelectorAll("input:not([type=hidden]), select")];
if (fields.some((field) => saidBy(field) !== drawnIn(field))) send();
