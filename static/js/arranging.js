// What is chosen for the lessons of somebody who is away, counted: no page in here.

export function counted(number, [one, few, many]) {
  const tens = number % 100;
  const ones = number % 10;
  if (ones === 1 && tens !== 11) return `${number} ${one}`;
  return `${number} ${ones > 1 && ones < 5 && (tens < 12 || tens > 14) ? few : many}`;
}

// Of `words` {deed: its forms with a number, as what is told and as what is to be done}.
function each(deeds, words, form) {
  return Object.entries(words)
    .map(([deed, forms]) => [deeds.filter((one) => one === deed).length, forms[form]])
    .filter(([number]) => number)
    .map(([number, forms]) => counted(number, forms));
}

// «6 замен, 1 отмена»
export const told = (deeds, words) => each(deeds, words, 0).join(", ");

// «Назначить 6 замен, 1 соединение и 1 отмену»
export function toBeDone(deeds, words, nothing) {
  const found = each(deeds, words, 1);
  if (found.length === 0) return nothing;
  const last = found.pop();
  return found.length ? `Назначить ${found.join(", ")} и ${last}` : `Назначить ${last}`;
}

// Of lessons in their order, { week, chosen: { deed, teacher } }, a function for each that says how
// many hours more a teacher has that week by the choices above.
export function loadsAbove(lessons) {
  const more = new Map();
  return lessons.map(({ week, chosen }) => {
    const above = new Map(more);
    if (chosen?.deed === "substitute") {
      const key = `${chosen.teacher} ${week}`;
      more.set(key, (more.get(key) || 0) + 1);
    }
    return (teacher) => above.get(`${teacher} ${week}`) || 0;
  });
}

// Of the same with the `day` and the times (`from`, `until`, as texts) of each lesson a function for
// each that says whether the choices above take a teacher at that time.
export function takenAbove(lessons) {
  return lessons.map(({ day, from, until }, place) => {
    const meeting = lessons
      .slice(0, place)
      .filter((one) => one.day === day && one.from < until && from < one.until)
      .filter(({ chosen }) => chosen?.deed === "substitute")
      .map(({ chosen }) => chosen.teacher);
    return (teacher) => meeting.includes(teacher);
  });
}

// Where a key leads from a lesson: to another one, to a way of this one, or nowhere.
const WAYS = { с: "join", c: "join", о: "cancel", o: "cancel" };

export function meaning(key) {
  if (key === "ArrowUp") return { step: -1 };
  if (key === "ArrowDown") return { step: 1 };
  if (/^[1-9]$/.test(key)) return { place: Number(key) - 1 };
  const deed = WAYS[key.toLowerCase()];
  return deed ? { deed } : null;
}
