/** On a narrow screen the rooms are in a drawer, behind a button. */

import { element, parts } from "./page.js";

/** From here on they stand beside the page: as in shell.css. */
const WIDE = matchMedia("(min-width: 48rem)");

export class Drawer {
  /** @param {HTMLElement} sidebar is in the drawer while that is open, and before it otherwise */
  constructor(sidebar) {
    this.sidebar = sidebar;
    this.dialog = /** @type {HTMLDialogElement} */ (element("drawer"));
    for (const link of parts(document, "[data-drawer]")) this.#make(link);
    const close = () => this.dialog.close();
    sidebar.querySelector(".rail-close")?.addEventListener("click", close);
    this.dialog.addEventListener("click", ({ target }) => target === this.dialog && close());
    this.dialog.addEventListener("close", () => this.dialog.before(sidebar));
    WIDE.addEventListener("change", close);
  }

  /** Without a script it is a link to the page of rooms; here it is a button. */
  #make(link) {
    link.setAttribute("role", "button");
    link.setAttribute("aria-haspopup", "dialog");
    link.addEventListener("click", (event) => {
      event.preventDefault();
      this.#open();
    });
    link.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      this.#open();
    });
  }

  #open() {
    this.dialog.append(this.sidebar);
    this.dialog.showModal();
    const current = this.sidebar.querySelector("[aria-current]") ?? this.sidebar.querySelector("a");
    if (current instanceof HTMLElement) current.focus();
  }
}
