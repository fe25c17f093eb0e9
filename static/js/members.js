/** The people of the room: who is here, and since when the others are not. */

import { get, post, ApiError } from "./api.js";
import { complain, copyOf, element, part, parts, tell, toLogin } from "./page.js";
import { initial, paint, shownName } from "./text.js";
import { ago } from "./times.js";

/** @typedef {import("./types.js").Member} Member */

const MINUTE = 60_000;

export class Members {
  /** @type {Map<number, Member>} */
  #members = new Map();

  /**
   * @param {HTMLElement} list
   * @param {import("./types.js").RoomData} data
   * @param {import("./types.js").Say} say
   */
  constructor(list, data, say) {
    this.list = list;
    this.data = data;
    this.say = say;
    this.#take(data.members);
    // Nobody tells of those who leave; and "5 minutes ago" grows old.
    setInterval(() => document.visibilityState === "visible" && this.refresh(), MINUTE);
  }

  /** @param {number} userId */
  knows(userId) {
    return this.#members.has(userId);
  }

  /** Ask the server who is in the room. */
  async refresh() {
    const room = await get(`/api/rooms/${this.data.room_id}`).catch(() => null);
    if (room) this.#take(room.members);
  }

  #take(members) {
    this.#members = new Map(members.map((member) => [member.id, member]));
    this.#show();
  }

  /**
   * @param {number} userId
   * @param {boolean} isOnline
   */
  setOnline(userId, isOnline) {
    const member = this.#members.get(userId);
    if (!member) return void this.refresh();
    if (member.is_online && !isOnline) member.last_seen = new Date().toISOString();
    member.is_online = isOnline;
    this.#show();
  }

  #show() {
    const members = [...this.#members.values()];
    const items = members.map((member) => this.#item(member));
    for (const item of parts(this.list, "li")) if (!items.includes(item)) item.remove();
    for (const item of items) if (!item.isConnected) this.list.append(item);
    const online = members.filter((member) => member.is_online).length;
    tell(element("online-count"), this.say("online_count", { online, total: members.length }));
  }

  /** The list item of a member, up to date. */
  #item(member) {
    const [item = this.#make(member)] = parts(this.list, `[data-user-id="${member.id}"]`);
    item.dataset.online = String(member.is_online);
    tell(part(item, ".person-name bdi"), shownName(member));
    tell(part(item, ".avatar"), initial(shownName(member)));
    tell(part(item, ".presence"), this.#presence(member));
    return item;
  }

  #presence(member) {
    if (member.is_online) return this.say("present");
    if (!member.last_seen) return this.say("never_here");
    return this.say("last_here", { when: ago(member.last_seen, this.say("just_now")) });
  }

  #make(member) {
    const item = copyOf("person-template");
    item.dataset.userId = String(member.id);
    paint(member.id, part(item, ".avatar"));
    const isMe = member.id === this.data.user_id;
    item.querySelector(isMe ? ".person-more" : ".is-me")?.remove();
    if (member.role !== "owner") item.querySelector(".is-owner")?.remove();
    const form = item.querySelector("form");
    if (form) form.action = `/rooms/${this.data.room_id}/members/${member.id}/remove`;
    return item;
  }
}

/** Why an invitation failed, in the page's language where it has the words. */
function explain(problem, username, say) {
  if (!(problem instanceof ApiError)) return say("no_connection");
  if (problem.status === 401) toLogin();
  const text = say(`error_${problem.code}`, { username });
  return text === `error_${problem.code}` ? problem.message : text;
}

/**
 * Invite without leaving the page; what goes wrong is said beside the field.
 * @param {any} form
 * @param {Members} members
 */
export function inviteInPlace(form, members) {
  const field = form.elements.username;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!field.value.trim()) return field.focus();
    try {
      await post(`/api/rooms/${members.data.room_id}/members`, { username: field.value.trim() });
      field.value = "";
      complain(field, "");
      await members.refresh();
    } catch (problem) {
      complain(field, explain(problem, field.value.trim(), members.say));
    }
  });
}
