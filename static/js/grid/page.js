// The right-hand page of the grid: topic, homework, works and attendance of each lesson.

import { button, make, parse } from "../dom.js";
import { post } from "../post.js";
import { fit, isOnItsWay, meaningOf, setText, standsIn, UNSETTLED } from "./texts.js";
import { Works } from "./works.js";

const NORM_LINE = `<table><tr class="norm-line"><td colspan="5" role="status">
  <span data-hints="homework"></span><span data-hints="works"></span></td></tr></table>`;

export class Page {
  constructor(grid) {
    this.grid = grid;
    this.works = new Works(grid.root.dataset.worksUrl, {
      say: (text) => grid.bar.say(text),
      write: (target, was, text) => this.write(target, was, text),
    });
    const { page } = grid.places;
    const ofField = (deed) => (event) => event.target.matches("textarea") && deed(event.target);
    page.addEventListener(
      "change",
      ofField((field) => this.writeField(field)),
    );
    page.addEventListener(
      "input",
      ofField((field) => this.type(field)),
    );
    page.addEventListener(
      "focusin",
      ofField((field) => this.enter(field)),
    );
    page.addEventListener("keydown", (event) => this.key(event));
    page.addEventListener("click", (event) => this.click(event));
    this.fields().forEach(fit);
  }

  fields() {
    return [...this.grid.places.page.querySelectorAll("textarea")];
  }

  // A text as a person reads it.
  shownText(target, text) {
    if (target.endsWith(":works")) return this.works.namesOf(text);
    return text;
  }

  // --- writing ---

  write(target, was, text) {
    this.grid.deeds.record([{ target, before: was, after: text }]);
    this.grid.saving.put(target, () => was, text);
  }

  writeField(field) {
    const { deeds, places, problems, saving } = this.grid;
    const target = places.targetOf(field);
    const text = field.value.trim();
    const { meaning, before } = meaningOf(field, text);
    if (meaning === "new") {
      deeds.record([{ target, before, after: text }]);
      saving.put(target, () => standsIn(field), text);
    } else if (meaning === "standing" && field.problem) problems.settle(field, before);
    else saving.endDraft(target);
  }

  type(field) {
    const { places, saving } = this.grid;
    fit(field);
    saving.draft(places.targetOf(field), standsIn(field), field.value);
  }

  enter(field) {
    const { popover } = this.grid;
    if (field.problem) popover.open(field);
    else popover.close();
    this.offerDeeds(field);
  }

  click({ target }) {
    const { editing, places } = this.grid;
    const pressed = target.closest("button");
    const { field } = target.closest("[data-field]")?.dataset ?? {};
    const lesson = target.closest("tr")?.dataset.lesson;
    if (!pressed) return;
    if (pressed.classList.contains("bind")) this.bind(lesson);
    if (field === "works") {
      const { date } = places.heads[places.columnOf(lesson)].dataset;
      this.works.choose(pressed, `field:${lesson}:works`, date);
    }
    if (field === "attendance" && pressed.classList.contains("untake")) {
      this.write(`field:${lesson}:attendance`, "все", "");
    } else if (field === "attendance") editing.everybodyPresent(lesson);
  }

  // Whether a key like Ctrl+Z belongs to the text that is being typed.
  isTyping(element) {
    return element.matches("textarea") && element.value.trim() !== standsIn(element);
  }

  key(event) {
    const { moving, places } = this.grid;
    const field = event.target;
    const lesson = field.closest("tr")?.dataset.lesson;
    const isEnter = event.key === "Enter" && field.matches("textarea");
    if (event.key === "F6") {
      moving.activate(moving.cellOf(lesson));
      event.preventDefault();
    } else if (event.key === "F9") {
      this.bind(lesson);
      event.preventDefault();
    } else if (isEnter && this.enterKey(field, lesson, event.shiftKey)) event.preventDefault();
    else if (event.key === "Escape" && field.matches("textarea")) {
      setText(field, standsIn(field));
      this.grid.saving.endDraft(places.targetOf(field));
    }
  }

  // To the question that is open at the field, else on; true unless it is the text's own line break.
  enterKey(field, lesson, isShift) {
    const { popover } = this.grid;
    const isAsked = ["conflict", "draft"].includes(field.problem?.status) && !popover.box.hidden;
    if (isAsked) {
      popover.focus();
      return true;
    }
    if (isShift) return false;
    // Of a lesson yet to be held nothing is taken from the plan by passing through its fields.
    const isAhead = field.closest("tr").classList.contains("ahead");
    if (field.value.trim() === "" && field.dataset.plan && !isAhead) {
      field.value = field.dataset.plan;
    }
    this.writeField(field);
    this.goOn(field, lesson);
    return true;
  }

