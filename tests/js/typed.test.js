import assert from "node:assert/strict";
import test from "node:test";

import { textsOf, typedSince } from "../../static/js/setup/typed.js";

test("what was typed while a draft was sent is told from what was sent", () => {
  const sent = new Map([
    ["class-1", "6А"],
    ["class-2", "6Б"],
  ]);
  const now = new Map([
    ["class-1", "6А"],
    ["class-2", "6В"],
    ["class-3", "7А"],
  ]);
  assert.deepEqual(typedSince(sent, now), ["class-2", "class-3"]);
});

test("a box that is off says nothing, hidden fields and buttons are none", () => {
  const fields = [
    { name: "pupil-1", type: "checkbox", value: "10А", checked: false },
    { name: "pupil-2", type: "checkbox", value: "10А", checked: true },
    { name: "was-pupil-1", type: "hidden", value: "10А" },
    { name: "open", type: "submit", value: "" },
    { name: "new", type: "text", value: "1А" },
  ];
  assert.deepEqual(
    [...textsOf(fields)],
    [
      ["pupil-1", ""],
      ["pupil-2", "10А"],
      ["new", "1А"],
    ],
  );
});
