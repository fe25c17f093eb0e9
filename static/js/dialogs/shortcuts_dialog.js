/** The dialog of keyboard shortcuts, which is fetched when it is first opened. */

import { element, on, showMacKeys } from "../lib/page.js";
import { setPreference, getPreference } from "../lib/preferences.js";
import { addStyleSheet } from "../lib/style_sheet.js";

const PATH = "/shortcuts";

/**
 * @returns {Promise<{open: () => void, openBySingleKey: () => void}>}
 * @throws {Error} where there is no connection, or no login any more
 */
export async function loadShortcuts() {
  const response = await fetch(PATH, { redirect: "error" });
  if (!response.ok) throw new Error(`${PATH}: ${response.status}`);
  document.body.insertAdjacentHTML("beforeend", await response.text());
  const dialog = /** @type {HTMLDialogElement} */ (element("shortcuts"));
  const single = /** @type {HTMLInputElement} */ (element("shortcuts-single"));
  showMacKeys(dialog);
  single.checked = isSingleKeyOn();
  on(single, "change", () => setPreference("question-key", single.checked ? "on" : "off"));
  on(dialog, "click", (event) => event.target === dialog && dialog.close());
  await addStyleSheet(dialog.dataset.sheet ?? "");

  /** Show it, unless something else is open already. */
  function open() {
    if (!document.querySelector("dialog:modal")) dialog.showModal();
  }

  return { open, openBySingleKey: () => isSingleKeyOn() && open() };
}

/** Keys of a single character can be turned off: who speaks to the computer presses them unawares. */
function isSingleKeyOn() {
  return getPreference("question-key") !== "off";
}
