// The weeks of a teacher and of a room in small, beside the grid while one of their lessons hovers.

import { make } from "../dom.js";
import { parse } from "./spots.js";

const DAYS = ["пн", "вт", "ср", "чт", "пт", "сб", "вс"];

export const weeksBeside = (weeks, was, over) => weeks.map((week) => panel(week, was, over));

function panel({ title, hours, taken }, was, over) {
  const section = make("section", "", { className: "panel beside-week" });
  const head = make("h2", `${title} `);
  head.append(make("small", `${hours} ч в неделю`));
  section.append(head, table(taken, was, over));
  return section;
}

function table(taken, was, over) {
  const spots = [...Object.keys(taken), was, over].map(parse);
  const days = Math.max(5, ...spots.map(({ weekday }) => weekday));
  const last = Math.max(...spots.map(({ number }) => number));
  const made = make("table");
  const head = made.createTHead().insertRow();
  head.append(make("td"), ...DAYS.slice(0, days).map((day) => make("th", day, { scope: "col" })));
  const body = made.createTBody();
  for (let number = 1; number <= last; number += 1) {
    const row = body.insertRow();
    row.append(make("th", String(number), { scope: "row" }));
    for (let day = 1; day <= days; day += 1) row.append(cell(taken, `${day}.${number}`, was, over));
  }
  return made;
}

function cell(taken, spot, was, over) {
  const there = taken[spot];
  if (spot === was) return make("td", there ?? "", { className: "taken origin" });
  if (spot !== over) return make("td", there ?? "", { className: there ? "taken" : "" });
  return make("td", there ? `✕ ${there}` : "✓", { className: there ? "clash" : "free" });
}
