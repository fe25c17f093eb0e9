/** The list of a combobox: what is offered while one types. The focus stays in the field. */

import { hasModifier } from "./page.js";
import { applyHue, displayName, initial } from "./text.js";

export class Listbox {
  #active = -1;

  /**
   * @param {any} field
   * @param {{id: string, label: string, accept: (index: number) => void, closed?: () => void}} options
   *   `closed` is called when somebody closes it by Escape
   */
  constructor(field, { id, label, accept, closed = () => {} }) {
    Object.assign(this, { field, accept, closed });
    this.list = document.createElement("ul");
    Object.assign(this.list, { id, className: "suggestions", role: "listbox", ariaLabel: label, hidden: true });
    field.after(this.list);
    // The field keeps the focus while an option is clicked.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", ({ target }) => this.#clicked(target.closest("[role=option]")));
  }

  get isOpen() {
    return !this.list.hidden;
  }

  /**
   * @param {HTMLElement[]} options none to close it
   * @param {number} [active] the option that Enter takes, before any arrow is pressed
   */
  show(options, active = -1) {
    options.forEach((option, index) => {
      Object.assign(option, { id: `${this.list.id}-${index}`, className: "suggestion", role: "option" });
    });
    this.list.replaceChildren(...options);
    this.list.hidden = options.length === 0;
    this.#activate(options.length ? active : -1);
  }

  /**
   * @param {KeyboardEvent} event of the field
   * @param {string[]} accepting the keys that take the active option
   */
  keyPressed(event, accepting) {
    const { key, isComposing, keyCode } = event;
    // While an input method composes, its own list has the keys; in Safari only the old key code shows it.
    if (!this.isOpen || isComposing || keyCode === 229 || hasModifier(event)) return;
    const { length } = this.list.children;
    if (key === "ArrowDown") this.#activate((this.#active + 1) % length);
    else if (key === "ArrowUp") this.#activate((Math.max(this.#active, 0) + length - 1) % length);
    else if (key === "Escape") this.closed();
    else if (accepting.includes(key) && this.#active >= 0) this.accept(this.#active);
    else return;
    event.preventDefault();
    // Escape closes the list, and not what is around it.
    event.stopPropagation();
  }

  #activate(index) {
    this.#active = index;
    [...this.list.children].forEach((option, place) => {
      option.ariaSelected = String(place === index);
      if (place === index) option.scrollIntoView({ block: "nearest" });
    });
    const id = this.list.children[index]?.id;
    if (id) this.field.setAttribute("aria-activedescendant", id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  #clicked(option) {
    if (option) this.accept([...this.list.children].indexOf(option));
  }
}

/**
 * What stands for a person in a list.
 * @param {{id: number, username: string, display_name: string}} person
 * @param {string} username as it is shown beside the name
 */
export function personOption(person, username) {
  const sign = text("span", "avatar", initial(displayName(person)));
  applyHue(person.id, sign);
  return option(sign, displayName(person), person.display_name && username);
}

/**
 * @param {HTMLElement} sign what says it without words
 * @param {string} name
 * @param {string} detail beside the name, or nothing
 */
export function option(sign, name, detail) {
  const item = document.createElement("li");
  sign.ariaHidden = "true";
  item.append(sign, text("bdi", "", name));
  // With a space: it is read out as another word.
  if (detail) item.append(" ", text("bdi", "suggestion-user", detail));
  return item;
}

/**
 * @param {string} tag
 * @param {string} className
 * @param {string} textContent
 */
export function text(tag, className, textContent) {
  return Object.assign(document.createElement(tag), { className, textContent });
}
