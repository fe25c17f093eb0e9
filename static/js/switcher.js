/** A few letters of a room or a person, Enter, and one is there. */

import { ApiError, get, send } from "./api.js";
import { copyOf, element, part, parts, tell, toLogin } from "./page.js";
import { initial, paint, shownName } from "./text.js";

const SHOWN = 8;
const PAUSE = 120;

/** @typedef {{item: HTMLElement, go: () => void}} Found */

export class Switcher {
  /** @type {Found[]} */
  #found = [];
  #at = 0;
  #timer = 0;

  /**
   * @param {HTMLDialogElement} dialog
   * @param {HTMLElement} sidebar has the rooms
   */
  constructor(dialog, sidebar) {
    this.dialog = dialog;
    this.sidebar = sidebar;
    this.input = /** @type {HTMLInputElement} */ (part(this.dialog, "input"));
    this.list = part(this.dialog, "ul");
    this.note = element("switcher-note");
    this.input.addEventListener("input", () => this.search());
    this.dialog.addEventListener("keydown", (event) => this.#pressed(event));
    this.dialog.addEventListener("click", (event) => this.#clicked(event));
  }

  /** Show what the text in the field finds. */
  search() {
    const text = this.input.value.trim().toLowerCase();
    const rooms = this.#rooms(text);
    this.#show(rooms);
    clearTimeout(this.#timer);
    if (text) this.#timer = setTimeout(() => this.#addPeople(text, rooms), PAUSE);
  }

  /** The rooms whose names have these letters, those that begin with them first. */
  #rooms(text) {
    const named = parts(this.sidebar, ".room-link").map((link) => {
      const names = `${part(link, "bdi").textContent} ${link.dataset.username ?? ""}`.toLowerCase();
      return { link, place: ` ${names}`.indexOf(` ${text}`), has: names.includes(text) };
    });
    const begins = named.filter(({ place }) => place >= 0);
    const others = named.filter(({ place, has }) => has && place < 0);
    return [...begins, ...others].slice(0, SHOWN).map(({ link }) => this.#room(link));
  }

  #room(link) {
    const item = copyOf("found-template");
    part(item, ".avatar").replaceWith(part(link, ".avatar").cloneNode(true));
    part(item, "bdi").textContent = part(link, "bdi").textContent;
    part(item, ".found-more").replaceWith(part(link, ".unread").cloneNode(true));
    return { item, go: () => location.assign(link.getAttribute("href")) };
  }

  async #addPeople(text, rooms) {
    try {
      const { people } = await get(`/api/people?q=${encodeURIComponent(text)}`);
      if (text !== this.input.value.trim().toLowerCase()) return;
      const isKnown = ({ id }) => this.sidebar.querySelector(`[data-user-id="${id}"]`);
      const strangers = people.filter((person) => !isKnown(person));
      this.#show([...rooms, ...strangers.map((person) => this.#person(person))]);
      if (this.#found.length === 0) tell(this.note, this.note.dataset.nothing ?? "");
    } catch (problem) {
      this.#failed(problem);
    }
  }

  #person(person) {
    const item = copyOf("found-template");
    const name = shownName(person);
    part(item, ".avatar").textContent = initial(name);
    paint(person.id, part(item, ".avatar"));
    part(item, "bdi").textContent = name;
    part(item, ".found-more").textContent = name === person.username ? "" : `@${person.username}`;
    return { item, go: () => this.#talk(person.username) };
  }

  async #talk(username) {
    try {
      const room = await send("POST", "/api/direct", { username });
      location.assign(`/rooms/${room.id}/`);
    } catch (problem) {
      this.#failed(problem);
    }
  }

  #failed(problem) {
    if (problem instanceof ApiError && problem.status === 401) toLogin();
    tell(this.note, this.note.dataset.failed ?? "");
  }

  /** @param {Found[]} found */
  #show(found) {
    this.#found = found;
    found.forEach(({ item }, number) => (item.id = `found-${number}`));
    this.list.replaceChildren(...found.map(({ item }) => item));
    tell(this.note, "");
    this.#choose(0);
  }

  #choose(place) {
    const count = this.#found.length;
    this.#at = count ? (place + count) % count : 0;
    this.#found.forEach(({ item }, number) =>
      item.setAttribute("aria-selected", String(number === this.#at)),
    );
    this.#found[this.#at]?.item.scrollIntoView({ block: "nearest" });
    if (count) this.input.setAttribute("aria-activedescendant", `found-${this.#at}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  #pressed(event) {
    if (event.isComposing || event.target !== this.input) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#choose(this.#at + step);
    else if (event.key === "Enter") this.#found[this.#at]?.go();
    else return;
    event.preventDefault();
  }

  #clicked({ target }) {
    const row = target.closest(".found");
    if (row) this.#found.find(({ item }) => item === row)?.go();
  }
}
