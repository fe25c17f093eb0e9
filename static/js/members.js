/** Who is in the room: kept up to date by what the server tells, and shown in the panel. */

import { get } from "./api.js";
import { lazily } from "./lazily.js";
import { element, part, tell } from "./page.js";
import { initial, shownName } from "./text.js";
import { ago } from "./times.js";
import { nameTab } from "./title.js";

/** @typedef {import("./types.js").Member} Member */

const MINUTE = 60_000;
/** How many are shown at first; blueprints/members.py has the same number. */
const SHOWN = 30;
/** Who comes into a room of a thousand is told of a thousand people, one by one. */
const GATHER = 40;

export class Members {
  /** @type {Map<number, Member>} */
  #members = new Map();
  #timer = 0;
  #isSeen = false;
  #limit = SHOWN;
  /** @type {Promise<void> | null} */
  #asked = null;

  /**
   * @param {HTMLElement} list
   * @param {import("./types.js").RoomData} data
   * @param {import("./types.js").Say} say
   */
  constructor(list, data, say) {
    this.data = data;
    this.say = say;
    this.list = list;
    this.#limit = Math.max(SHOWN, list.children.length);
    this.people = lazily(
      () => import("./person.js"),
      ({ PersonList }) => new PersonList(list, data, say),
    );
    this.#take(data.members);
    // While the panel is closed its list may stay as it is.
    new IntersectionObserver(([{ isIntersecting }]) => {
      this.#isSeen = isIntersecting;
      this.show();
    }).observe(element("people"));
    // "5 minutes ago" grows old, and what was told while there was no connection nobody repeats.
    setInterval(() => document.visibilityState === "visible" && this.refresh(), MINUTE);
    element("all-members").addEventListener("click", (event) => {
      event.preventDefault();
      this.#limit = Infinity;
      this.people((people) => people.showAll(this.#sorted()));
      element("all-members").hidden = true;
    });
  }

  /** @param {number} userId */
  knows(userId) {
    return this.#members.has(userId);
  }

  /** The last number that somebody else has read. */
  get othersRead() {
    const others = [...this.#members.values()].filter(({ id }) => id !== this.data.user_id);
    return Math.max(0, ...others.map((member) => member.last_read));
  }

  /** Ask the server who is in the room; once, however many want to know. */
  refresh() {
    this.#asked ??= this.#ask().finally(() => (this.#asked = null));
    return this.#asked;
  }

  async #ask() {
    const room = await get(`/api/rooms/${this.data.room_id}`).catch(() => null);
    if (room) this.#take(room.members);
  }

  /** @param {Member[]} members */
  #take(members) {
    this.#members = new Map(members.map((member) => [member.id, member]));
    this.show();
  }

  /** @param {Member} member somebody who has just been let in */
  add(member) {
    this.#members.set(member.id, member);
    this.#later();
  }

  /** @param {number} userId */
  remove(userId) {
    this.#members.delete(userId);
    this.#later();
  }

  /**
   * Something about a member is news.
   * @param {number} userId
   * @param {Partial<Member>} facts
   */
  update(userId, facts) {
    const member = this.#members.get(userId);
    if (!member) return void this.refresh();
    if (member.is_online && facts.is_online === false) member.last_seen = new Date().toISOString();
    Object.assign(member, facts);
    this.#later();
  }

  #later() {
    this.#timer ||= setTimeout(() => this.show(), GATHER);
  }

  /** Show who is here, and how they are. */
  show() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const members = this.#sorted();
    if (this.#isSeen) this.#showList(members);
    tell(element("people-count"), String(members.length));
    this.#showState(members);
  }

  /** To bring the list up to date is little; to put it in another order, or others into it, is more. */
  #showList(members) {
    const shown = members.slice(0, this.#limit);
    const items = [...this.list.children];
    const isFit = ({ id }, index) => items[index]?.dataset.userId === String(id);
    if (items.length === shown.length && shown.every(isFit)) {
      shown.forEach((member, index) => describe(items[index], member, this.say));
    } else this.people((people) => people.show(shown));
    element("all-members").hidden = shown.length === members.length;
  }

  /** Me, who is online, the others by when they were last here. */
  #sorted() {
    const seen = (member) => (member.is_online ? Infinity : Date.parse(member.last_seen) || 0);
    const isMe = ({ id }) => id === this.data.user_id;
    return [...this.#members.values()].sort((a, b) => {
      const [first, second] = isMe(a) || isMe(b) ? [isMe(a), isMe(b)] : [seen(a), seen(b)];
      return Number(second > first) - Number(second < first);
    });
  }

  /** In the head of the room: how many are here, or whether the other one is. */
  #showState(members) {
    const state = element("online-count");
    const partner = members.find(({ id }) => id !== this.data.user_id);
    if (this.data.kind === "direct" && partner) {
      state.dataset.online = partner.is_online;
      tell(state, presence(partner, this.say));
      this.#name(shownName(partner));
    } else {
      const online = members.filter((member) => member.is_online).length;
      tell(state, this.say("online_count", { online, total: members.length }));
    }
  }

  /** Of a direct conversation: the other one's name, which they may change. */
  #name(name) {
    tell(element("room-name"), name);
    nameTab(name);
  }
}

/**
 * Whether somebody is here, or when they were.
 * @param {Member} member
 * @param {import("./types.js").Say} say
 */
function presence(member, say) {
  if (member.is_online) return say("present");
  if (!member.last_seen) return say("never_here");
  return say("last_here", { when: ago(member.last_seen, say("just_now")) });
}

/**
 * Write into the item of a member what is news about them.
 * @param {any} item
 * @param {Member} member
 * @param {import("./types.js").Say} say
 */
export function describe(item, member, say) {
  const name = shownName(member);
  Object.assign(item.dataset, { online: member.is_online, role: member.role });
  tell(part(item, ".person-name bdi"), name);
  tell(part(item, ".avatar"), initial(name));
  tell(part(item, ".presence"), presence(member, say));
}
