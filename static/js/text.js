/** Texts that people write, and what stands for people: a letter and a colour. */

const HUES = 12;

/**
 * Length in code points, as the server counts: an emoji is one character and not two.
 * @param {string} text
 */
export function codePoints(text) {
  return [...text].length;
}

/**
 * Show a message's text in an element: as it is, or as the server has formatted it.
 * @param {Element} target
 * @param {string} text
 * @param {string | undefined} html made by the server alone, which escapes all that people wrote
 */
export function write(target, text, html) {
  target.classList.toggle("rich", html !== undefined);
  if (html !== undefined) target.innerHTML = html;
  else if (target.textContent !== text) target.textContent = text;
}

/**
 * What somebody is called on pages.
 * @param {{username: string, display_name?: string}} person
 */
export function shownName({ username, display_name }) {
  return display_name || username;
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
