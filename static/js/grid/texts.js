// Texts of elements: a cell shows it, a field holds it, the works' button has the ids.

// How a text that the server has not taken is marked.
export const UNSETTLED = ["saving", "failed", "error", "conflict", "draft"];

export function textOf(element) {
  if (element.matches("textarea")) return element.defaultValue;
  if (element.dataset.field === "attendance") {
    return element.classList.contains("taken") ? "все" : "";
  }
  return element.textContent;
}

export function setText(element, text) {
  if (element.matches("textarea")) {
    element.value = text;
    fit(element);
  } else if (element.matches("td") && !element.dataset.field) element.textContent = text;
}

// What the server last told of an element.
export function standsIn(element) {
  return element.dataset.was ?? textOf(element);
}

export function isOnItsWay(element) {
  return ["saving", "failed"].some((name) => element.classList.contains(name));
}

// What a typed text is to an element: «sent», it is on its way already; «standing», it is what stands
// there; else «new», and takes the place of `before`.
export function meaningOf(element, text) {
  const isUnsettled = isOnItsWay(element);
  const before = isUnsettled ? element.typed : standsIn(element);
  if (text !== before) return { meaning: "new", before };
  return { meaning: isUnsettled ? "sent" : "standing", before };
}

// A field as high as its text.
export function fit(field) {
  if (CSS.supports("field-sizing", "content")) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
}
