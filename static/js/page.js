/** What the page brings along: its data block, its texts, its elements. */

/** @returns {import("./types.js").RoomData} */
export function roomData() {
  return JSON.parse(element("room-data").textContent ?? "");
}

/**
 * The element with this id; a page without it is broken.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}`);
  return found;
}

/**
 * An element inside another one.
 * @param {ParentNode} parent
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function part(parent, selector) {
  const found = parent.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}`);
  return found;
}

/**
 * All elements inside another one that match, in order.
 * @param {ParentNode} parent
 * @param {string} selector
 * @returns {HTMLElement[]}
 */
export function parts(parent, selector) {
  return [...parent.querySelectorAll(selector)].filter((each) => each instanceof HTMLElement);
}

/**
 * @param {EventTarget} target
 * @param {string} names of events, with spaces between
 * @param {(event: any) => void} act
 */
export function on(target, names, act) {
  for (const name of names.split(" ")) target.addEventListener(name, act);
}

/**
 * A fresh copy of what a template of the page holds.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function copyOf(id) {
  return element(id).content.firstElementChild.cloneNode(true);
}

/**
 * Write a text, unless it is there: what is written again is read out again.
 * @param {Element} target
 * @param {string} text
 */
export function tell(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/**
 * Say in the line that describes a field what is wrong with it.
 * @param {Element} field
 * @param {string} text a sentence, or nothing
 */
export function complain(field, text) {
  const line = element(field.getAttribute("aria-describedby") ?? "");
  tell(line, text);
  line.hidden = text === "";
  if (text) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

/**
 * @param {Record<string, string>} texts
 * @returns {import("./types.js").Say}
 */
export function speaker(texts) {
  return (key, values = {}) =>
    (texts[key] ?? key).replace(/%\((\w+)\)s/g, (_, name) => String(values[name] ?? ""));
}

/** The login has ended: to the login page, and back to here afterwards. */
export function toLogin() {
  if (document.querySelector("[data-leaving]")) return;
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}
