/** Requests that change something: loaded with what makes them. */

import { request } from "./api.js";

/**
 * @param {"POST" | "PUT" | "PATCH" | "DELETE"} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<any>} the parsed answer
 * @throws {import("./api.js").ApiError} when the server refuses; other errors when it could not be asked
 */
export function send(method, path, body) {
  if (!body) return request(path, { method });
  const headers = { "Content-Type": "application/json" };
  return request(path, { method, headers, body: JSON.stringify(body) });
}
