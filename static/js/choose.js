// «Choose all» in the head of a table with a box in each row: of the forms marked `data-choose` with
// the name of these boxes.
for (const form of document.querySelectorAll("form[data-choose]")) {
  const head = form.querySelector("thead .choose");
  if (!head) continue;
  const all = document.createElement("input");
  all.type = "checkbox";
  all.setAttribute("aria-label", "Выбрать все");
  all.addEventListener("change", () => {
    for (const one of form.querySelectorAll(`[name=${form.dataset.choose}]`)) {
      one.checked = all.checked;
    }
  });
  head.append(all);
}
