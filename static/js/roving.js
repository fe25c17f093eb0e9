/** One message of the list is a stop of the Tab key; the arrow keys go from it to the others. */

import { part } from "./page.js";

const DESCRIBED = "post-described";

export class Roving {
  /** @type {HTMLElement | undefined} */
  #current;

  /**
   * @param {import("./history.js").History} history
   * @param {{open: (message: HTMLElement) => void, leave: () => void}} acts
   */
  constructor(history, { open, leave }) {
    this.history = history;
    this.list = history.timeline.list;
    /** @type {Record<string, (message: HTMLElement) => void>} */
    this.keys = {
      ArrowUp: (message) => this.#step(message, "previousElementSibling"),
      ArrowDown: (message) => this.#step(message, "nextElementSibling"),
      Home: () => this.focus(this.list.querySelector(".message")),
      End: () => this.history.toNewest().then(() => this.focus(this.#last)),
      Enter: open,
      Escape: leave,
    };
    this.list.addEventListener("focusin", (event) => this.#take(event.target.closest(".message")));
    history.addEventListener("changed", () => this.#current?.isConnected || this.#follow());
    history.scroll.addEventListener("moved", () => this.#follow());
    history.scroll.box.tabIndex = -1;
    this.#take(document.activeElement?.closest(".message"));
    this.#follow();
  }

  /**
   * Somebody has come here.
   * @param {boolean} isEntered by the Tab key, at its first stop: they go on to what is in view
   */
  begin(isEntered) {
    if (isEntered) this.focus(this.#inView);
    else if (this.#current) part(this.#current, ".post").tabIndex = 0;
  }

  /** @param {any} message */
  focus(message) {
    if (!message) return;
    this.#take(message);
    part(message, ".post").focus({ preventScroll: true });
    message.scrollIntoView({ block: "nearest" });
  }

  get #inView() {
    return this.history.timeline.item(this.history.scroll.lastSeen) ?? this.#last;
  }

  get #last() {
    return [...this.list.querySelectorAll(".message")].at(-1);
  }

  #step(message, way) {
    let next = message[way];
    while (next && !next.matches(".message")) next = next[way];
    this.focus(next);
  }

  /** The stop of the Tab key: while the focus is elsewhere, what is in view. */
  #follow() {
    if (this.list.contains(document.activeElement)) return;
    this.#take(this.#inView);
  }

  #take(message) {
    if (!message || message === this.#current) return;
    if (this.#current) part(this.#current, ".post").tabIndex = -1;
    document.getElementById(DESCRIBED)?.removeAttribute("id");
    const post = part(message, ".post");
    // Who hears it hears what it says, not only who and when.
    part(post, ".text").id = DESCRIBED;
    post.setAttribute("aria-describedby", DESCRIBED);
    post.tabIndex = 0;
    this.#current = message;
  }
}
