/** The button that jumps to the latest message, with the number of those not seen yet. */

import { on, query } from "../lib/page.js";

export class JumpToLatestButton {
  #seen;

  /**
   * @param {HTMLElement} button
   * @param {import("./history.js").History} history
   * @param {{seen: number, t: import("../lib/types.js").Translate}} options the last message id seen before
   */
  constructor(button, history, { seen, t }) {
    Object.assign(this, { button, history, t });
    this.#seen = seen;
    on(button, "click", () => history.jumpToLatest());
  }

  show() {
    const { isPinned, scroll, store } = this.history;
    this.#seen = Math.max(this.#seen, isPinned ? store.revision : scroll.lastSeen);
    const count = store.revision - this.#seen;
    const text = count > 99 ? "99+" : String(count);
    const counter = query(this.button, ".to-newest-count");
    counter.hidden = count === 0;
    counter.textContent = text;
    this.button.setAttribute("aria-label", this.t(count ? "to_newest_of" : "to_newest", { count: text }));
    this.button.hidden = isPinned;
  }
}
