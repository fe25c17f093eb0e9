/** The banner about a lost connection: only when it stays lost, with when it is tried again. */

import { on, query, setText } from "../lib/page.js";

const SHOW_AFTER = 5_000;
const HIDE_AFTER = 6_000;
const SECOND = 1_000;

export class ConnectionBanner {
  #lostAt = 0;
  #timer = 0;
  #missed = 0;

  /**
   * @param {HTMLElement} banner
   * @param {import("../net/socket.js").Connection} connection
   * @param {import("../lib/types.js").Translate} t
   */
  constructor(banner, connection, t) {
    this.text = query(banner, ".connection-text");
    this.wait = query(banner, ".connection-wait");
    this.button = query(banner, "button");
    Object.assign(this, { banner, connection, t });
    on(this.button, "click", () => connection.retry());
    on(connection, "state", () => this.#changed());
    this.#changed();
  }

  /** A message by somebody else has come; before the stream has caught up it is one that was missed. */
  messageReceived() {
    if (!this.connection.isOnline) this.#missed += 1;
  }

  #changed() {
    const { state, isOnline } = this.connection;
    this.banner.dataset.state = state;
    if (isOnline) this.#restored();
    else if (this.#lostAt) this.#update();
    else this.#lose();
  }

  #lose() {
    this.hide();
    this.#missed = 0;
    this.#lostAt = Date.now();
    this.#timer = setInterval(() => this.#update(), SECOND);
  }

  #update() {
    if (Date.now() - this.#lostAt < SHOW_AFTER) return;
    this.#show(this.t("offline"), this.#countdown());
  }

  #countdown() {
    if (this.connection.state === "connecting") return this.t("connecting");
    const seconds = Math.ceil((this.connection.retryAt - Date.now()) / SECOND);
    return this.t("next_try", { seconds: Math.max(seconds, 1) });
  }

  /** Back again, and everything is here. */
  #restored() {
    const wasShown = this.banner.classList.contains("is-shown");
    this.hide();
    if (!wasShown) return;
    const count = this.#missed;
    this.#show(count ? this.t("caught_up", { count }) : this.t("online"), "");
    this.#timer = setTimeout(() => this.hide(), HIDE_AFTER);
  }

  #show(text, wait) {
    setText(this.text, text);
    setText(this.wait, wait);
    this.button.hidden = !wait;
    this.banner.classList.add("is-shown");
  }

  /** Nothing is tried any more, or all is well. */
  hide() {
    // Browsers end a time-out and an interval by either name.
    clearTimeout(this.#timer);
    this.#lostAt = 0;
    this.button.hidden = true;
    this.banner.classList.remove("is-shown");
  }
}
