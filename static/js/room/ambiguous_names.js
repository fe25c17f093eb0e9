/** Names that are shown for more than one person: their usernames stand beside them. */

import { setLabel } from "./message_element.js";
import { on, query, setText } from "../lib/page.js";
import { displayName } from "../lib/text.js";

/**
 * @typedef {{user_id: number, username: string, display_name?: string, is_ambiguous?: boolean}} Person
 * of whom the server says whether another member's name looks like theirs
 */

/** @type {Map<number, Person>} everybody whom this page has shown */
const people = new Map();
/** @type {Map<string, Set<number>>} */
const namesakes = new Map();
/** @type {Set<number>} */
const marked = new Set();

/** @param {any} person */
export function fullName(person) {
  return `${displayName(person)} ${handle(person.user_id)}`.trim();
}

/** Marks the authors of the messages, also of those that are added, whose names are somebody else's too. */
export class AmbiguousNames {
  /**
   * @param {import("./timeline.js").Timeline} timeline
   * @param {import("./members.js").Members} members
   */
  constructor(timeline, members) {
    this.timeline = timeline;
    for (const message of timeline.store.all) this.#addAuthor(message);
    on(timeline.store, "add", ({ detail }) => this.#addAuthor(detail));
    members.changed = (people) => this.#addMembers(people);
    this.#addMembers(members.all);
  }

  /** @param {Person} person as they are called now */
  add({ user_id, username, display_name = "", is_ambiguous }) {
    const known = people.get(user_id);
    const [before, after] = [known && fold(known), fold({ username, display_name })];
    const isKnown = is_ambiguous ?? (before === after && known?.is_ambiguous);
    if (before === after && known?.is_ambiguous === isKnown) return;
    people.set(user_id, { user_id, username, display_name, is_ambiguous: isKnown });
    const old = namesakes.get(before ?? "") ?? new Set();
    old.delete(user_id);
    const now = (namesakes.get(after) ?? new Set()).add(user_id);
    namesakes.set(after, now);
    for (const id of new Set([...old, ...now])) this.#mark(id);
  }

  /** The server knows which names look alike, in whatever letters. */
  #addMembers(members) {
    for (const { id, username, display_name, is_ambiguous = false } of members) {
      this.add({ user_id: id, username, display_name, is_ambiguous });
      const head = document.querySelector(`#room-handle[data-user-id="${id}"]`);
      if (head) setText(head, display_name && `@${username}`);
    }
  }

  #addAuthor(message) {
    const { user_id, username, display_name } = message;
    this.add({ user_id, username, display_name });
    show(this.timeline.element(message));
  }

  #mark(id) {
    const person = /** @type {Person} */ (people.get(id));
    const isAmbiguous = person.is_ambiguous || (namesakes.get(fold(person))?.size ?? 0) > 1;
    if (isAmbiguous === marked.has(id)) return;
    if (isAmbiguous) marked.add(id);
    else marked.delete(id);
    const theirs = this.timeline.store.all.filter(({ user_id }) => user_id === id);
    for (const message of theirs) show(this.timeline.element(message));
  }
}

function show(item) {
  setText(query(item, ".handle"), handle(Number(item.dataset.authorId)));
  setLabel(item);
}

function handle(id) {
  return marked.has(id) ? `@${people.get(id)?.username}` : "";
}

function fold(person) {
  return displayName(person).normalize("NFKC").toLowerCase();
}
