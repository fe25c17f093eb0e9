/** Names while one types: a combobox as WAI-ARIA describes it, around a plain field; also for a list of
 * names with commas between, of which the last is being typed.
 */

import { Listbox, personOption } from "./listbox.js";

const DEBOUNCE = 120;
const LAST_NAME = /[^\s,;]*$/;

/** @typedef {{id: number, username: string, display_name: string}} Person */

export class Combobox {
  #timer = 0;
  #turn = 0;
  /** @type {Person[]} */
  #people = [];

  /**
   * @param {any} field
   * @param {{search: (text: string) => Promise<Person[]>, isList?: boolean}} options
   */
  constructor(field, { search, isList = false }) {
    this.field = field;
    this.search = search;
    this.isList = isList;
    this.listbox = new Listbox(field, {
      id: `${field.id}-people`,
      label: field.labels[0]?.textContent ?? "",
      accept: (index) => this.#accept(index),
      closed: () => this.#close(),
    });
    field.setAttribute("aria-controls", `${field.id}-people`);
    Object.assign(field, { role: "combobox", ariaAutoComplete: "list" });
    this.#show([]);
    // While this was loaded somebody may have begun to type.
    if (field.value !== field.defaultValue && !field.ariaInvalid) this.#schedule();
    field.addEventListener("input", () => this.#schedule());
    // What the answer says stands where the list would be.
    field.form?.addEventListener("submit", () => this.#close());
    field.addEventListener("keydown", (event) => this.listbox.keyPressed(event, ["Enter"]));
    field.addEventListener("blur", () => this.#close());
  }

  get #typed() {
    const { value } = this.field;
    return this.isList ? value.match(LAST_NAME)[0] : value.trim();
  }

  #schedule() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(), DEBOUNCE);
  }

  async #load() {
    const text = this.#typed;
    const turn = this.#turn;
    const people = text ? await this.search(text).catch(() => []) : [];
    if (turn === this.#turn && text === this.#typed && this.field.matches(":focus")) {
      this.#show(people);
    }
  }

  /** Until somebody types again nothing is offered, not even what has been asked for. */
  #close() {
    clearTimeout(this.#timer);
    this.#turn += 1;
    this.#show([]);
  }

  /** @param {Person[]} people */
  #show(people) {
    this.#people = people;
    this.listbox.show(people.map((person) => personOption(person, person.username)));
    this.listbox.list.style.top = `${this.field.offsetTop + this.field.offsetHeight}px`;
    this.field.ariaExpanded = String(people.length > 0);
  }

  #accept(index) {
    const { username } = this.#people[index];
    const { field } = this;
    field.value = this.isList ? field.value.replace(LAST_NAME, `${username}, `) : username;
    this.#close();
  }
}
