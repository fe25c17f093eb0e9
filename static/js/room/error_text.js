/** What a request that failed is told as. */

import { ApiError } from "../net/api.js";
import { redirectToLogin } from "../lib/page.js";

/**
 * @param {unknown} problem
 * @param {import("../lib/types.js").Translate} t
 * @param {string} [username] whom the request was about
 * @returns {string} in the language of the page, where it has a text for it
 */
export function errorText(problem, t, username = "") {
  if (!(problem instanceof ApiError)) return t("no_connection");
  if (problem.status === 401) redirectToLogin();
  const text = t(`error_${problem.code}`, { username });
  return text === `error_${problem.code}` ? problem.message : text;
}
