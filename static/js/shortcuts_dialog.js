/** The dialog of keyboard shortcuts. */

import { element, on } from "./page.js";
import { choose, chosen } from "./storage.js";

const dialog = /** @type {HTMLDialogElement} */ (element("shortcuts"));
const single = /** @type {HTMLInputElement} */ (element("shortcuts-single"));

/** Show it, unless something else is open already. */
export function open() {
  if (!document.querySelector("dialog:modal")) dialog.showModal();
}

/** Keys of a single character can be turned off: who speaks to the computer presses them unawares. */
export function askedByOneKey() {
  if (chosen("question-key") !== "off") open();
}

single.checked = chosen("question-key") !== "off";
on(single, "change", () => choose("question-key", single.checked ? "on" : "off"));
on(dialog, "click", (event) => event.target === dialog && dialog.close());
