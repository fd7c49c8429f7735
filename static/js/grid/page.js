// The right-hand page of the grid: topic, homework, works and attendance of each lesson.

import { button, make } from "../dom.js";
import { Works } from "./works.js";

export class Lines {
  constructor(sheet) {
    Object.assign(this, sheet);
    this.works = new Works(this.root, this.say, (target, was, text) =>
      this.write(target, was, text),
    );
    const { page } = this;
    page.addEventListener(
      "change",
      (event) => event.target.matches("textarea") && this.writeField(event.target),
    );
    page.addEventListener("keydown", (event) => this.key(event));
    page.addEventListener("input", (event) => {
      const field = event.target;
      if (!field.matches("textarea")) return;
      fit(field);
      this.draft(this.targetOf(field), this.standsIn(field), field.value);
    });
    page.addEventListener("focusin", (event) => {
      const field = event.target;
      if (!field.matches("textarea")) return;
      if (field.problem) this.popover.open(field);
      else this.popover.close();
      this.offerDeeds(field);
    });
    page.addEventListener("click", (event) => {
      const pressed = event.target.closest("button");
      const { field } = event.target.closest("[data-field]")?.dataset ?? {};
      const lesson = event.target.closest("tr")?.dataset.lesson;
      if (!pressed) return;
      if (field === "works") {
        const { date } = this.root.querySelector(`th[data-lesson="${lesson}"]`).dataset;
        this.works.choose(pressed, `field:${lesson}:works`, date);
      }
      if (field === "attendance" && pressed.classList.contains("untake")) {
        this.write(`field:${lesson}:attendance`, "все", "");
      } else if (field === "attendance") this.everybodyPresent(lesson);
    });
    page.querySelectorAll("textarea").forEach(fit);
  }

  // --- texts of elements: a cell shows it, a field holds it, the works' button has the ids ---

  textOf(element) {
    if (element.matches("textarea")) return element.defaultValue;
    if (element.dataset.field === "attendance") {
      return element.classList.contains("taken") ? "все" : "";
    }
    return element.textContent;
  }

  setText(element, text) {
    if (element.matches("textarea")) {
      element.value = text;
      fit(element);
    } else if (element.matches("td") && !element.dataset.field) element.textContent = text;
  }

  standsIn(field) {
    return field.dataset.was ?? this.textOf(field);
  }

  targetOf(element) {
    return `field:${element.closest("tr").dataset.lesson}:${element.dataset.field}`;
  }

  // A text as a person reads it.
  shownText(target, text) {
    if (target.endsWith(":works")) return this.works.namesOf(text);
    return text;
  }

  // --- writing ---

  write(target, was, text) {
    this.recordDeed([{ target, before: was, after: text }]);
    this.put(target, () => was, text);
  }

  writeField(field) {
    const target = this.targetOf(field);
    const was = this.standsIn(field);
    const text = field.value.trim();
    const isUnsettled = isOnItsWay(field);
    if (isUnsettled && text === field.typed) {
      this.endDraft(target); // left after Enter has sent it
    } else if (text !== was || isUnsettled) {
      this.recordDeed([{ target, before: isUnsettled ? field.typed : was, after: text }]);
      this.put(target, () => this.standsIn(field), text);
    } else if (field.problem) this.settle(field, was);
    else this.endDraft(target);
  }

  // Whether a key like Ctrl+Z belongs to the text that is being typed.
  isTyping(element) {
    return element.matches("textarea") && element.value.trim() !== this.standsIn(element);
  }