  // From the topic to the homework, and from there back to the grid; on a paper, which is copied line
  // by line, to the next line.
  goOn(field, lesson) {
    const { moving, places } = this.grid;
    const fields = this.fields();
    const next = fields[fields.indexOf(field) + 1];
    const cell = moving.cellOf(lesson);
    if (field.dataset.field === "homework" && cell && !(places.isPaper && next)) {
      moving.activate(cell);
    } else (next ?? field).focus();
  }

  // The page is going away with something typed in its fields.
  leave() {
    const { places, saving } = this.grid;
    for (const field of this.fields()) {
      const text = field.value.trim();
      const isSettled = !UNSETTLED.some((name) => field.classList.contains(name));
      if (isSettled && text !== standsIn(field)) {
        saving.leave(places.targetOf(field), standsIn(field), text);
      }
    }
  }

  // --- moving ---

  focus(lesson) {
    const line = this.grid.places.lineOf(lesson);
    (line?.querySelector("textarea") ?? line?.querySelector("a"))?.focus();
  }

  goTo(duty, lesson) {
    const line = this.grid.places.lineOf(lesson);
    const field = line?.querySelector(`textarea[data-field="${duty}"]`);
    field?.focus();
    if (duty === "topic" || duty === "homework") {
      (field ?? line)?.scrollIntoView({ block: "center" });
    }
  }

  // The column's head says by now which works there are and whether attendance was taken.
  follow(lesson, head) {
    const line = this.grid.places.lineOf(lesson);
    const works = line?.querySelector('[data-field="works"]');
    const { textContent: names, dataset } = head.querySelector(".works");
    const about = line?.querySelector(".about");
    if (about) about.textContent = dataset.about ?? "";
    if (works && !isOnItsWay(works)) {
      works.textContent = names || "выбрать";
      works.dataset.was = head.dataset.works; // a mark may have brought the usual ones
    }
    const present = line?.querySelector('[data-field="attendance"]');
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

  // What the norms say of the homework or the works just saved, in a line below the lesson's; of works
  // only where one is a control work.
  advise(head, hints) {
    const line = this.grid.places.lineOf(head.dataset.lesson);
    if (!line) return;
    let below = line.nextElementSibling;
    if (!below?.matches(".norm-line")) {
      below = parse(NORM_LINE, "tr");
      line.after(below);
    }
    for (const [name, html] of Object.entries(hints)) {
      const isTold = name !== "works" || head.querySelector(".works b");
      const told = isTold ? parse(html, "body").childNodes : [];
      below.querySelector(`[data-hints="${name}"]`).replaceChildren(...told);
    }
    below.hidden = !below.textContent.trim();
  }

  // --- the plan ---

  // A topic «вне плана» is the next line of the plan all the same.
  async bind(lesson) {
    const { bar, root } = this.grid;
    const line = this.grid.places.lineOf(lesson);
    if (!line?.querySelector(".bind")) {
      bar.say("К плану относят только тему «вне плана».");
      return;
    }
    const { isDone, answer } = await post(root.dataset.givenUrl, { lesson, deed: "bind" });
    bar.say(answer.message);
    if (isDone) this.followPlan(answer.plan);
  }

  // {lesson: {topic, homework, note}}: what the plan offers in lessons by now.
  followPlan(plan) {
    for (const [lesson, { topic, homework, note }] of Object.entries(plan)) {
      const line = this.grid.places.lineOf(lesson);
      const fields = { topic, homework };
      for (const [name, text] of Object.entries(fields)) {
        const field = line?.querySelector(`textarea[data-field="${name}"]`);
        if (!field) continue;
        field.dataset.plan = text;
        field.placeholder = text;
        if (field.value === "") fit(field);
      }
      line?.querySelector(".off-plan")?.replaceWith(parse(note, ".off-plan"));
    }
  }

  // For a mouse or a finger: what Enter and «-» do on a keyboard.
  offerDeeds(field) {
    this.grid.places.page.querySelector(".quick")?.remove();
    const deeds = make("div", "", { className: "quick" });
    const offer = (title, text) => {
      const deed = button(
        title,
        () => {
          setText(field, text);
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
