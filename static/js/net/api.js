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
  if (!response.ok) throw await errorOf(response);
  // What is cut off, or no JSON, is no answer.
  return response.status === 204 ? {} : response.json();
}

/**
 * What the server says no with. It may come from a proxy, in its own words.
 * @param {Response} response
 */
export async function errorOf(response) {
  const answer = await response.json().catch(() => ({}));
  return Object.assign(new ApiError(answer?.message ?? response.statusText), answer, { status: response.status });
}
