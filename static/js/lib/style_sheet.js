/** Style sheets of what is loaded when it is first used. */

/**
 * @param {string} href
 * @returns {Promise<void>} when it is there, or cannot be
 */
export function addStyleSheet(href) {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  document.head.append(link);
  return new Promise((resolve) => {
    for (const name of ["load", "error"]) link.addEventListener(name, () => resolve());
  });
}
