/** What the page has: its data block, its texts, its elements. */

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
export function query(parent, selector) {
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
export function queryAll(parent, selector) {
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
 * Call keys by their names on a Mac, where this is one.
 * @param {ParentNode} parent
 */
export function showMacKeys(parent) {
  if (!/Mac|iP(hone|ad)/.test(navigator.platform)) return;
  for (const key of queryAll(parent, "[data-mac]")) key.textContent = key.dataset.mac ?? "";
}

/** @param {{shiftKey: boolean, ctrlKey: boolean, altKey: boolean, metaKey: boolean}} event of a key */
export function hasModifier({ shiftKey, ctrlKey, altKey, metaKey }) {
  return shiftKey || ctrlKey || altKey || metaKey;
}

/**
 * A fresh copy of what a template of the page holds.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function cloneTemplate(id) {
  return element(id).content.firstElementChild.cloneNode(true);
}

/**
 * Set a text, unless it is there: what is set again is read out again.
 * @param {Element} target
 * @param {string} text
 */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/**
 * Show in the line that describes a field what is wrong with it.
 * @param {Element} field
 * @param {string} text a sentence, or nothing
 */
export function setFieldError(field, text) {
  const line = element(field.getAttribute("aria-describedby") ?? "");
  setText(line, text);
  line.hidden = text === "";
  if (text) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

const plurals = new Intl.PluralRules(document.documentElement.lang);

/**
 * @param {Record<string, string>} texts with the forms of one, of few and of all else in braces
 * @returns {import("./types.js").Translate}
 */
export function translator(texts) {
  /** Of "99+" the form of 99. */
  const form = (forms, count) =>
    forms.split("|").at(["one", "few"].indexOf(plurals.select(parseInt(count))));
  return (key, values = {}) =>
    (texts[key] ?? key)
      .replace(/{(.+)}/, (_, forms) => form(forms, values.count))
      .replace(/%\((\w+)\)s/g, (_, name) => String(values[name] ?? ""));
}

/** The login has ended: to the login page, and back to here afterwards. */
export function redirectToLogin() {
  if (document.querySelector("[data-leaving]")) return;
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}&reason=ended`);
}
