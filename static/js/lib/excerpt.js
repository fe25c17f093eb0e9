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
