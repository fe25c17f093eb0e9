/**
 * Which time zone the browser is in: e-mails, and pages without scripts, tell the time by it. Loaded where the server
 * has not been told.
 */

import { setPreference } from "../lib/preferences.js";
import { send } from "../net/send.js";

/**
 * @param {string} timeZone
 * @param {string} told what the preference that extras.js reads says then
 */
export async function tellTimeZone(timeZone, told) {
  const refusal = await send("PATCH", "/api/profile", { browser_time_zone: timeZone }).catch((error) => error);
  // A zone that the server does not know is not told at every page.
  if (refusal instanceof Error && refusal.code !== "bad_time_zone") return;
  setPreference("time_zone", told);
}
