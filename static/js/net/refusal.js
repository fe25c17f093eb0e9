/** Why a handshake was refused: browsers do not show the HTTP status, so the same is asked by HTTP. */

import { ApiError, get } from "./api.js";

/** What ends a connection for good. */
const FINAL = [401, 403, 404];

/**
 * @param {string} path that is refused like the handshake
 * @returns {Promise<number>} the close code that stands for the refusal, or 0: try again
 */
export async function refusalCode(path) {
  const problem = await get(path).catch((error) => error);
  const status = problem instanceof ApiError ? problem.status : 0;
  return FINAL.includes(status) ? 4000 + status : 0;
}
