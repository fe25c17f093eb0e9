/** Messages cut short. */

/**
 * The beginning of a text, cut between its characters.
 * @param {string} text
 * @param {number} length in code points
 */
export function excerpt(text, length) {
  const letters = [...text];
  return letters.length > length ? `${letters.slice(0, length - 1).join("")}…` : text;
}

/**
 * What a message says, or, where that is nothing, what its files are.
 * @param {{message: string, files?: import("./types.js").FileView[]}} message
 */
export function words({ message, files = [] }) {
  return message || files.map(({ alt, name }) => alt ?? name).join(", ");
}
