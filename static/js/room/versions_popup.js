/** The earlier texts of a message, each with what was changed in it. */

import { get } from "../net/api.js";
import { showTime } from "../lib/times.js";
import { show } from "./people_popup.js";
import { diffNodes } from "./word_diff.js";

/**
 * @param {HTMLElement} anchor
 * @param {string} path of the message in the API
 * @param {string} text as it is now
 * @param {import("../lib/types.js").Translate} t
 * @throws {Error} where they cannot be fetched
 */
export async function showVersions(anchor, path, text, t) {
  const { versions } = await get(`${path}/versions`);
  const texts = [...versions.map(({ message }) => message), text];
  const items = versions.map((version, index) => item(version, texts[index + 1]));
  show(anchor, t(items.length ? "versions" : "versions_none"), items);
}

function item({ message, edited_at }, next) {
  const [line, time, text] = ["li", "time", "p"].map((tag) => document.createElement(tag));
  time.dataset.format = "moment";
  showTime(time, edited_at);
  text.append(...diffNodes(message, next));
  text.className = "version";
  text.dir = "auto";
  line.append(time, text);
  return line;
}
