/** The notice of a room that is closed for good. */

import { element, query } from "../lib/page.js";

/** The texts by close code. */
const KEYS = { 4403: "removed", 4404: "deleted" };

/**
 * @param {number} code
 * @param {import("../lib/types.js").Translate} t
 * @returns {string} what it says
 */
export function showClosedNotice(code, t) {
  const notice = element("notice");
  const text = t(KEYS[code] ?? "closed");
  query(notice, ".notice-text").textContent = text;
  notice.hidden = false;
  return text;
}
