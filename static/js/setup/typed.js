// What is typed while a draft is on its way to the server is not lost when its answer is drawn.

// The names whose text is no more what was sent: they keep what is typed now.
export function typedSince(sent, now) {
  return [...now.keys()].filter((name) => sent.get(name) !== now.get(name));
}

// {name: text} of the fields of a form, a box that is off being «».
export function textsOf(fields) {
  const texts = new Map();
  for (const field of fields) {
    if (!field.name || field.type === "hidden" || field.type === "submit") continue;
    texts.set(field.name, field.type === "checkbox" && !field.checked ? "" : field.value);
  }
  return texts;
}
