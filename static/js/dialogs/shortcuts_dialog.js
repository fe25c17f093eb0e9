/** The dialog of keyboard shortcuts. */

import { element, on } from "../lib/page.js";
import { setPreference, getPreference } from "../lib/storage.js";

const dialog = /** @type {HTMLDialogElement} */ (element("shortcuts"));
const single = /** @type {HTMLInputElement} */ (element("shortcuts-single"));

/** Show it, unless something else is open already. */
export function open() {
  if (!document.querySelector("dialog:modal")) dialog.showModal();
}

/** Keys of a single character can be turned off: who speaks to the computer presses them unawares. */
export function openBySingleKey() {
  if (getPreference("question-key") !== "off") open();
}

single.checked = getPreference("question-key") !== "off";
on(single, "change", () => setPreference("question-key", single.checked ? "on" : "off"));
on(dialog, "click", (event) => event.target === dialog && dialog.close());
