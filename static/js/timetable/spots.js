// Places of the week, «4.3» the third lesson of Thursday, and ways between them. No document here.

export const STEPS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

const DAYS = ["пн", "вт", "ср", "чт", "пт", "сб", "вс"];

export function parse(spot) {
  const [weekday, number] = spot.split(".").map(Number);
  return { weekday, number };
}

// «чт, 3-й»
export function named(spot) {
  const { weekday, number } = parse(spot);
  return `${DAYS[weekday - 1]}, ${number}-й`;
}

// Some bands and columns away, kept inside the table.
export function stepped({ band, column }, [down, right], size) {
  const inside = (value, count) => Math.max(0, Math.min(value, count - 1));
  return { band: inside(band + down, size.bands), column: inside(column + right, size.columns) };
}

// The places one after the other that N leads to: the free ones, the nearest first, then those that
// are an exchange. `places` are {spot: {kind}}, `there` the spots that the grid shows.
export function inReach(places, origin, there) {
  const from = parse(origin);
  const away = (spot) => {
    const { weekday, number } = parse(spot);
    return Math.abs(weekday - from.weekday) + Math.abs(number - from.number);
  };
  const found = (kind) =>
    there
      .filter((spot) => places[spot]?.kind === kind)
      .sort((one, other) => away(one) - away(other) || parse(one).weekday - parse(other).weekday);
  return [...found("free"), ...found("exchange")];
}

// What takes a move back: the same lessons the other way, what they were exchanged with too.
export function inverse(move) {
  return { ...move, was: move.to, to: move.was };
}

// «Физика: ср, 3-й → чт, 4-й»
export const told = ({ name, was, to }) => `${name}: ${named(was)} → ${named(to)}`;
