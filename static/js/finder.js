/** Ctrl+K, and the buttons that do the same: the dialog opens at once, what it does is loaded then. */

import { lazily } from "./lazily.js";
import { element, on, part, parts, tell } from "./page.js";

/** @param {HTMLElement} sidebar */
export function offerFinding(sidebar) {
  const dialog = /** @type {HTMLDialogElement} */ (element("switcher"));
  const note = element("switcher-note");
  const switcher = lazily(
    () => import("./switcher.js"),
    ({ Switcher }) => new Switcher(dialog, sidebar),
    () => tell(note, note.dataset.failed ?? ""),
  );

  function open() {
    if (dialog.open) return;
    const input = /** @type {HTMLInputElement} */ (part(dialog, "input"));
    input.value = "";
    dialog.showModal();
    switcher((it) => it.search());
  }

  on(dialog, "click", ({ target }) => {
    if (target === dialog || target.closest(".icon-button")) dialog.close();
  });
  on(document, "keydown", (event) => {
    // By its place on the keyboard: on a Russian one the key is Л.
    const isAsked = event.code === "KeyK" && (event.ctrlKey || event.metaKey);
    if (!isAsked || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open();
  });
  for (const button of parts(document, "[data-switcher]")) {
    button.hidden = false;
    on(button, "click", open);
  }
}
