/**
 * Shows whether the page has everything. Ids and changes are numbered without gaps; that what it has is what the
 * server has, a sum of their numbers confirms.
 */

import { on, setText } from "../lib/page.js";
import { DigestCheck } from "./digest_check.js";

const number = new Intl.NumberFormat(document.documentElement.lang);

export class Completeness {
  /**
   * @param {HTMLElement} line
   * @param {{
   *   history: import("./history.js").History,
   *   connection: import("../net/socket.js").Connection,
   *   t: import("../lib/types.js").Translate,
   * }} page
   */
  constructor(line, { history, connection, t }) {
    Object.assign(this, { line, history, connection, t });
    this.digest = new DigestCheck(connection, history);
    on(history, "changed", () => this.#show());
    on(connection, "state frame", () => this.#show());
    on(this.digest, "changed", () => this.#show());
    this.#show();
  }

  #show() {
    const [key, from = 0, to = 0] = this.#state();
    const { change, revision: head } = this.history.store;
    if (this.line.dataset.state !== key) this.line.dataset.state = key;
    setText(this.line, this.t(key, { from, to, head, change: number.format(change ?? 0) }));
  }

  /** @returns {[string, number?, number?]} the key of the text, and the numbers in it */
  #state() {
    const { store, isRepairing } = this.history;
    const { oldest, newest, missing, isAtEnd, revision, change } = store;
    if (!revision) return ["nothing_yet"];
    if (missing) return ["repairing", missing, newest];
    if (!isAtEnd) return isRepairing ? ["repairing", newest + 1, revision] : ["stretch", oldest, newest];
    if (change === null) return ["stretch", oldest, newest];
    if (!this.connection.isOnline) return ["complete_so_far"];
    return [this.digest.isConfirmed ? "complete" : "comparing"];
  }
}
