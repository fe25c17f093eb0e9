/** The list of rooms beside a page, and the numbers that sum it up. */

import { isLooking, onLooking } from "./looking.js";
import { copyOf, part, parts, tell } from "./page.js";
import { initial, paint } from "./text.js";
import { showTime, showTimes } from "./times.js";
import { countInTab } from "./title.js";

/** @typedef {import("./rooms.js").Room} Room */

export class RoomList {
  /** @type {Map<number, HTMLElement>} the list items by room */
  #items = new Map();

  /**
   * @param {HTMLElement} sidebar
   * @param {import("./rooms.js").Rooms} rooms
   */
  constructor(sidebar, rooms) {
    this.sidebar = sidebar;
    this.rooms = rooms;
    this.list = part(sidebar, "#rooms");
    this.open = 0;
    for (const item of parts(this.list, "li")) {
      const link = part(item, "a");
      const id = Number(link.dataset.roomId);
      this.#items.set(id, item);
      if (link.matches("[aria-current]")) this.open = id;
    }
    showTimes(this.list);
    onLooking(() => this.show());
  }

  show() {
    if (!this.rooms.isFilled) return;
    this.#arrange(this.rooms.all.map((room) => this.#item(room)));
    this.list.hidden = this.rooms.all.length === 0;
    part(this.sidebar, "#no-rooms").hidden = this.rooms.all.length > 0;
    const heard = this.rooms.all.filter((room) => !room.is_muted);
    const sum = (some) => some.reduce((count, room) => count + this.#unread(room), 0);
    countInTab(sum(heard));
    for (const badge of parts(document, "[data-elsewhere]")) {
      showCount(badge, badge, sum(heard.filter((room) => room.id !== this.open)));
    }
  }

  /**
   * What is unread; of the open room nothing, while somebody looks at it: they are reading, if they
   * did not ask for the contrary.
   */
  #unread(room) {
    return room.id === this.open && isLooking() && !room.unread_from ? 0 : room.unread_count;
  }

  /** Move only what is not in its place, and leave the focus where it is. */
  #arrange(items) {
    const focused = document.activeElement;
    const wanted = new Set(items);
    for (const item of [...this.list.children]) if (!wanted.has(item)) item.remove();
    items.forEach((item, place) => {
      const there = this.list.children[place];
      if (there !== item) this.list.insertBefore(item, there ?? null);
    });
    if (focused !== document.activeElement && focused instanceof HTMLElement) {
      focused.focus({ preventScroll: true });
    }
  }

  /** @param {Room} room */
  #item(room) {
    const item = this.#items.get(room.id) ?? this.#make(room);
    const link = part(item, "a");
    tell(part(link, "bdi"), room.name);
    tell(part(link, ".avatar"), initial(room.name));
    const { textOnline, textMuted } = this.sidebar.dataset;
    link.toggleAttribute("data-muted", room.is_muted);
    if (room.partner) link.dataset.online = room.partner.is_online;
    const about = [room.partner?.is_online && textOnline, room.is_muted && textMuted];
    const words = about.filter(Boolean).map((word) => `, ${word}`);
    tell(part(link, ".room-about"), words.join(""));
    showCount(part(link, ".unread"), part(link, ".unread-count"), this.#unread(room));
    if (room.last_message_at) showTime(part(link, "time"), room.last_message_at);
    return item;
  }

  #make({ id, partner }) {
    const item = copyOf("room-template");
    const link = part(item, "a");
    const avatar = part(item, ".avatar");
    link.setAttribute("href", `/rooms/${id}/`);
    link.dataset.roomId = id;
    if (partner) {
      link.dataset.userId = partner.id;
      link.dataset.username = partner.username;
    }
    avatar.classList.toggle("square", !partner);
    paint(partner?.id ?? id, avatar);
    this.#items.set(id, item);
    return item;
  }
}

/**
 * @param {HTMLElement} badge hidden while there is nothing to count
 * @param {HTMLElement} number where the number stands in it
 * @param {number} count
 */
function showCount(badge, number, count) {
  badge.hidden = count === 0;
  tell(number, count > 99 ? "99+" : String(count));
}
