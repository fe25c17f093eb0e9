/** Ctrl+K, and the buttons that do the same: the dialog opens at once, what it does is loaded then. */

import { element, part, parts } from "./page.js";

/** @param {HTMLElement} sidebar */
export function offerFinding(sidebar) {
  const dialog = /** @type {HTMLDialogElement} */ (element("switcher"));
  /** @type {import("./switcher.js").Switcher | undefined} */
  let switcher;

  async function open() {
    if (dialog.open) return;
    const input = /** @type {HTMLInputElement} */ (part(dialog, "input"));
    input.value = "";
    dialog.showModal();
    const { Switcher } = await import("./switcher.js");
    switcher ??= new Switcher(dialog, sidebar);
    switcher.search();
  }

  document.addEventListener("keydown", (event) => {
    // By its place on the keyboard: on a Russian one the key is Л.
    const isAsked = event.code === "KeyK" && (event.ctrlKey || event.metaKey);
    if (!isAsked || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open();
  });
  for (const button of parts(document, "[data-switcher]")) {
    button.hidden = false;
    button.addEventListener("click", open);
  }
}
