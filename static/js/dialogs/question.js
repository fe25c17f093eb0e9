/** Dialogs that ask once more. */

/**
 * @param {any} dialog with a form, of which one button's value is "yes"
 * @returns {Promise<boolean>} whether it is to be done
 */
export function isSure(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
