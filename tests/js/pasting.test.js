import assert from "node:assert/strict";
import { test } from "node:test";

import { element } from "./browser.js";
import { isBlock, isPlain, layOut, parseBlock, summary } from "../../static/js/grid/pasting.js";

test("a block of a spreadsheet is rows of cells; its last line break begins no row", () => {
  assert.deepEqual(parseBlock("5\t4\r\nн\t\r\n"), [
    ["5", "4"],
    ["н", ""],
  ]);
  assert.deepEqual(parseBlock("5\n\n4"), [["5"], [""], ["4"]]);
});

test("spaces that can't be seen are none", () => {
  assert.deepEqual(parseBlock("\u00a05\u200b\t \ufeff"), [["5", ""]]);
});

test("one text is no block, also with a line break at its end", () => {
  assert.equal(isBlock("5"), false);
  assert.equal(isBlock("5\r\n"), false);
  assert.equal(isBlock("5\t4"), true);
  assert.equal(isBlock("5\n4"), true);
});

const closed = element({ was: "5", marks: ["r"] });
const filled = element({ was: "3" });
const empty = element();
const cells = [
  [filled, empty],
  [closed, empty],
];
const lay = (...block) =>
  layOut(
    block,
    (down, right) => cells[down]?.[right],
    (td) => td !== closed,
  );

test("texts are written where one may write and the sheet has a cell", () => {
  assert.deepEqual(lay(["5", "4", "3"], ["2", "н"], ["", "н"]), {
    writes: [
      { td: filled, text: "5" },
      { td: empty, text: "4" },
      { td: empty, text: "н" },
    ],
    blanks: [],
    outside: 2,
    closed: [closed],
  });
});

test("a blank erases nothing by itself; it is told where something stands that one may erase", () => {
  assert.deepEqual(lay(["", ""], ["", ""], ["", ""]), {
    writes: [],
    blanks: [filled],
    outside: 0,
    closed: [],
  });
});

const nameOf = () => "Петрова";
const writes = (...texts) => texts.map((text) => ({ td: filled, text }));

test("what became of a block is told by kinds", () => {
  const laid = {
    writes: writes("5", "4", "7", "н"),
    blanks: [filled],
    outside: 2,
    closed: [closed],
  };
  assert.equal(
    summary(laid, ["saved", "failed", "error", "conflict"], nameOf),
    "Вставлено: 1; ждёт отправки: 1; не вошло: 3 (за краем таблицы 2, закрыто для записи 1); " +
      "изменено другим: 1; не понято: 1: «7» (Петрова); пустых: 1, ими ничего не стёрто.",
  );
});

test("of many texts that were not understood three are named", () => {
  const laid = { writes: writes("6", "7", "8", "9"), blanks: [], outside: 0, closed: [] };
  assert.equal(
    summary(laid, ["error", "error", "error", "error"], nameOf),
    "Вставлено: 0; не понято: 4: «6» (Петрова), «7» (Петрова), «8» (Петрова) и другие.",
  );
});

test("one text that was saved is nothing to tell; anything else is", () => {
  const one = { writes: writes("5"), blanks: [], outside: 0, closed: [] };
  assert.equal(isPlain(one, ["saved"]), true);
  assert.equal(isPlain(one, ["error"]), false);
  assert.equal(isPlain({ ...one, writes: writes("5", "4") }, ["saved", "saved"]), false);
  assert.equal(isPlain({ ...one, outside: 1 }, ["saved"]), false);
});
