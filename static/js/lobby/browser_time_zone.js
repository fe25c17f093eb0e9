/** Which time zone the browser is in: e-mails, and pages without scripts, tell the time by it. */

import { getPreference, setPreference } from "../lib/preferences.js";
import { send } from "../net/send.js";

const KEY = "time_zone";

/**
 * Tell the server once, and again when somebody has travelled.
 * @param {number} userId
 */
export async function tellTimeZone(userId) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const told = `${userId} ${timeZone}`;
  if (!timeZone || getPreference(KEY) === told) return;
  const refusal = await send("PATCH", "/api/profile", { browser_time_zone: timeZone }).catch((error) => error);
  // A zone that the server does not know is not told at every page.
  if (refusal instanceof Error && refusal.code !== "bad_time_zone") return;
  setPreference(KEY, told);
}
