/** Texts that people write: their length, and the addresses in them. */

// Without the marks that turn the writing direction: an address must read as what it is.
const ADDRESS = /https?:\/\/[^\s<>"'\u202a-\u202e\u2066-\u2069]+/gi;
const TRAILING = ".,:;!?…»*_";
/** @type {Record<string, string>} */
const OPENING = { ")": "(", "]": "[", "}": "{" };
const HUES = 12;

/**
 * Length in code points, as the server counts: an emoji is one character and not two.
 * @param {string} text
 */
export function codePoints(text) {
  return [...text].length;
}

/**
 * Show a text in an element, its http and https addresses as links. Text only, never markup.
 * @param {Element} target
 * @param {string} text
 */
export function write(target, text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = withoutPunctuation(match[0]);
    nodes.push(text.slice(end, match.index), link(address));
    end = match.index + address.length;
  }
  nodes.push(text.slice(end));
  target.replaceChildren(...nodes);
}

/**
 * What somebody is called on pages.
 * @param {{username: string, display_name?: string}} person
 */
export function shownName({ username, display_name }) {
  return display_name || username;
}

/**
 * The beginning of a text, cut between its characters.
 * @param {string} text
 * @param {number} length in code points
 */
export function excerpt(text, length) {
  const letters = [...text];
  return letters.length > length ? `${letters.slice(0, length - 1).join("")}…` : text;
}

/** @param {string} name */
export function initial(name) {
  return [...name].slice(0, 1).join("").toUpperCase();
}

/**
 * Give elements the colour of a user or a room.
 * @param {number} number
 * @param {Element[]} elements
 */
export function paint(number, ...elements) {
  for (const item of elements) item.classList.add(`hue-${number % HUES}`);
}

function link(address) {
  const rel = "noopener noreferrer nofollow";
  const how = { href: address, rel, target: "_blank", textContent: address };
  return Object.assign(document.createElement("a"), how);
}

function withoutPunctuation(address) {
  while (endsLoosely(address)) address = address.slice(0, -1);
  return address;
}

function endsLoosely(address) {
  const last = address.slice(-1);
  const count = (/** @type {string} */ letter) => address.split(letter).length;
  return TRAILING.includes(last) || (last in OPENING && count(OPENING[last]) < count(last));
}
