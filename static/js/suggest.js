/** Names while one types: a combobox as WAI-ARIA describes it, around a plain field; also for a list of
 * names with commas between, of which the last is being typed.
 */

import { get } from "./api.js";
import { initial, paint, shownName } from "./text.js";

const PAUSE = 120;
const LAST_NAME = /[^\s,;]*$/;

/** @typedef {{id: number, username: string, display_name: string}} Person */

export class Suggestions {
  #timer = 0;
  #chosen = -1;
  /** @type {Person[]} */
  #people = [];

  /**
   * @param {any} field
   * @param {{isWanted?: (person: Person) => boolean, isList?: boolean}} options
   */
  constructor(field, { isWanted = () => true, isList = false }) {
    this.field = field;
    this.isWanted = isWanted;
    this.isList = isList;
    this.list = document.createElement("ul");
    Object.assign(this.list, { id: `${field.id}-people`, className: "suggestions", role: "listbox" });
    this.list.ariaLabel = field.labels[0]?.textContent ?? "";
    field.after(this.list);
    field.setAttribute("aria-controls", this.list.id);
    Object.assign(field, { role: "combobox", ariaAutoComplete: "list" });
    this.#show([]);
    // While this was loaded somebody may have begun to type.
    if (field.value !== field.defaultValue) this.#later();
    field.addEventListener("input", () => this.#later());
    field.addEventListener("keydown", (event) => this.#key(event));
    field.addEventListener("blur", () => this.#show([]));
    // The field keeps the focus while a name is clicked.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", ({ target }) => this.#take(this.#indexOf(target)));
  }

  get #typed() {
    const { value } = this.field;
    return this.isList ? value.match(LAST_NAME)[0] : value.trim();
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), PAUSE);
  }

  async #ask() {
    const text = this.#typed;
    const path = `/api/people?q=${encodeURIComponent(text)}`;
    const { people } = text ? await get(path).catch(() => ({ people: [] })) : { people: [] };
    if (text === this.#typed && this.field.matches(":focus")) {
      this.#show(people.filter(this.isWanted));
    }
  }

  /** @param {Person[]} people */
  #show(people) {
    this.#people = people;
    this.#chosen = -1;
    this.list.replaceChildren(...people.map((person, index) => this.#option(person, index)));
    this.list.hidden = people.length === 0;
    this.list.style.top = `${this.field.offsetTop + this.field.offsetHeight}px`;
    this.field.ariaExpanded = String(people.length > 0);
    this.field.removeAttribute("aria-activedescendant");
  }

  #option(person, index) {
    const option = document.createElement("li");
    Object.assign(option, { id: `${this.list.id}-${index}`, className: "suggestion", role: "option" });
    const avatar = text("span", "avatar", initial(shownName(person)));
    avatar.ariaHidden = "true";
    paint(person.id, avatar);
    option.append(avatar, text("bdi", "", shownName(person)));
    if (person.display_name) option.append(text("bdi", "suggestion-user", person.username));
    return option;
  }

  #key(event) {
    if (event.isComposing || this.#people.length === 0) return;
    const count = this.#people.length;
    const { key } = event;
    if (key === "ArrowDown") this.#choose((this.#chosen + 1) % count);
    else if (key === "ArrowUp") this.#choose((Math.max(this.#chosen, 0) + count - 1) % count);
    else if (key === "Escape") this.#show([]);
    else if (key === "Enter" && this.#chosen >= 0) this.#take(this.#chosen);
    else return;
    event.preventDefault();
    // Escape closes the list, and not the panel around it.
    event.stopPropagation();
  }

  #choose(index) {
    this.#chosen = index;
    [...this.list.children].forEach((option, place) => {
      option.ariaSelected = String(place === index);
      if (place === index) option.scrollIntoView({ block: "nearest" });
    });
    this.field.setAttribute("aria-activedescendant", this.list.children[index].id);
  }

  #take(index) {
    if (index < 0) return;
    const { username } = this.#people[index];
    const { field } = this;
    field.value = this.isList ? field.value.replace(LAST_NAME, `${username}, `) : username;
    this.#show([]);
  }

  #indexOf(target) {
    return [...this.list.children].indexOf(target.closest("[role=option]"));
  }
}

function text(tag, className, textContent) {
  return Object.assign(document.createElement(tag), { className, textContent });
}
