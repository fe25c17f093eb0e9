/** The bar with what is pinned: the latest above, all of it behind. */

import { get } from "../net/api.js";
import { cloneTemplate, element, on, query, setText } from "../lib/page.js";
import { displayName } from "../lib/text.js";
import { quoteOf, quoteText } from "./quotes.js";

export class Pins {
  #isFetching = false;
  #isOutdated = false;

  /** @param {{room_id: number}} data */
  constructor({ room_id }) {
    this.path = `/api/rooms/${room_id}/pins`;
    this.bar = element("pins");
    this.list = query(this.bar, "ol");
    on(this.list, "click", () => this.bar.removeAttribute("open"));
  }

  /** @param {any} frame about a message that is pinned, or was */
  changed(frame) {
    const item = this.list.querySelector(`[data-message-id="${frame.message_id}"]`);
    if (!frame.is_pinned) item?.remove();
    else if (item) fill(item, frame);
    else return this.fetch();
    this.#showLatest();
  }

  /** What is pinned, in the order of the server. Asked once more for what comes while it is asked. */
  async fetch() {
    this.#isOutdated = true;
    if (this.#isFetching) return;
    this.#isFetching = true;
    while (this.#isOutdated) {
      this.#isOutdated = false;
      await get(this.path).then(({ messages }) => this.#show(messages), () => {});
    }
    this.#isFetching = false;
  }

  #show(messages) {
    const items = messages.map((message) => {
      const item = cloneTemplate("pin-template");
      fill(item, message);
      return item;
    });
    this.list.replaceChildren(...items);
    this.#showLatest();
  }

  #showLatest() {
    const count = this.list.children.length;
    this.bar.hidden = count === 0;
    const first = this.list.querySelector(".pin-text");
    setText(query(this.bar, ".pins-latest"), first?.textContent ?? "");
    query(this.bar, ".pins-count").hidden = count < 2;
    setText(query(this.bar, ".pins-number"), String(count));
  }
}

function fill(item, message) {
  item.dataset.messageId = message.message_id;
  const link = query(item, "a");
  link.setAttribute("href", link.getAttribute("href").replace(/\d+$/, message.message_id));
  setText(query(item, "bdi"), displayName(message));
  setText(query(item, ".pin-text"), quoteText(quoteOf(message)));
}
