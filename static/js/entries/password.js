/** A button beside each password that shows what was typed. */

import { queryAll } from "../lib/page.js";

queryAll(document, "input[data-reveal]").forEach(addReveal);

function addReveal(field) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "reveal link-button";
  button.textContent = field.dataset.reveal ?? "";
  button.setAttribute("aria-pressed", "false");
  button.setAttribute("aria-controls", field.id);
  button.addEventListener("click", () => {
    const isShown = field.type === "text";
    field.type = isShown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!isShown));
  });
  field.form?.addEventListener("submit", () => (field.type = "password"));
  field.after(button);
  field.parentElement?.classList.add("has-reveal");
}
