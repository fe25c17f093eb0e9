/** The card of a person, beside their name that was pressed: who that is, and what can be done about them. */

import { send } from "../net/send.js";
import { placePopover, showPopoverAt } from "../dialogs/popup.js";
import { toast } from "../dialogs/toast.js";
import { insertText } from "../lib/caret.js";
import { cloneTemplate, element, on, query, queryAll, setText } from "../lib/page.js";
import { addStyleSheet } from "../lib/style_sheet.js";
import { applyHue, displayName } from "../lib/text.js";
import { errorText } from "./error_text.js";
import { showMember } from "./member_list.js";
import { readMessage } from "./message_element.js";

/** @typedef {import("../lib/types.js").Member} Member */

export class PersonCard {
  /** @type {any} while it is open */
  #card;
  /** @type {any} the name that was pressed */
  #anchor;

  /** @param {any} room see message_actions.js */
  constructor({ members, data, t }) {
    Object.assign(this, { members, data, t });
    /** @type {Record<string, (person: Member) => void>} what the buttons do, by their names */
    this.actions = {
      message: (person) => this.#openDirect(person),
      mention: (person) => this.#mention(person),
      block: (person) => this.#block(person, true),
      unblock: (person) => this.#block(person, false),
    };
    this.isStyled = addStyleSheet(element("person-card-template").dataset.sheet ?? "");
  }

  /** @param {any} anchor an author, an avatar or a mention */
  async open(anchor) {
    await this.isStyled;
    // A long touch of a name opens the menu of its message: the finger that is lifted then opens nothing.
    if (!anchor.isConnected || element("message-menu").matches(":popover-open")) return;
    const id = Number(anchor.dataset.userId ?? anchor.closest(".message").dataset.authorId);
    if (!id) return; // "@all" is nobody.
    this.#anchor = anchor;
    const member = this.members.all.find((each) => each.id === id);
    this.#show(member ?? formerMember(id, anchor), Boolean(member));
  }

  #show(person, isMember) {
    this.#card?.remove();
    const card = (this.#card = cloneTemplate("person-card-template"));
    element("main").append(card);
    card.ariaLabel = displayName(person);
    applyHue(person.id, query(card, ".avatar"));
    showMember(card, person, this.t);
    setText(query(card, ".handle"), `@${person.username}`);
    this.#showWhatIsFor(person, isMember);
    on(card, "click", ({ target }) => this.#clicked(target, person));
    // With the question it is higher.
    on(query(card, "details"), "toggle", () => this.#place());
    on(card, "toggle", ({ newState }) => newState === "closed" && card.remove());
    showPopoverAt(card, this.#anchor.getBoundingClientRect());
    card.focus();
  }

  /** Each part says what it is only for. */
  #showWhatIsFor({ id }, isMember) {
    const isMe = id === this.data.user_id;
    if (!isMe) query(this.#card, ".is-me").remove();
    const facts = {
      me: isMe,
      others: !isMe,
      gone: !isMember,
      member: isMember,
      room: this.data.kind !== "direct",
      writable: !this.#field.form?.hidden && !this.#field.readOnly,
    };
    for (const part of queryAll(this.#card, "[data-only]")) {
      part.hidden = !part.dataset.only?.split(" ").every((fact) => facts[fact]);
    }
  }

  #place() {
    if (this.#card.matches(":popover-open")) placePopover(this.#card, this.#anchor.getBoundingClientRect());
  }

  /** Where a mention is written: a thread has a composer of its own. */
  get #field() {
    const id = this.#anchor.closest(".thread") ? "thread-text" : "message";
    return /** @type {HTMLTextAreaElement} */ (element(id));
  }

  async #clicked(target, person) {
    const name = target.closest("[data-card]")?.dataset.card;
    if (!name) return;
    const card = this.#card;
    try {
      await this.actions[name](person);
    } catch (problem) {
      this.#showProblem(card, errorText(problem, this.t, person.username));
    }
  }

  #showProblem(card, text) {
    if (!card.matches(":popover-open")) return toast(text);
    const line = query(card, ".person-card-problem");
    line.hidden = false;
    setText(line, text);
    this.#place();
  }

  async #openDirect({ username }) {
    const room = await send("POST", "/api/direct", { username });
    location.assign(`/rooms/${room.id}/`);
  }

  #mention({ username }) {
    const field = this.#field;
    this.#card.hidePopover();
    field.focus();
    const before = field.value.slice(0, field.selectionStart);
    insertText(field, `${/\S$/.test(before) ? " " : ""}@${username} `);
  }

  /** The lobby's socket tells of it, then their messages are folded. */
  async #block(person, isOn) {
    await send(isOn ? "PUT" : "DELETE", `/api/blocks/${person.id}`);
    // A conversation with somebody who is blocked is another page.
    if (this.data.kind === "direct") return location.reload();
    this.#card.hidePopover();
    toast(this.t(isOn ? "has_been_blocked" : "has_been_unblocked", { name: displayName(person) }));
  }
}

/**
 * Somebody who is not in the room any more: of them only what their message shows is known.
 * @param {number} id
 * @param {any} anchor
 * @returns {Member}
 */
function formerMember(id, anchor) {
  const names = anchor.matches(".mention")
    ? { username: anchor.textContent.slice(1), display_name: anchor.title }
    : readMessage(anchor.closest(".message"));
  const { username, display_name = "" } = names;
  const unknown = { is_online: false, last_seen: null, is_presence_hidden: true };
  return { id, username, display_name, role: "member", last_read: 0, ...unknown };
}
