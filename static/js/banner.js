/** The banner about a lost connection: only when it stays lost, with when it is tried again. */

import { on, part, tell } from "./page.js";

const PATIENCE = 5_000;
const RECOVERY = 6_000;
const SECOND = 1_000;

export class Banner {
  #lostAt = 0;
  #clock = 0;
  #missed = 0;

  /**
   * @param {HTMLElement} banner
   * @param {import("./socket.js").Connection} connection
   * @param {import("./types.js").Say} say
   */
  constructor(banner, connection, say) {
    this.banner = banner;
    this.text = part(banner, ".connection-text");
    this.wait = part(banner, ".connection-wait");
    this.button = part(banner, "button");
    this.connection = connection;
    this.say = say;
    on(this.button, "click", () => connection.retry());
    on(connection, "state", () => this.#changed());
    on(connection, "final", () => this.#hide());
  }

  /** A message by somebody else has come; before the stream has caught up it is one that was missed. */
  heard() {
    if (!this.connection.isOnline) this.#missed += 1;
  }

  #changed() {
    const { state, isOnline } = this.connection;
    this.banner.dataset.state = state;
    if (isOnline) this.#found();
    else if (this.#lostAt) this.#look();
    else this.#lost();
  }

  #lost() {
    this.#hide();
    this.#missed = 0;
    this.#lostAt = Date.now();
    this.#clock = setInterval(() => this.#look(), SECOND);
  }

  #look() {
    if (Date.now() - this.#lostAt < PATIENCE) return;
    this.#show(this.say("offline"), this.#countdown());
  }

  #countdown() {
    if (this.connection.state === "connecting") return this.say("connecting");
    const seconds = Math.ceil((this.connection.retryAt - Date.now()) / SECOND);
    return this.say("next_try", { seconds: Math.max(seconds, 1) });
  }

  /** Back again, and everything is here. */
  #found() {
    const wasShown = this.banner.classList.contains("is-shown");
    this.#hide();
    if (!wasShown) return;
    const count = this.#missed;
    this.#show(count ? this.say("caught_up", { count }) : this.say("online"), "");
    this.#clock = setTimeout(() => this.#hide(), RECOVERY);
  }

  #show(text, wait) {
    tell(this.text, text);
    tell(this.wait, wait);
    this.button.hidden = !wait;
    this.banner.classList.add("is-shown");
  }

  #hide() {
    // Browsers end a time-out and an interval by either name.
    clearTimeout(this.#clock);
    this.#lostAt = 0;
    this.button.hidden = true;
    this.banner.classList.remove("is-shown");
  }
}
