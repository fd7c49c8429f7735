// On every page of a person who writes: one light for what is not saved yet, the list of it with a
// way to each place, and the question before one leaves it behind.

import { Again } from "./again.js";
import {
  button,
  clock,
  closeDialog,
  conflictText,
  isOpen,
  link,
  make,
  openDialog,
  shown,
} from "./dom.js";
import { Saves } from "./saves.js";

export const saves = new Saves(document.body.dataset.user);

const { loginUrl } = document.body.dataset;
const light = document.getElementById("light");
const dialog = document.getElementById("unsaved");
const line = document.querySelector(".bar .unsaved") ?? strip(document.querySelector(".bar"));
const again = make("span", "", { className: "again" });
again.setAttribute("aria-hidden", "true"); // a countdown is not to be read out

const { user, login, name, shared, codeUrl } = document.body.dataset;
const passwordBox = new Again(
  document.getElementById("again"),
  { owner: user, login, name, isShared: shared === "on" },
  { login: loginUrl, code: codeUrl },
  () => saves.resume(),
);

saves.watchers.push(tell);

function tell() {
  const status = saves.status();
  const [state, text] = lightOf(status);
  light.hidden = false;
  light.className = `plain light ${state}`;
  if (light.textContent !== text) {
    const [, words, count] = /^(\D*)(\d*)$/.exec(text);
    light.replaceChildren(make("span", words, { className: "words" }), count); // a phone has room for the number
  }
  tellInLine(status);
  const waits = status.unsaved.length || status.isSaving; // also while it is tried once more
  passwordBox.tell(waits ? saves.ended : null, status.unsaved.length);
  if (isOpen(dialog) && dialog.dataset.shown !== shownOf(status)) list();
}

function lightOf({ unsaved, isSaving, isTyping }) {
  if (unsaved.length) return ["unsaved", `Не сохранено: ${unsaved.length}`];
  if (isSaving) return ["saving", "Сохраняется…"];
  if (isTyping) return ["typing", "Набирается…"];
  return ["all-saved", "Всё сохранено"];
}

// The line says what waits and why; drafts of the form one is just filling in are no news.
function tellInLine({ unsaved, isWaiting, seconds }) {
  const told = unsaved.filter((entry) => !saves.typing.has(entry.key));
  line.hidden = !told.length;
  if (line.matches(".strip")) document.body.classList.toggle("has-strip", !line.hidden);
  if (!told.length) return;
  const text = [`Не сохранено: ${told.length} · ${placesOf(told)}.`];
  if (isWaiting && saves.ended === "session") {
    text.push("Сеанс окончен: введите пароль, набранное не пропадёт.");
  }
  if (isWaiting && saves.ended === "person") {
    text.push(
      "Сейчас в этом браузере вошёл другой человек: под его именем это не отправится. Войдите под своим, набранное не пропадёт.",
    );
  }
  const message = text.join(" ");
  if (line.dataset.text !== message) {
    line.dataset.text = message;
    const deeds = [];
    if (isWaiting && !saves.ended) deeds.push(button("Повторить сейчас", () => saves.retry()));
    if (isWaiting && saves.ended === "session") {
      deeds.push(button("Ввести пароль", () => passwordBox.focus()));
    }
    if (isWaiting && saves.ended === "person") {
      const url = `${loginUrl}?switch=1`;
      deeds.push(link("Войти в новой вкладке", url, { target: "_blank", rel: "noopener" }));
    }
    const show = button("Показать ", next);
    show.append(make("kbd", "F8"));
    line.replaceChildren(make("span", message), again, ...deeds, show);
  }
  again.textContent =
    isWaiting && !saves.ended ? (seconds ? `Повторим через ${seconds} с.` : "Отправляем…") : "";
}

function placesOf(entries) {
  const counts = new Map();
  for (const { title } of entries) counts.set(title, (counts.get(title) ?? 0) + 1);
  return [...counts]
    .map(([title, count]) => (counts.size > 1 ? `${title} (${count})` : title))
    .join("; ");
}

// In the page's own bar, else as a strip at the bottom of the window.
function strip(itsBar) {
  const made = make("p", "", { className: itsBar ? "unsaved" : "unsaved strip", hidden: true });
  made.setAttribute("role", "status");
  (itsBar ?? document.body).append(made);
  return made;
}

