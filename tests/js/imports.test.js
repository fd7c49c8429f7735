import assert from "node:assert/strict";
import { test } from "node:test";

import { nearest, next } from "../../static/js/setup/import.js";

test("after the last problem comes the first", () => {
  assert.equal(next(["a", "b"], undefined), "a");
  assert.equal(next(["a", "b"], "a"), "b");
  assert.equal(next(["a", "b"], "b"), "a");
});

test("arrows go to the nearest cell on a side, merged ones too", () => {
  const box = (left, top, right, bottom) => ({ left, top, right, bottom });
  // Two columns; the second row is one cell merged over both.
  const boxes = [
    box(0, 0, 100, 40),
    box(100, 0, 200, 40),
    box(0, 40, 200, 80),
    box(0, 80, 100, 120),
  ];
  assert.equal(nearest(boxes, 0, "ArrowRight"), 1);
  assert.equal(nearest(boxes, 1, "ArrowLeft"), 0);
  assert.equal(nearest(boxes, 1, "ArrowDown"), 2);
  assert.equal(nearest(boxes, 2, "ArrowDown"), 3);
  assert.equal(nearest(boxes, 3, "ArrowDown"), -1);
});
