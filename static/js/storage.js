/** What is being typed outlives a reload of its tab, what is chosen the browser. One that forbids it costs only that. */

/**
 * @param {string} key
 * @returns {string}
 */
export function recall(key) {
  return attempt((kept) => kept.getItem(key)) ?? "";
}

/**
 * @param {string} key
 * @param {string} value nothing forgets it
 */
export function remember(key, value) {
  attempt((kept) => (value ? kept.setItem(key, value) : kept.removeItem(key)));
}

/** Where a text being typed is remembered. */
export const typedKey = (user, room) => `draft:${user}:${room}`;

/** @param {number} user */
export function forgetTyped(user) {
  const keys = attempt((kept) => Object.keys(kept)) ?? [];
  for (const key of keys) if (key.startsWith(typedKey(user, ""))) remember(key, "");
}

/**
 * What somebody has chosen for this browser, in all its tabs; nothing while they have not.
 * @param {string} key
 * @returns {string}
 */
export function chosen(key) {
  return attempt(() => localStorage.getItem(key)) ?? "";
}

/**
 * @param {string} key
 * @param {string} value
 */
export function choose(key, value) {
  attempt(() => localStorage.setItem(key, value));
}

function attempt(use) {
  try {
    return use(sessionStorage);
  } catch {
    return undefined;
  }
}
