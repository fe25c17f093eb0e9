/** People whom one may write to or invite. */

import { get } from "./api.js";

/**
 * @param {string} text the beginning of a name
 * @returns {Promise<{id: number, username: string, display_name: string}[]>} at most ten
 * @throws {Error} when the server refuses or cannot be asked
 */
export async function searchPeople(text) {
  return (await get(`/api/people?q=${encodeURIComponent(text)}`)).people;
}