// Who has scrolled past the bar must see it too.
const itsBar = document.querySelector(".bar");
if (itsBar && "IntersectionObserver" in window) {
  new IntersectionObserver(([{ isIntersecting }]) => {
    (isIntersecting ? itsBar : document.body).append(line);
    line.classList.toggle("strip", !isIntersecting);
    if (isIntersecting) document.body.classList.remove("has-strip");
    tell();
  }).observe(itsBar);
}

// --- to what is not saved, in one key ---

let last = null; // where the key has led to before

// The next one on this page; where this page shows none, the list.
function next() {
  const here = saves.status().unsaved.filter((entry) => saves.sheets.get(entry.place)?.go);
  const place = here.findIndex((entry) => entry.key === last);
  const ordered = [...here.slice(place + 1), ...here.slice(0, place + 1)];
  const found = ordered.find((entry) => saves.sheets.get(entry.place).go(entry.target));
  if (found) last = found.key;
  else list();
}

function list() {
  const status = saves.status();
  const heading = make(
    "h2",
    status.unsaved.length ? `Не сохранено: ${status.unsaved.length}` : "Всё сохранено",
    { id: "unsaved-title" },
  );
  const parts = [heading];
  for (const place of new Set(status.unsaved.map((entry) => entry.place))) {
    const found = status.unsaved.filter((entry) => entry.place === place);
    const items = make("ul", "", { className: "unsaved-list" });
    for (const entry of found) items.append(itemOf(entry));
    parts.push(make("h3", found[0].title), items);
  }
  if (!status.unsaved.length) {
    parts.push(make("p", "Всё, что вы набрали в этом браузере, записано."));
  }
  const close = make("form", "", { method: "dialog" });
  close.append(make("button", "Закрыть"));
  dialog.replaceChildren(...parts, close);
  dialog.dataset.shown = shownOf(status);
  if (!isOpen(dialog)) openDialog(dialog);
}

const shownOf = ({ unsaved }) =>
  unsaved.map((entry) => `${entry.key}${saves.states.get(entry.key)}${entry.text}`).join();

function itemOf(entry) {
  const item = make("li");
  const way = link(entry.label || "Открыть", entry.url);
  way.addEventListener("click", (event) => {
    if (!saves.sheets.get(entry.place)?.go?.(entry.target)) return;
    event.preventDefault(); // it is on this page
    closeDialog(dialog);
    saves.sheets.get(entry.place).go(entry.target);
  });
  const text = make("q", shown(entry.shown ?? entry.text));
  const away = button("Убрать", () => {
    if (
      !confirm(
        `Убрать несохранённое «${shown(entry.shown ?? entry.text)}»? Вернуть его будет нельзя.`,
      )
    ) {
      return;
    }
    if (entry.draft) {
      saves.sheets.get(entry.place)?.drop?.(entry.target);
      saves.endDraft(entry.place, entry.target);
    } else saves.forget(entry.place, entry.target);
    if (isOpen(dialog)) list();
  });
  away.setAttribute("aria-label", `Убрать: ${entry.label ?? ""}`);
  item.append(way, text, make("small", whyOf(entry)), away);
  return item;
}

function whyOf(entry) {
  const state = saves.states.get(entry.key);
  if (entry.draft) return `набрано в ${clock(entry.at)}, не отправлено`;
  if (state === "error") return entry.answer.message;
  if (state === "conflict") return conflictText(entry.answer);
  return `набрано в ${clock(entry.at)}, ждёт отправки`;
}

light.addEventListener("click", list);
addEventListener("keydown", (event) => {
  if (event.key !== "F8" || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  next();
});

// --- before one leaves ---

// What this page shows and the server does not have yet; other pages tell of it, but whoever closes
// the browser now should know.
addEventListener("beforeunload", (event) => {
  if (saves.isLeaving) return;
  const { unsaved, isSaving } = saves.status();
  const here = unsaved.filter((entry) => saves.sheets.has(entry.place));
  if (!here.length && !isSaving) return;
  event.preventDefault();
  event.returnValue = true; // Chrome before 119, the last for Windows 7 among them, heeds this alone
});

document.getElementById("logout").addEventListener("submit", (event) => {
  const { unsaved } = saves.status();
  const question = `Не сохранено: ${unsaved.length}. Если выйти, оно останется в этом браузере и отправится, когда вы войдёте снова. Выйти?`;
  if (unsaved.length && !confirm(question)) event.preventDefault();
  else saves.isLeaving = true;
});

addEventListener("pageshow", () => (saves.isLeaving = false)); // Back may bring the page as it was left
