/** Older messages, loaded when the top of the timeline comes near; the link works without this. */

import { get } from "./api.js";

const PAGE = 50;

export class History {
  #busy = false;

  /**
   * @param {HTMLElement | null} link leads to the older page, absent when there is none
   * @param {HTMLElement} beginning shown once nothing is older
   * @param {import("./timeline.js").Timeline} timeline
   * @param {{room: number, box: HTMLElement, failed: string}} options
   */
  constructor(link, beginning, timeline, { room, box, failed }) {
    this.link = link;
    this.beginning = beginning;
    this.timeline = timeline;
    this.room = room;
    this.box = box;
    this.failed = failed;
    this.label = link?.textContent ?? "";
    if (!link) return;
    this.watcher = new IntersectionObserver((entries) => this.#seen(entries), {
      root: box,
      rootMargin: "600px 0px 0px 0px",
    });
    this.watcher.observe(link);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      this.load();
    });
  }

  /** Load one page of what is older. */
  async load() {
    const before = this.timeline.oldest;
    if (this.#busy || !this.link || before === undefined) return;
    this.#busy = true;
    this.link.setAttribute("aria-busy", "true");
    try {
      const path = `/api/rooms/${this.room}/messages?before=${before}&limit=${PAGE}`;
      const { messages } = await get(path);
      this.link.textContent = this.label;
      this.#show(messages);
      if (messages.length < PAGE) this.#end();
      else this.#watchAgain();
    } catch {
      this.link.textContent = this.failed;
    } finally {
      this.#busy = false;
      this.link?.removeAttribute("aria-busy");
    }
  }

  /** @param {import("./types.js").MessageFrame[]} messages oldest first */
  #show(messages) {
    for (const message of messages.reverse()) this.timeline.add(message);
  }

  #end() {
    this.watcher.disconnect();
    this.link.remove();
    this.link = null;
    this.beginning.hidden = false;
  }

  /** An observer speaks of changes only: the link may still be in view. */
  #watchAgain() {
    this.watcher.unobserve(this.link);
    this.watcher.observe(this.link);
  }

  #seen(entries) {
    if (entries.some((entry) => entry.isIntersecting)) this.load();
  }
}
