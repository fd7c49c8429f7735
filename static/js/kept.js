// Whether this browser keeps something that is not saved: told without whose it is, or what.

import "./cookies.js";
import { entriesOf } from "./store.js";

for (const element of document.querySelectorAll("[data-kept]")) {
  entriesOf(null).then((found) => (element.hidden = !found.length));
}
