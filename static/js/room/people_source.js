/** Whom "@" may mean: the members of the room, those who spoke last first, and all. */

import { option, personOption, text } from "../lib/listbox.js";
import { mayMentionAll } from "./mentions.js";

export class PeopleSource {
  pattern = /(^|[^\p{L}\p{N}])(@[^\s@,;:!?()[\]{}<>"'«»“”„…*~`|/\\]{0,64})$/u;

  /**
   * @param {import("./message_store.js").MessageStore} store
   * @param {import("./members.js").Members} members
   */
  constructor(store, members) {
    Object.assign(this, { store, members });
  }

  /** A name that is typed whole is what it is. */
  async whole() {
    return undefined;
  }

  /**
   * @param {string} typed
   * @returns {Promise<import("./completion.js").Suggestion[]>}
   */
  async find(typed) {
    const { data, t } = this.members;
    const everybody = t("everybody");
    const people = this.#inOrder
      .filter(({ username, display_name }) => begins([username, ...words(username), ...words(display_name)], typed))
      .map((person) => ({
        text: `@${person.username} `,
        option: personOption(person, `@${person.username}`),
      }));
    const isOffered = data.kind !== "direct" && this.members.all.length > 1;
    const isAll = isOffered && mayMentionAll(this.members) && begins(["all", everybody], typed);
    const all = { text: "@all ", option: option(text("span", "avatar", "@"), "@all", everybody) };
    return isAll ? [...people, all] : people;
  }

  /** The others, those who spoke last first; those who have not, by their names. */
  get #inOrder() {
    const last = new Map(this.store.all.map(({ user_id }, place) => [user_id, place]));
    const place = ({ id }) => last.get(id) ?? -1;
    const others = this.members.all.filter(({ id }) => id !== this.members.data.user_id);
    const byName = (a, b) => a.username.localeCompare(b.username);
    return others.sort((a, b) => place(b) - place(a) || byName(a, b));
  }
}

function words(name) {
  return name.split(/[\s.,;:!?()]+/).filter(Boolean);
}

/** Whether one of the names begins so, in whichever case; most people write е for ё. */
function begins(names, typed) {
  return names.some((name) => fold(name).startsWith(fold(typed)));
}

function fold(name) {
  return name.normalize("NFKC").toLowerCase().replaceAll("\u0451", "\u0435");
}
