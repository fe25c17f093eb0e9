/** The quick switcher: finds rooms and people by a few letters, and goes there. */

import { ApiError, get } from "../net/api.js";
import { send } from "../net/send.js";
import { searchPeople } from "../net/people.js";
import { goTo } from "./navigation.js";
import { cloneTemplate, element, query, setText, redirectToLogin } from "../lib/page.js";
import { countText, initial, applyHue, displayName } from "../lib/text.js";

const MAX_ROOMS = 8;
const DEBOUNCE = 120;
/** No name is longer. */
const MAX_NAME_LENGTH = 1_000;

/** @typedef {{item: HTMLElement, go: () => void}} Result */

export class Switcher {
  /** @type {Result[]} */
  #results = [];
  #active = 0;
  #timer = 0;

  /**
   * @param {HTMLDialogElement} dialog
   * @param {import("../lobby/room_store.js").RoomStore} rooms
   */
  constructor(dialog, rooms) {
    this.dialog = dialog;
    this.rooms = rooms;
    this.input = /** @type {HTMLInputElement} */ (query(this.dialog, "input"));
    this.list = query(this.dialog, "ul");
    this.note = element("switcher-note");
    this.input.addEventListener("input", () => this.search());
    this.dialog.addEventListener("keydown", (event) => this.#pressed(event));
    this.dialog.addEventListener("click", (event) => this.#clicked(event));
  }

  /** Show what the text in the field finds. */
  search() {
    if (!this.rooms.isLoaded) {
      this.rooms.addEventListener("change", () => this.search(), { once: true });
    }
    const text = this.#text;
    const rooms = this.#match(this.rooms.all, text);
    this.#show(rooms.map((room) => this.#room(room)));
    clearTimeout(this.#timer);
    if (text) this.#timer = setTimeout(() => this.#search(text, rooms), DEBOUNCE);
  }

  get #text() {
    return this.input.value.trim().toLowerCase();
  }

  /** The rooms whose names have these letters, the nearest to what was typed first. */
  #match(rooms, text) {
    const near = (room) => {
      const names = [room.name, room.partner?.username ?? ""].map((name) => name.toLowerCase());
      return Math.min(...names.map((name) => distance(name, text)));
    };
    const named = rooms.filter((room) => !room.invited_by).map((room) => ({ room, place: near(room) }));
    const found = named.filter(({ place }) => place < Infinity).sort((a, b) => a.place - b.place);
    return found.slice(0, MAX_ROOMS).map(({ room }) => room);
  }

  #room({ id, name, partner, unread_count, mention_count }) {
    const item = cloneTemplate("found-template");
    const avatar = query(item, ".avatar");
    avatar.textContent = initial(name);
    avatar.classList.toggle("square", !partner);
    applyHue(partner?.id ?? id, avatar);
    query(item, "bdi").textContent = name;
    setText(query(item, ".handle"), partner?.display_name ? `@${partner.username}` : "");
    const unread = query(item, ".found-more");
    unread.textContent = countText(unread_count, mention_count);
    if (unread.textContent) unread.className = "unread";
    return { item, go: () => goTo(`/rooms/${id}/`) };
  }

  /** The server knows people, and rooms that were not fetched. */
  async #search(text, rooms) {
    try {
      const q = encodeURIComponent(text);
      const [people, more] = await Promise.all([
        searchPeople(text),
        this.rooms.cursor ? get(`/api/rooms?q=${q}`) : { rooms: [] },
      ]);
      if (text !== this.#text) return;
      const others = more.rooms.filter(({ id }) => !this.rooms.find(id));
      const best = this.#match([...rooms, ...others], text);
      // What the server finds by its own rules is shown below.
      const all = [...best, ...others.filter((room) => !best.includes(room))];
      const known = new Set([...this.rooms.all, ...all].map(({ partner }) => partner?.id));
      const strangers = people.filter(({ id }) => !known.has(id));
      this.#show([
        ...all.map((room) => this.#room(room)),
        ...strangers.map((person) => this.#person(person)),
      ]);
      if (this.#results.length === 0) setText(this.note, this.note.dataset.nothing ?? "");
    } catch (problem) {
      this.#failed(problem);
    }
  }

  #person(person) {
    const item = cloneTemplate("found-template");
    const name = displayName(person);
    query(item, ".avatar").textContent = initial(name);
    applyHue(person.id, query(item, ".avatar"));
    query(item, "bdi").textContent = name;
    query(item, ".found-more").textContent = name === person.username ? "" : `@${person.username}`;
    return { item, go: () => this.#openDirect(person.username) };
  }

  async #openDirect(username) {
    try {
      const room = await send("POST", "/api/direct", { username });
      location.assign(`/rooms/${room.id}/`);
    } catch (problem) {
      this.#failed(problem);
    }
  }

  #failed(problem) {
    if (problem instanceof ApiError && problem.status === 401) redirectToLogin();
    setText(this.note, this.note.dataset.failed ?? "");
  }

  /** @param {Result[]} results */
  #show(results) {
    this.#results = results;
    results.forEach(({ item }, number) => (item.id = `found-${number}`));
    this.list.replaceChildren(...results.map(({ item }) => item));
    setText(this.note, "");
    this.#activate(0);
  }

  #activate(place) {
    const count = this.#results.length;
    this.#active = count ? (place + count) % count : 0;
    this.#results.forEach(({ item }, number) =>
      item.setAttribute("aria-selected", String(number === this.#active)),
    );
    this.#results[this.#active]?.item.scrollIntoView({ block: "nearest" });
    if (count) this.input.setAttribute("aria-activedescendant", `found-${this.#active}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  #pressed(event) {
    if (event.isComposing || event.target !== this.input) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#activate(this.#active + step);
    // Without any, the form goes on to the messages.
    else if (event.key === "Enter" && this.#results.length > 0) this.#results[this.#active].go();
    else return;
    event.preventDefault();
  }

  #clicked({ target }) {
    const row = target.closest(".found");
    if (row) this.#results.find(({ item }) => item === row)?.go();
  }
}

/**
 * The distance of a name from a text: 0 for the name itself, then by length the names that begin with it,
 * then those with a word that does, then those that have it anywhere. Equals stay in their order, as
 * all do without a text.
 */
function distance(name, text) {
  if (name === text || !text) return 0;
  if (name.startsWith(text)) return name.length;
  if (name.includes(` ${text}`)) return MAX_NAME_LENGTH;
  return name.includes(text) ? MAX_NAME_LENGTH + 1 : Infinity;
}
