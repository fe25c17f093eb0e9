/** Who is in the room: kept up to date by frames, and shown in the panel. */

import { get } from "../net/api.js";
import { lazy } from "../lib/lazy.js";
import { element, setText } from "../lib/page.js";

/** @typedef {import("../lib/types.js").Member} Member */

const MINUTE = 60_000;
/** Who comes into a room of a thousand gets a thousand frames of who is online: they are shown in one go. */
const BATCH_DELAY = 40;

export class Members {
  /** @type {Map<number, Member>} */
  #members = new Map();
  #timer = 0;
  #version = 0;
  #isVisible = false;
  /** Whether something has changed since the list was made, by the server or here. */
  #isStale = false;
  /** @type {Promise<void> | null} */
  #request = null;
  /** Called with the room as `GET /api/rooms/<id>` answers. */
  fetched = (/** @type {any} */ _room) => {};
  /** Called with all members whenever something about them has changed. */
  changed = (/** @type {Member[]} */ _members) => {};

  /**
   * @param {HTMLElement} list
   * @param {import("../lib/types.js").RoomData} data
   * @param {import("../lib/types.js").Translate} t
   */
  constructor(list, data, t) {
    Object.assign(this, { data, t });
    this.memberList = lazy(
      () => import("./member_list.js"),
      (it) => new it.MemberList(list, data, t),
    );
    this.#set(data.members);
    // While the panel is closed its list may stay as it is.
    new IntersectionObserver(([{ isIntersecting }]) => {
      this.#isVisible = isIntersecting;
      if (this.#isStale) this.show();
    }).observe(element("people"));
    // "5 minutes ago" grows old, and frames that came while there was no connection are not repeated.
    setInterval(() => document.visibilityState === "visible" && this.refresh().then(() => this.show()), MINUTE);
  }

  get all() {
    return [...this.#members.values()];
  }

  /** @param {number} userId */
  has(userId) {
    return this.#members.has(userId);
  }

  /** The last message id that somebody else has read. */
  get othersRead() {
    const others = this.all.filter(({ id }) => id !== this.data.user_id);
    return Math.max(0, ...others.map((member) => member.last_read));
  }

  /** Fetch who is in the room; once, however many ask for it meanwhile. */
  refresh() {
    this.#request ??= this.#fetch().finally(() => (this.#request = null));
    return this.#request;
  }

  async #fetch() {
    const version = this.#version;
    const room = await get(`/api/rooms/${this.data.room_id}`).catch(() => null);
    if (!room) return;
    // A frame that came meanwhile may be newer than the answer.
    if (version !== this.#version) return this.#fetch();
    const isSame = JSON.stringify(room.members) === JSON.stringify(this.all);
    this.#set(room.members);
    this.fetched(room);
    if (!isSame) this.show();
  }

  /** @param {Member[]} members */
  #set(members) {
    this.#members = new Map(members.map((member) => [member.id, member]));
  }

  /** A frame has changed the room: an answer that was asked for before is stale. */
  touch() {
    this.#version += 1;
  }

  /**
   * Somebody has just been let in; or, without a member, is gone.
   * @param {number} userId
   * @param {Member} [member]
   */
  put(userId, member) {
    this.touch();
    if (member) this.#members.set(userId, member);
    else this.#members.delete(userId);
    this.#scheduleShow();
  }

  /**
   * Something about a member has changed.
   * @param {number} userId
   * @param {Partial<Member>} facts
   */
  update(userId, facts) {
    const member = this.#members.get(userId);
    // What was hidden from me may be shown now.
    if (!member || member.is_presence_hidden) return void this.refresh();
    if (Object.entries(facts).every(([key, value]) => member[key] === value)) return;
    if (member.is_online && facts.is_online === false) member.last_seen = new Date().toISOString();
    Object.assign(member, facts);
    this.#scheduleShow();
  }

  #scheduleShow() {
    this.#timer ||= setTimeout(() => this.show(), BATCH_DELAY);
  }

  /** Show who is here, and how they are. */
  show() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const members = this.all;
    this.changed(members);
    this.#isStale = !this.#isVisible;
    if (this.#isVisible) this.memberList((list) => list.show(members));
    setText(element("people-count"), String(members.length));
    element("alone").hidden = members.length > 1;
    this.#showState(members);
  }

  /** In the head of the room: how many are here, or whether the other one is. */
  #showState(members) {
    const state = element("online-count");
    const partner = members.find(({ id }) => id !== this.data.user_id);
    if (this.data.kind === "direct" && partner) {
      this.memberList((list) => list.showPartner(state, partner));
    } else {
      const online = members.filter((member) => member.is_online).length;
      setText(state, this.t("online_count", { online, total: members.length }));
    }
  }
}
