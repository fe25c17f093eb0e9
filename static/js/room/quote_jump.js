/** From a reply to what it quotes, and back again. */

import { element, query } from "../lib/page.js";

/** @type {HTMLElement | undefined} */
let back;

/**
 * @param {import("./history.js").History} history
 * @param {number} messageId
 * @param {number} from the reply
 */
export async function jumpToQuoted(history, messageId, from) {
  if (!(await jump(history, messageId))) return;
  back ??= element("back-to-reply");
  back.hidden = false;
  back.onclick = () => {
    if (back) back.hidden = true;
    jump(history, from);
  };
}

async function jump(history, messageId) {
  const isThere = await history.pages((it) => it.jumpTo(messageId)).then(() => true, () => false);
  const item = history.timeline.element(history.store.get(messageId));
  if (item) query(item, ".post").focus({ preventScroll: true });
  return isThere && Boolean(item);
}
