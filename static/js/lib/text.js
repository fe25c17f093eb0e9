/** Texts that people write, and their avatars: a letter and a colour. */

const HUES = Number(document.documentElement.dataset.hues);

/**
 * Length in code points, as the server counts: an emoji is one character and not two.
 * @param {string} text
 */
export function countCodePoints(text) {
  return [...text].length;
}

/**
 * Show a message's text in an element: as it is, or as the server has formatted it.
 * @param {Element} target
 * @param {string} text
 * @param {string | undefined} html made by the server alone, which escapes all that people wrote
 */
export function setMessageText(target, text, html) {
  target.classList.toggle("rich", html !== undefined);
  if (html !== undefined) target.innerHTML = html;
  else if (target.textContent !== text) target.textContent = text;
}

/**
 * The name that pages show.
 * @param {{username: string, display_name?: string}} person
 */
export function displayName({ username, display_name }) {
  return display_name || username;
}

/**
 * What is unread, and how often I am mentioned in it, as badges and titles say it: "5", "@2 · 5".
 * @param {number} unread
 * @param {number} [mentions]
 */
export function countText(unread, mentions = 0) {
  const short = (count) => (count > 99 ? "99+" : count);
  return [mentions && `@${short(mentions)}`, unread > mentions && short(unread)].filter(Boolean).join(" · ");
}

/** @param {string} name */
export function initial(name) {
  return ([...name][0] ?? "").toUpperCase();
}

/**
 * Give elements the hue of a user or a room.
 * @param {number} id
 * @param {Element[]} elements
 */
export function applyHue(id, ...elements) {
  for (const item of elements) item.classList.add(`hue-${id % HUES}`);
}