  key(event) {
    const field = event.target;
    const lesson = field.closest("tr")?.dataset.lesson;
    if (event.key === "F6") {
      this.toCell(lesson);
      event.preventDefault();
    }
    if (!field.matches("textarea")) return;
    const isAsked =
      ["conflict", "draft"].includes(field.problem?.status) && !this.popover.box.hidden;
    if (event.key === "Enter" && isAsked) {
      this.popover.focus();
      event.preventDefault();
    } else if (event.key === "Enter" && !event.shiftKey) {
      // Of a lesson yet to be held nothing is taken from the plan by passing through its fields.
      const isAhead = field.closest("tr").classList.contains("ahead");
      if (field.value.trim() === "" && field.dataset.plan && !isAhead) {
        field.value = field.dataset.plan;
      }
      this.writeField(field);
      this.goOn(field, lesson);
      event.preventDefault();
    } else if (event.key === "Escape") {
      this.setText(field, this.standsIn(field));
      this.endDraft(this.targetOf(field));
    }
  }

  // From the topic to the homework, and from there back to the grid; on a paper, which is copied line
  // by line, to the next line.
  goOn(field, lesson) {
    const fields = [...this.page.querySelectorAll("textarea")];
    const next = fields[fields.indexOf(field) + 1];
    if (field.dataset.field === "homework" && this.hasCell(lesson) && !(this.isPaper && next)) {
      this.toCell(lesson);
    } else (next ?? field).focus();
  }

  // The page is going away with something typed in its fields.
  leaveAll() {
    for (const field of this.page.querySelectorAll("textarea")) {
      const text = field.value.trim();
      const isSettled = !["saving", "failed", "error", "conflict", "draft"].some((name) =>
        field.classList.contains(name),
      );
      if (isSettled && text !== this.standsIn(field)) {
        this.leave(this.targetOf(field), this.standsIn(field), text);
      }
    }
  }

  // --- moving ---

  focus(lesson) {
    const row = this.pageRow(lesson);
    (row?.querySelector("textarea") ?? row?.querySelector("a"))?.focus();
  }

  goTo(duty, lesson) {
    const line = this.pageRow(lesson);
    const field = line?.querySelector(`textarea[data-field="${duty}"]`);
    field?.focus();
    if (duty === "topic" || duty === "homework") {
      (field ?? line)?.scrollIntoView({ block: "center" });
    }
  }

  // The column's head says by now which works there are and whether attendance was taken.
  follow(lesson, head) {
    const row = this.pageRow(lesson);
    const works = row?.querySelector('[data-field="works"]');
    const names = head.querySelector(".works").textContent;
    if (works && !isOnItsWay(works)) {
      works.textContent = names || "выбрать";
      works.dataset.was = head.dataset.works; // a mark may have brought the usual ones
    }
    const present = row?.querySelector('[data-field="attendance"]');
    if (!present || head.classList.contains("ro")) return;
    const isTaken = head.classList.contains("taken");
    if (isTaken === present.classList.contains("taken")) return;
    present.classList.toggle("taken", isTaken);
    present.dataset.was = isTaken ? "все" : "";
    if (isTaken) {
      present.replaceChildren(
        "отмечено ",
        button("вернуть", () => {}, { className: "plain untake" }),
      );
    } else present.replaceChildren(button("все были", () => {}));
  }

  // For a mouse or a finger: what Enter and «-» do on a keyboard.
  offerDeeds(field) {
    this.page.querySelector(".quick")?.remove();
    const deeds = make("div", "", { className: "quick" });
    const offer = (title, text) => {
      const deed = button(
        title,
        () => {
          this.setText(field, text);
          this.writeField(field);
        },
        { className: "plain", tabIndex: -1 },
      );
      deed.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps focus
      deeds.append(deed);
    };
    if (field.dataset.plan && field.value !== field.dataset.plan) {
      offer("Из плана", field.dataset.plan);
    }
    if (field.dataset.field === "homework" && !field.value) offer("Не задано", "не задано");
    if (deeds.firstChild) field.after(deeds);
  }
}

export function isOnItsWay(element) {
  return ["saving", "failed"].some((name) => element.classList.contains(name));
}

function fit(field) {
  if (CSS.supports("field-sizing", "content")) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
}
