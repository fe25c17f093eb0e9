/** The earlier texts of a message, each with what was changed in it; the author can erase them. */

import { isSure } from "../dialogs/question.js";
import { toast } from "../dialogs/toast.js";
import { on, query } from "../lib/page.js";
import { showTime } from "../lib/times.js";
import { get } from "../net/api.js";
import { send } from "../net/send.js";
import { errorText } from "./error_text.js";
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
  const own = anchor.closest(".message.own");
  const offered = own ? erasing(own, path, t).catch(() => []) : [];
  const { versions } = await get(`${path}/versions`);
  const texts = [...versions.map(({ message }) => message), text];
  const items = versions.map((version, index) => item(version, texts[index + 1]));
  show(anchor, t(items.length ? "versions" : "versions_none"), items, await offered);
}

/**
 * What the page of the message offers its author. The room has no words for it: they are taken from there.
 * @returns {Promise<HTMLElement[]>} nothing, where there is nothing to erase
 */
async function erasing(message, path, t) {
  const answer = await fetch(path.replace("/api", ""), { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const form = page.querySelector('form[action$="/versions/erase"]');
  if (!form) return [];
  const [actions, dialog] = [query(form, ".actions"), query(page, "#sure-erase")];
  on(query(actions, "button"), "click", () => erase(message, path, dialog, t));
  return [actions];
}

async function erase(message, path, dialog, t) {
  document.body.append(dialog);
  const isMeant = await isSure(dialog);
  dialog.remove();
  query(message, ".post").focus({ preventScroll: true });
  if (!isMeant) return;
  const said = send("DELETE", `${path}/versions`).then(() => dialog.dataset.done, (problem) => errorText(problem, t));
  toast(await said);
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
