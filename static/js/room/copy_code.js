/** The button of a block of code that copies it. */

import { copy } from "../lib/clipboard.js";
import { query } from "../lib/page.js";
import { toast } from "../dialogs/toast.js";

/**
 * @param {HTMLElement} block
 * @param {import("../lib/types.js").Translate} t
 */
export function offerCopy(block, t) {
  if (block.querySelector("button")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "icon-button copy-code";
  button.ariaLabel = button.title = t("copy_code");
  const icons = document.querySelector("use")?.getAttribute("href")?.split("#")[0];
  button.innerHTML = `<svg class="icon" aria-hidden="true"><use href="${icons}#copy"/></svg>`;
  button.addEventListener("click", () =>
    copy(query(block, "code").textContent ?? "").then(() => toast(t("copied"))),
  );
  block.prepend(button);
}
