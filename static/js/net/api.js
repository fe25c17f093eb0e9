/** The JSON API, as far as the pages use it. */

const TIMEOUT = 15_000;

/** An answer of the server that says no, with its code, its sentence and all else that it has. */
export class ApiError extends Error {
  status = 0;
  code = "";
}

/**
 * @param {string} path
 * @returns {Promise<any>} the parsed answer
 * @throws {ApiError} when the server says no; other errors when it could not be asked
 */
export function get(path) {
  return request(path, {});
}

/**
 * @param {string} path
 * @param {RequestInit} options
 * @returns {Promise<any>} as `get`
 */
export async function request(path, options) {
  const headers = { Accept: "application/json", ...options.headers };
  const signal = AbortSignal.timeout(TIMEOUT);
  const response = await fetch(path, { ...options, headers, signal, redirect: "error" });
  const isGood = response.ok && response.status !== 204;
  // What says no may come from a proxy, in its own words; what says yes and is cut off, or no JSON, is no answer.
  const answer = await response.json().catch((error) => (isGood ? Promise.reject(error) : {}));
  if (response.ok) return answer;
  const { status, statusText } = response;
  throw Object.assign(new ApiError(answer?.message ?? statusText), answer, { status });
}
