/** Who writes in the room, and how often: said where it is written, before it is; templates/durations.html says the same. */

import { element, setText } from "../lib/page.js";

/** The units of a pause, by their seconds. */
const UNITS = [[86_400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]];

/**
 * @param {import("../lib/types.js").RoomData} data
 * @param {import("../lib/types.js").Translate} t
 */
export function showWritingRules({ kind, role, writers, slow_seconds }, t) {
  const isOwner = role === "owner";
  if (kind !== "room" || document.getElementById("archived")) return;
  const isClosed = writers === "owners" && !isOwner;
  element("composer").hidden = isClosed;
  setText(element("writing-rules"), isOwner ? "" : ruleText(isClosed, slow_seconds, t));
}

function ruleText(isClosed, seconds, t) {
  if (isClosed) return t("error_owners_only");
  return seconds ? t("slow_mode", { pause: duration(seconds) }) : "";
}

function duration(seconds) {
  const [size, unit] = UNITS.find(([size]) => seconds % Number(size) === 0) ?? UNITS[3];
  const style = /** @type {any} */ ({ style: "unit", unit, unitDisplay: "long" });
  return new Intl.NumberFormat(document.documentElement.lang, style).format(seconds / Number(size));
}
