/** The buttons that lead to the latest message and to the first unread one. */

import { element, on } from "../lib/page.js";
import { JumpToLatestButton } from "./jump_to_latest.js";
import { JumpToUnreadButton } from "./jump_to_unread.js";

export class JumpButtons {
  #frame = 0;

  /**
   * @param {any} room see message_actions.js
   * @param {number} seen the last message id seen before
   */
  constructor({ history, readTracker, t }, seen) {
    this.latest = new JumpToLatestButton(element("to-newest"), history, { seen, t });
    this.unread = new JumpToUnreadButton(element("to-unread"), history, readTracker);
    on(history, "changed", () => this.#schedule());
    on(history.scroll, "moved", () => this.#schedule());
    this.#schedule();
  }

  /** The line above what is unread stands elsewhere now. */
  restart() {
    this.unread.restart();
    this.#schedule();
  }

  /** Asking what is in view makes the browser lay out the page: once a frame is enough. */
  #schedule() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.latest.show();
      this.unread.show();
    });
  }
}
