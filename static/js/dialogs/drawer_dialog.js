/** The drawer of rooms. */

import { element } from "../lib/page.js";

/** From here on they stand beside the page: as in shell.css. */
const WIDE = matchMedia("(min-width: 48rem)");

const dialog = /** @type {HTMLDialogElement} */ (element("drawer"));
const sidebar = element("sidebar");

sidebar.querySelector(".rail-close")?.addEventListener("click", close);
dialog.addEventListener("click", ({ target }) => target === dialog && close());
dialog.addEventListener("close", () => dialog.before(sidebar));
WIDE.addEventListener("change", close);

/** The sidebar is in it while it is open, and before it otherwise. */
export function openDrawer() {
  if (dialog.open || WIDE.matches) return;
  dialog.append(sidebar);
  dialog.showModal();
  const current = sidebar.querySelector("[aria-current]") ?? sidebar.querySelector("a");
  if (current instanceof HTMLElement) current.focus();
}

function close() {
  dialog.close();
}
