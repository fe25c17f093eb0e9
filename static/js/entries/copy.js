/** A button beside what is shown once, which copies it. */

import { copy } from "../lib/clipboard.js";
import { queryAll } from "../lib/page.js";

for (const button of queryAll(document, "[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = /** @type {HTMLInputElement} */ (document.getElementById(button.dataset.copy ?? ""));
    await copy(field.value);
    button.querySelector("span").textContent = button.dataset.copied;
  });
}
