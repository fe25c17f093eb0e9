/** The list of members in the panel. */

import { roomStore } from "../lobby/store.js";
import { showFace } from "../lib/face.js";
import { cloneTemplate, element, query, setText } from "../lib/page.js";
import { applyHue, displayName } from "../lib/text.js";
import { ago } from "../lib/times.js";
import { setPageTitle } from "../lobby/tab_title.js";

/** @typedef {import("../lib/types.js").Member} Member */

export class MemberList {
  /** @type {Map<number, any>} */
  #items = new Map();
  /** @type {Member[]} */
  members = [];

  /**
   * @param {HTMLElement} list
   * @param {import("../lib/types.js").RoomData} data
   * @param {import("../lib/types.js").Translate} t
   */
  constructor(list, data, t) {
    this.list = list;
    this.data = data;
    this.t = t;
    this.limit = Math.max(data.limits.members_shown, list.children.length);
    this.more = element("all-members");
    this.more.addEventListener("click", (event) => {
      event.preventDefault();
      this.#showAll();
    });
    for (const item of list.children) this.#items.set(Number(item.dataset.userId), item);
  }

  /**
   * Items are only moved or replaced where the order or the members have changed.
   * @param {Member[]} members all of them
   */
  show(members) {
    this.members = members;
    const shown = this.#sorted(members).slice(0, this.limit);
    const items = [...this.list.children];
    const isFit = ({ id }, index) => items[index]?.dataset.userId === String(id);
    if (items.length === shown.length && shown.every(isFit)) {
      shown.forEach((member, index) => showMember(items[index], member, this.t));
    } else this.#render(shown);
    this.more.hidden = shown.length === members.length;
  }

  /** Me, who is online, the others by when they were last here. */
  #sorted(members) {
    const seen = (member) => (member.is_online ? Infinity : Date.parse(member.last_seen) || 0);
    const isMe = ({ id }) => id === this.data.user_id;
    return [...members].sort((a, b) => {
      const [first, second] = isMe(a) || isMe(b) ? [isMe(a), isMe(b)] : [seen(a), seen(b)];
      return Number(second > first) - Number(second < first);
    });
  }

  #render(members) {
    this.#arrange(members.map((member) => this.#item(member)));
    const known = new Set(members.map((member) => member.id));
    for (const id of this.#items.keys()) if (!known.has(id)) this.#items.delete(id);
  }

  #showAll() {
    const last = this.list.lastElementChild;
    this.limit = Infinity;
    this.show(this.members);
    // A keyboard user goes on behind the last one that was there.
    last?.nextElementSibling?.querySelector("summary")?.focus();
  }

  /**
   * In the head of a direct conversation: the other one, and whether they are here.
   * @param {HTMLElement} state
   * @param {Member} partner
   */
  showPartner(state, partner) {
    const name = displayName(partner);
    state.dataset.online = String(isSeen(partner));
    setText(state, presence(partner, this.t));
    const isBlocked = roomStore.blocked.has(partner.id);
    element("unaccepted").hidden = !partner.is_presence_hidden || isBlocked;
    setText(element("room-name"), name);
    setPageTitle(name);
  }

  /** Forget all items: each is made anew when it is shown. */
  clear() {
    this.#items.clear();
    this.list.replaceChildren();
  }

  /** Nothing is moved under a pointer, or while a menu is open. */
  #arrange(items) {
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
    showMember(item, member, this.t);
    return item;
  }

  #make(member) {
    const item = cloneTemplate("person-template");
    const isMe = member.id === this.data.user_id;
    item.dataset.userId = String(member.id);
    applyHue(member.id, query(item, ".avatar"));
    if (!isMe) query(item, ".is-me").remove();
    this.#fillForm(item, member);
    if (isMe) replaceMenu(item, profileLink());
    else if (this.data.kind === "direct") replaceMenu(item, document.createElement("div"));
    this.#items.set(member.id, item);
    return item;
  }

  /** Address the buttons to this member; those of owners only owners have. */
  #fillForm(item, member) {
    for (const button of item.querySelectorAll("button")) {
      const address = button.getAttribute("formaction");
      button.setAttribute("formaction", address.replace(/(members|blocks)\/0/, `$1/${member.id}`));
      if (button.name === "username") button.value = member.username;
      else if (button.name !== "block" && this.data.role !== "owner") button.remove();
    }
  }
}

/** Nothing can be done about this one here: a line without a menu. */
function replaceMenu(item, line) {
  line.className = "person-line";
  line.append(...query(item, "summary").childNodes);
  item.replaceChildren(line);
}

function profileLink() {
  const { href, title } = /** @type {HTMLAnchorElement} */ (query(document, ".account-me"));
  return Object.assign(document.createElement("a"), { href, title });
}

/**
 * Bring what shows a member up to date: an item of the list, or a card.
 * @param {HTMLElement} item
 * @param {Member} member
 * @param {import("../lib/types.js").Translate} t
 */
export function showMember(item, member, t) {
  const name = displayName(member);
  Object.assign(item.dataset, { online: isSeen(member), role: member.role });
  item.toggleAttribute("data-blocked", roomStore.blocked.has(member.id));
  setText(query(item, ".person-name bdi"), name);
  setText(query(item, ".handle"), name === member.username ? "" : `@${member.username}`);
  showFace(query(item, ".avatar"), name, member.picture);
  setText(query(item, ".presence"), presence(member, t));
  showStatus(query(item, ".person-about"), member);
}

/** The green dot is for who is here and not away. */
function isSeen({ is_online, presence: choice }) {
  return is_online && choice !== "away";
}

/** What somebody says of themselves, as long as it holds. */
function showStatus(about, { status }) {
  const isOver = status?.until && Date.parse(status.until) <= Date.now();
  const text = status && !isOver ? `${status.emoji} ${status.text}`.trim() : "";
  let line = about.querySelector(".status");
  if (!text) return line?.remove();
  if (!line) {
    line = Object.assign(document.createElement("span"), { className: "status muted", dir: "auto" });
    about.append(line);
  }
  setText(line, text);
}

/**
 * Whether somebody is here, or when they were.
 * @param {Member} member
 * @param {import("../lib/types.js").Translate} t
 */
function presence(member, t) {
  if (member.is_online) return t({ away: "away", dnd: "do_not_disturb" }[member.presence] ?? "present");
  if (member.is_presence_hidden) return "";
  if (!member.last_seen) return t("never_here");
  return t("last_here", { when: ago(new Date(member.last_seen), t("just_now")) });
}
