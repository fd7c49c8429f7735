import assert from "node:assert/strict";
import { test } from "node:test";

import { put } from "../../static/js/setup/rows.js";

const choice = () => ({
  value: "",
  options: [
    { value: "", text: "" },
    { value: "m", text: "м" },
    { value: "f", text: " ж " },
  ],
});

test("a pasted text is put into a field as it stands", () => {
  const field = { type: "text", value: "" };
  assert.equal(put(field, "Иванов"), true);
  assert.equal(field.value, "Иванов");
});

test("of a choice the one that is called so, whatever its capitals", () => {
  for (const [text, value] of [
    ["М", "m"],
    ["f", "f"],
    ["ж", "f"],
  ]) {
    const field = choice();
    assert.equal(put(field, text), true);
    assert.equal(field.value, value);
  }
});

test("what is no choice changes nothing and says so", () => {
  const field = choice();
  assert.equal(put(field, "не знаю"), false);
  assert.equal(field.value, "");
});

test("a tick is set by what says yes", () => {
  for (const [text, checked] of [
    ["да", true],
    ["+", true],
    ["нет", false],
  ]) {
    const field = { type: "checkbox", checked: !checked };
    put(field, text);
    assert.equal(field.checked, checked);
  }
});
