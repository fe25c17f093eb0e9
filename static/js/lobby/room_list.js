/** The list of rooms beside a page, and the numbers that sum it up. Loaded once the page's own list is not right. */

import { lazy } from "../lib/lazy.js";
import { isPageFocused, onPageFocusChange } from "../lib/page_focus.js";
import { query, queryAll, setText } from "../lib/page.js";
import { countText } from "../lib/text.js";
import { showTime } from "../lib/times.js";
import { keptPosition } from "./list_position.js";
import { setUnreadInTitle } from "./tab_title.js";

/** @typedef {import("./room_store.js").Room} Room */

export class RoomList {
  /** @type {Map<number, any>} the list items by room */
  items = new Map();

  /** Items that the page did not bring along are made by what is loaded then. */
  #roomItems = lazy(
    () => import("./room_items.js"),
    (it) => new it.RoomItems(this),
  );

  /** The page brings along what they say at first; what has changed since is shown by what is loaded then. */
  #details = lazy(
    () => import("./item_details.js"),
    (it) => new it.ItemDetails(this),
  );

  /**
   * @param {HTMLElement} sidebar
   * @param {import("./room_store.js").RoomStore} rooms
   */
  constructor(sidebar, rooms) {
    Object.assign(this, { sidebar, rooms });
    this.list = query(sidebar, "#rooms");
    /** The sections of it: of rooms, and of people. */
    this.sections = queryAll(this.list, "ul");
    this.openRoomId = Number(sidebar.dataset.open);
    /** How many are shown, a page more at a time. */
    this.pageSize = Number(sidebar.dataset.pageSize);
    const [top = 0, length = 0] = keptPosition();
    this.limit = Math.max(this.pageSize, length);
    /** Where the last page had it, while that is further down than this one reaches. */
    this.top = length > this.pageSize ? top : 0;
    this.requests = query(sidebar, "#asked ul");
    this.more = query(sidebar, "#more-rooms");
    for (const named of queryAll(sidebar, "[data-room-id]")) {
      this.items.set(Number(named.dataset.roomId), named.closest("li"));
    }
    onPageFocusChange(() => this.show());
    if (!this.more.hidden) this.#roomItems(() => {});
  }

  show() {
    if (!this.rooms.isLoaded) return;
    const { all, cursor, beyond, mentionsBeyond } = this.rooms;
    const isRequest = (room) => room.is_request || room.invited_by;
    const isHidden = "hidden" in this.sidebar.dataset;
    const requests = isHidden ? [] : all.filter(isRequest);
    const visible = all.filter((room) => !room.is_hidden && !isRequest(room));
    const listed = isHidden ? all.filter((room) => room.is_hidden) : visible;
    const shown = listed.slice(0, this.limit);
    // The open room stands above the list until the list reaches it.
    const open = this.rooms.find(this.openRoomId);
    if (open && listed.indexOf(open) >= this.limit) shown.unshift(open);
    const kept = !open && cursor && this.items.get(this.openRoomId);
    if ([...requests, ...shown].every((room) => this.fits(room))) {
      this.#arrange(this.requests, requests.map((room) => this.#item(room)));
      const items = shown.map((room) => this.#item(room));
      if (kept) items.unshift(kept);
      const isPerson = (item) => item.querySelector("[data-user-id]") !== null;
      this.sections.forEach((list, place) => {
        this.#arrange(list, items.filter((item) => isPerson(item) === Boolean(place)));
      });
      this.#restorePosition();
    } else this.#roomItems((items) => items.make([...requests, ...shown]));
    query(this.sidebar, "#asked").hidden = requests.length === 0;
    this.list.hidden = listed.length === 0;
    query(this.sidebar, "#no-rooms").hidden = (isHidden ? listed : all).length > 0;
    this.more.hidden = listed.length <= this.limit && !cursor;
    const toHidden = document.getElementById("hidden-rooms");
    // Of rooms that are not loaded the page knows.
    if (toHidden) toHidden.hidden = !all.some((room) => room.is_hidden) && (!cursor || toHidden.hidden);
    const calling = visible.filter((room) => !room.is_muted);
    const sum = (some) => some.reduce((count, room) => count + this.#calls(room), beyond);
    const mentions = calling.reduce((count, room) => count + this.mentions(room), mentionsBeyond);
    setUnreadInTitle(sum(calling), mentions);
    for (const badge of queryAll(document, "[data-elsewhere]")) {
      showCount(badge, badge, sum(calling.filter((room) => room.id !== this.openRoomId)));
    }
    this.#details((it) => it.show(mentions));
  }

  #restorePosition() {
    if (this.top) query(this.sidebar, ".sidebar-scroll").scrollTop = this.top;
    this.top = 0;
  }

  /**
   * Of the open room nothing is unread, while somebody looks at it: they are reading, unless they have
   * marked it as unread.
   */
  #isRead(room) {
    return room.id === this.openRoomId && isPageFocused() && !room.unread_from;
  }

  #unread(room) {
    return this.#isRead(room) ? 0 : room.unread_count;
  }

  /**
   * How often I am mentioned in what I have not seen.
   * @param {Room} room
   */
  mentions(room) {
    return this.#isRead(room) ? 0 : room.mention_count;
  }

  /** How much of it calls for my attention. */
  #calls(room) {
    return Math.max(room.level === "all" ? this.#unread(room) : 0, this.mentions(room));
  }

  /** Move only what is not in its place, and leave the focus where it is. */
  #arrange(list, items) {
    const focused = document.activeElement;
    const wanted = new Set(items);
    for (const item of [...list.children]) if (!wanted.has(item)) item.remove();
    items.forEach((item, place) => {
      const there = list.children[place];
      if (there !== item) list.insertBefore(item, there ?? null);
    });
    if (focused !== document.activeElement && focused instanceof HTMLElement) {
      focused.focus({ preventScroll: true });
    }
  }

  /**
   * Whether there is an item for this room, and of its kind.
   * @param {Room} room
   */
  fits({ id, invited_by }) {
    return this.items.get(id)?.matches(".invitation") === Boolean(invited_by);
  }

  /** @param {Room} room */
  #item(room) {
    const item = this.items.get(room.id);
    if (room.invited_by) return item;
    const link = query(item, "a");
    setText(query(link, "bdi"), room.name);
    showCount(query(link, ".unread"), query(link, ".unread-count"), this.#unread(room));
    if (room.last_message_at) showTime(query(link, "time"), room.last_message_at);
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
  setText(number, countText(count));
}
