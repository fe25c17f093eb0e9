/** The notice of a room that is closed for good. */

import { get } from "../net/api.js";
import { element, query, roomData } from "../lib/page.js";

/** The texts by close code. */
const KEYS = { 4403: "removed", 4404: "deleted" };

/**
 * @param {number} code
 * @param {import("./outbox.js").Outbox} outbox what waits in it is not sent any more
 * @param {import("../lib/types.js").Translate} t
 */
export function showClosedNotice(code, outbox, t) {
  const text = t(KEYS[code] ?? "closed");
  show(text);
  if (code === 4403) tellOfBan().catch(() => {});
  outbox.failures((it) => it.giveUp(text));
}

/** Whoever is banned is told until when, and why. */
async function tellOfBan() {
  const { bans } = await get("/api/bans");
  const ban = bans.find(({ room_id }) => room_id === roomData().room_id);
  if (ban) show(ban.message);
}

function show(text) {
  const notice = element("notice");
  query(notice, ".notice-text").textContent = text;
  notice.hidden = false;
}
