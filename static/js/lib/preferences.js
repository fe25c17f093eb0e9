/** What somebody has chosen for this browser, in all its tabs. Where storage is forbidden it lasts as long as the page. */

/**
 * @param {string} key
 * @returns {string} empty while nothing was chosen
 */
export function getPreference(key) {
  return tryStorage((kept) => kept.getItem(key)) ?? "";
}

/**
 * @param {string} key
 * @param {string} value
 */
export function setPreference(key, value) {
  tryStorage((kept) => kept.setItem(key, value));
}

function tryStorage(use) {
  try {
    return use(localStorage);
  } catch {
    return undefined;
  }
}
