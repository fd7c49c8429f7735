// «Choose all» in the head of the table of late entries.
const form = document.getElementById("late");
if (form) {
  const all = document.createElement("input");
  all.type = "checkbox";
  all.setAttribute("aria-label", "Выбрать все");
  all.addEventListener("change", () => {
    for (const one of form.querySelectorAll("[name=entry]")) one.checked = all.checked;
  });
  form.querySelector("thead .choose").append(all);
}
