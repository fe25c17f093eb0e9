/** The JSON API, as far as the pages use it. */

const DEADLINE = 15_000;

/** An answer of the server that says no, with its code and its sentence. */
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
 * @param {"POST" | "PUT" | "PATCH" | "DELETE"} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<any>}
 */
export function send(method, path, body) {
  if (!body) return request(path, { method });
  const headers = { "Content-Type": "application/json" };
  return request(path, { method, headers, body: JSON.stringify(body) });
}

async function request(path, options) {
  const headers = { Accept: "application/json", ...options.headers };
  const signal = AbortSignal.timeout(DEADLINE);
  const response = await fetch(path, { ...options, headers, signal, redirect: "error" });
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const { status, statusText } = response;
  throw Object.assign(new ApiError(answer.message ?? statusText), { status, code: answer.code });
}
