/** The list of people in the panel, when others come into it or change places. */

import { describe } from "./members.js";
import { copyOf, part } from "./page.js";
import { paint } from "./text.js";

export class PersonList {
  /** @type {Map<number, any>} */
  #items = new Map();

  /**
   * @param {HTMLElement} list
   * @param {import("./types.js").RoomData} data
   * @param {import("./types.js").Say} say
   */
  constructor(list, data, say) {
    this.list = list;
    this.data = data;
    this.say = say;
    for (const item of list.children) this.#items.set(Number(item.dataset.userId), item);
  }

  /** @param {import("./types.js").Member[]} members in the order wanted */
  show(members) {
    this.#place(members.map((member) => this.#item(member)));
    const known = new Set(members.map((member) => member.id));
    for (const id of this.#items.keys()) if (!known.has(id)) this.#items.delete(id);
  }

  /** @param {import("./types.js").Member[]} members */
  showAll(members) {
    const last = this.list.lastElementChild;
    this.show(members);
    // Who came by keyboard goes on behind the last one that was there.
    last?.nextElementSibling?.querySelector("summary")?.focus();
  }

  /** Forget all items: each is made anew when it is shown. */
  clear() {
    this.#items.clear();
    this.list.replaceChildren();
  }

  /** Nothing moves away from under a pointer, or from an open menu. */
  #place(items) {
    const wanted = new Set(items);
    for (const item of [...this.list.children]) if (!wanted.has(item)) item.remove();
    const isBusy = this.list.matches(":hover, :focus-within, :has([open])");
    items.forEach((item, index) => {
      const there = this.list.children[index];
      if (!item.isConnected) this.list.append(item);
      else if (!isBusy && there !== item) this.list.insertBefore(item, there);
    });
  }

  /** The item of a member, up to date. */
  #item(member) {
    const item = this.#items.get(member.id) ?? this.#make(member);
    describe(item, member, this.say);
    return item;
  }

  #make(member) {
    const item = copyOf("person-template");
    const isMe = member.id === this.data.user_id;
    item.dataset.userId = String(member.id);
    paint(member.id, part(item, ".avatar"));
    if (!isMe) part(item, ".is-me").remove();
    this.#address(item, member);
    if (isMe || this.data.kind === "direct") unfold(item);
    this.#items.set(member.id, item);
    return item;
  }

  /** Let the buttons be about this member; those of owners only owners have. */
  #address(item, member) {
    for (const button of item.querySelectorAll("button")) {
      const address = button.getAttribute("formaction");
      button.setAttribute("formaction", address.replace("/members/0/", `/members/${member.id}/`));
      if (button.name === "username") button.value = member.username;
      else if (this.data.role !== "owner") button.remove();
    }
  }
}

/** There is nothing to do about this one: a line without a menu. */
function unfold(item) {
  const line = document.createElement("div");
  line.className = "person-line";
  line.append(...part(item, "summary").childNodes);
  item.replaceChildren(line);
}
