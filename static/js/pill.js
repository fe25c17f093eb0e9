/** The button that leads to the newest message, with the number of those not seen yet. */

import { on, part } from "./page.js";

export class Pill {
  #seen;
  #frame = 0;

  /**
   * @param {HTMLElement} button
   * @param {import("./history.js").History} history
   * @param {{seen: number, say: import("./types.js").Say}} options the last number seen before
   */
  constructor(button, history, { seen, say }) {
    this.button = button;
    this.history = history;
    this.say = say;
    this.#seen = seen;
    on(button, "click", () => history.toNewest());
    on(history, "changed", () => this.#later());
    on(history.scroll, "moved", () => this.#later());
  }

  /** To ask what is in view is dear: once for each picture is enough. */
  #later() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#show();
    });
  }

  #show() {
    const { sticks, scroll, head } = this.history;
    this.#seen = Math.max(this.#seen, sticks ? head : scroll.lastSeen);
    const count = head - this.#seen;
    const text = count > 99 ? "99+" : String(count);
    const counter = part(this.button, ".to-newest-count");
    counter.hidden = count === 0;
    counter.textContent = text;
    this.button.setAttribute("aria-label", this.say(count ? "to_newest_of" : "to_newest", { count: text }));
    this.button.hidden = sticks;
  }
}
