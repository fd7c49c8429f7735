// The page of the workload: its matrix as a spreadsheet, its keys.

import { Sheet } from "./sheet.js";

const root = document.getElementById("workload");

function start() {
  const sheet = new Sheet(root);
  sheet.table.addEventListener("keydown", (event) => sheet.key(event));
  sheet.table.addEventListener("mousedown", (event) => sheet.press(event));
  sheet.table.addEventListener("dblclick", (event) => sheet.open(event));
  sheet.table.addEventListener("focusin", ({ target }) => sheet.enter(target.closest("tbody td")));
  sheet.table.addEventListener("paste", (event) => sheet.pasted(event));
  sheet.table.addEventListener("copy", (event) => sheet.copied(event));
  addEventListener("keydown", (event) => {
    if (event.key === "F8") {
      event.preventDefault();
      sheet.goOn();
    } else if (
      (event.ctrlKey || event.metaKey) &&
      event.code === "KeyZ" &&
      !sheet.isTyping(event)
    ) {
      event.preventDefault();
      sheet.takeBack();
    }
  });
  addEventListener("beforeunload", (event) => {
    if (sheet.unsent.size || sheet.asked.size) event.preventDefault();
  });
  sheet.part("undo").addEventListener("click", () => sheet.takeBack());
}

if (root) start();
