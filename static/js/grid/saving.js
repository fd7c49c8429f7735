// Saving: what is sent where, and what a save looks like.

import { link, make, parse } from "../dom.js";
import { dayOf } from "./places.js";
import { setText, standsIn, UNSETTLED } from "./texts.js";

const FIELDS = {
  topic: "тема",
  homework: "задание",
  works: "виды работ",
  attendance: "присутствие",
};

const SAID = {
  saving: "сохраняется…",
  failed: "не сохранено, будет отправлено снова",
  elsewhere: "сохранено из другого окна",
};

export const isField = (name) => name in FIELDS;

export class Saving {
  // `saves` are the person's, of whatever page; here they are those of one sheet.
  constructor(grid, saves) {
    const { place, cellsUrl, fieldsUrl } = grid.root.dataset;
    Object.assign(this, { grid, saves, place, cellsUrl, fieldsUrl });
  }

  // Resolves to the drafts that an earlier page has left.
  open() {
    const { moving, problems, root } = this.grid;
    return this.saves.open(this.place, {
      title: root.dataset.title,
      url: location.pathname,
      show: (target, status, detail) => this.show(target, status, detail),
      go: (target) => moving.go(target),
      drop: (target) => problems.drop(target),
    });
  }

  // What is sent where, and how it is told on other pages.
  detailOf(target) {
    const { places } = this.grid;
    const [kind, lesson, rest] = target.split(":");
    const path = location.pathname;
    if (kind === "cell") {
      const url = `${path}?lesson=${lesson}#cell-${lesson}-${rest}`;
      const label = places.labelOf(places.elementOf(target));
      return { post: this.cellsUrl, fields: { lesson, student: rest }, label, url };
    }
    const head = places.heads[places.columnOf(lesson)];
    const label = `${head ? dayOf(head) : ""}, ${FIELDS[rest]}`;
    const url = `${path}?lesson=${lesson}#${rest}-${lesson}`;
    return { post: this.fieldsUrl, fields: { lesson, field: rest }, label, url };
  }

  // `standing()` tells what the text is put over, when nothing can come between any more.
  put(target, standing, text) {
    const shown = this.grid.page.shownText(target, text);
    const detail = { ...this.detailOf(target), shown };
    return this.saves.put(this.place, target, standing, text, detail);
  }

  draft(target, was, text) {
    const detail = { ...this.detailOf(target), isBrief: true };
    this.saves.draft(this.place, target, was, text, detail);
  }

  leave(target, was, text) {
    this.saves.leave(this.place, target, was, text, this.detailOf(target));
  }

  outcome(target) {
    return this.saves.outcome(this.place, target);
  }

  insist(target) {
    this.saves.insist(this.place, target);
  }

  forget(target) {
    this.saves.forget(this.place, target);
  }

  endDraft(target) {
    this.saves.endDraft(this.place, target);
  }

  isTyping(target) {
    return this.saves.isTyping(this.place, target);
  }

  // --- what a save looks like ---

  show(target, status, detail) {
    const { bar, places } = this.grid;
    const element = places.elementOf(target);
    const isRefused = status === "error" || status === "conflict";
    if (isRefused) bar.say(detail.message ?? "Не записано.");
    if (!element) return;
    element.classList.remove("saved", ...UNSETTLED);
    element.problem = null;
    element.dataset.was = standsIn(element); // what the server last told, until it tells something else
    if (status === "saved") {
      this.saved(target, element, detail);
    } else if (status === "gone") {
      setText(element, element.dataset.was);
    } else if (status === "elsewhere") {
      element.dataset.was = element.typed ?? element.dataset.was;
    } else {
      this.typed(target, element, isRefused ? detail.mine : detail.text);
    }
    if (status !== "gone" && status !== "elsewhere") element.classList.add(status);
    this.explain(element, isRefused && { target, status, ...detail });
    if (status in SAID) bar.say(SAID[status]);
  }

  // A text that is on its way, or was refused, stands in its place; not over what is just being typed.
  typed(target, element, text) {
    const isOpen = this.grid.editing.isOpen(element) || this.isTyping(target);
    if (!isOpen && text !== undefined) setText(element, text);
    element.typed = text;
  }

  explain(element, problem) {
    const { editing, page, popover } = this.grid;
    if (problem) {
      element.problem = { ...problem, say: (said) => page.shownText(problem.target, said) };
      element.setAttribute("aria-invalid", "true");
      if (!editing.editor) popover.open(element);
    } else {
      element.removeAttribute("aria-invalid");
      if (popover.element === element) popover.close();
    }
  }

  saved(target, element, answer) {
    const { bar, deeds, places } = this.grid;
    deeds.wrote(target, element.typed, answer.text);
    if (places.isCell(element)) {
      this.redrawCell(element, parse(`<table><tr>${answer.html}</tr></table>`, "td"));
      element.parentElement.cells[1].textContent = answer.average;
      this.followDebts(element, answer.text);
    } else if (!this.isTyping(target)) {
      setText(element, answer.text);
    }
    element.dataset.was = answer.text;
    bar.say(`сохранено в ${answer.saved_at}`);
    setTimeout(() => element.classList.remove("saved"), 2_000);
    const head = parse(`<table><tr>${answer.head}</tr></table>`, "th");
    this.redrawHead(target, head);
    if (answer.plan) this.grid.page.followPlan(answer.plan);
    if (answer.hints) this.grid.page.advise(head, answer.hints);
  }

  redrawCell(td, drawn) {
    const { editing, moving } = this.grid;
    const isOpen = editing.isOpen(td);
    td.className = isOpen ? `${drawn.className} editing` : drawn.className;
    if (isOpen) editing.editor.before = drawn.textContent;
    else td.textContent = drawn.textContent;
    if (td === moving.active) td.tabIndex = 0;
  }

  redrawHead(target, head) {
    const { deeds, page, places } = this.grid;
    const { lesson } = head.dataset;
    const old = places.heads[places.columnOf(lesson)];
    if (old) {
      const tookAttendance = head.classList.contains("taken") && !old.classList.contains("taken");
      if (tookAttendance && target.startsWith("cell:")) {
        deeds.also(target, `field:${lesson}:attendance`, "", "все");
      }
      old.replaceWith(head);
    }
    page.follow(lesson, head);
  }

  // The list of who owes what, below: a «точка» puts a cell there, a mark takes it out.
  followDebts(td, text) {
    const { places, root } = this.grid;
    const lesson = places.lessonOf(td);
    const hash = `#cell-${lesson}-${places.studentOf(td)}`;
    const debts = root.querySelector("details.debts");
    const listed = [...(debts?.querySelectorAll("a") ?? [])].filter((one) => one.hash === hash);
    const count = text.split("/").filter((part) => part === ".").length;
    if (!debts || listed.length === count) return;
    listed.forEach((one) => one.parentElement.remove());
    for (let place = 0; place < count; place += 1) {
      const item = make("li");
      item.append(link(places.labelOf(td), `${location.pathname}?lesson=${lesson}${hash}`));
      debts.querySelector("ul").append(item);
    }
    const all = debts.querySelectorAll("li").length;
    debts.querySelector("b").textContent = all;
    debts.hidden = !all;
  }
}
