/** Asks again after the time that a rate limit names. */

import { get } from "./api.js";

const MAX_RETRIES = 5;

/**
 * @param {string} path
 * @param {Error & {code?: string, retry_after?: number}} error the first one
 * @returns {Promise<any>} the answer
 * @throws {Error} the last refusal, or another failure
 */
export async function retry(path, error) {
  for (let times = MAX_RETRIES; times && error.code === "rate_limited"; times -= 1) {
    await new Promise((resolve) => setTimeout(resolve, delay(error)));
    try {
      return await get(path);
    } catch (problem) {
      error = problem;
    }
  }
  throw error;
}

/** In milliseconds. Other tabs wait for the same moment. */
function delay({ retry_after = 1 }) {
  return 1000 * Math.max(0.2, retry_after) * (1 + Math.random());
}
