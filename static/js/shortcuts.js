/** The dialog of keyboard shortcuts: by `?` outside of fields, by Ctrl+/ anywhere, by its buttons. */

import { element, on, parts } from "./page.js";
import { choose, chosen } from "./storage.js";

const FIELDS = "input, textarea, select, [contenteditable]";
const OFF = "off";

const dialog = /** @type {HTMLDialogElement} */ (element("shortcuts"));
const single = /** @type {HTMLInputElement} */ (element("shortcuts-single"));

function pressed(event) {
  if (!isAsked(event) || document.querySelector("dialog:modal")) return;
  event.preventDefault();
  dialog.showModal();
}

function isAsked(event) {
  if (event.key === "/" || event.code === "Slash") {
    if (event.ctrlKey || event.metaKey) return true;
  }
  const isPlain = event.key === "?" && !event.ctrlKey && !event.metaKey && !event.altKey;
  return isPlain && chosen("question-key") !== OFF && !event.target.closest?.(FIELDS);
}

if (/Mac|iP(hone|ad)/.test(navigator.platform)) {
  for (const key of parts(document, "[data-mac]")) key.textContent = key.dataset.mac ?? "";
}
single.checked = chosen("question-key") !== OFF;
// Keys of a single character can be turned off: who speaks to the computer presses them unawares.
on(single, "change", () => choose("question-key", single.checked ? "on" : OFF));
on(dialog, "click", (event) => event.target === dialog && dialog.close());
on(document, "keydown", pressed);
for (const button of parts(document, "[data-shortcuts]")) {
  on(button, "click", () => dialog.showModal());
}
