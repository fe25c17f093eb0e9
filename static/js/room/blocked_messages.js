/** Messages of those whom I have blocked are folded: one line, that opens on a click. */

import { roomStore } from "../lobby/store.js";
import { element, on, query, setText } from "../lib/page.js";
import { quoteText } from "./quotes.js";

export class BlockedMessages {
  /**
   * @param {import("./timeline.js").Timeline} timeline
   * @param {import("./members.js").Members} members
   */
  constructor(timeline, members) {
    this.timeline = timeline;
    this.members = members;
    this.summary = element("sidebar").dataset.textFolded ?? "";
    on(timeline.store, "add", ({ detail }) => this.#show(detail));
    on(timeline.store, "content", ({ detail }) => this.#showQuote(detail, timeline.element(detail)));
    for (const message of timeline.store.all) this.#show(message);
  }

  /** I have blocked somebody, or no longer do. */
  update() {
    for (const message of this.timeline.store.all) this.#show(message);
    this.members.show();
  }

  #show(message) {
    const item = this.timeline.element(message);
    const isBlocked = roomStore.blocked.has(message.user_id);
    const folded = item.querySelector(".folded");
    if (isBlocked && !folded) this.#fold(item.querySelector(".text"));
    else if (!isBlocked && folded) folded.replaceWith(folded.querySelector(".text") ?? "");
    this.#showQuote(message, item);
  }

  /** What they are quoted with is not shown either. */
  #showQuote({ reply_to }, item) {
    if (!reply_to) return;
    const text = query(item, ".quote-text");
    if (roomStore.blocked.has(reply_to.user_id)) setText(text, this.summary);
    else if (text.textContent === this.summary) setText(text, quoteText(reply_to));
  }

  #fold(text) {
    const details = Object.assign(document.createElement("details"), { className: "folded" });
    const summary = document.createElement("summary");
    summary.textContent = this.summary;
    text.replaceWith(details);
    details.append(summary, text);
  }
}
