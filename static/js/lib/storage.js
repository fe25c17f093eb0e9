/** What is being written outlives a reload of its tab. Where storage is forbidden only that is lost. */

/**
 * @param {string} key
 * @returns {string}
 */
export function readSession(key) {
  return tryStorage((kept) => kept.getItem(key)) ?? "";
}

/**
 * @param {string} key
 * @param {string} value empty to remove it
 */
export function writeSession(key, value) {
  tryStorage((kept) => (value ? kept.setItem(key, value) : kept.removeItem(key)));
}

/** The key of the text that is being typed. */
export const draftKey = (user, room) => `draft:${user}:${room}`;

/**
 * The texts that were taken out of the field here, by sending them or by hand, where the server may not know yet.
 * @param {string} key of the text that is being typed
 * @returns {string[]}
 */
export const emptiedDrafts = (key) => JSON.parse(readSession(`${key}:emptied`) || "[]");

/** @param {number} user */
export function clearDrafts(user) {
  const keys = tryStorage((kept) => Object.keys(kept)) ?? [];
  for (const key of keys) if (key.startsWith(draftKey(user, ""))) writeSession(key, "");
}

function tryStorage(use) {
  try {
    return use(sessionStorage);
  } catch {
    return undefined;
  }
}
