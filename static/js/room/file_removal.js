/** Takes a file out of one's own message, after a question. */

import { isSure } from "../dialogs/question.js";
import { toast } from "../dialogs/toast.js";
import { element } from "../lib/page.js";
import { send } from "../net/send.js";

/**
 * @param {HTMLAnchorElement} link to the file
 * @param {HTMLElement} message which is one's own
 * @returns {Promise<boolean>} whether it is gone
 */
export async function removeFile(link, message) {
  const dialog = element("sure-remove-file");
  if (!(await isSure(dialog))) return false;
  // /files/<id>/<name>, in /rooms/<id>/
  const [room, file] = [location, link].map(({ pathname }) => pathname.split("/")[2]);
  try {
    await send("DELETE", `/api/rooms/${room}/messages/${message.dataset.messageId}/files/${file}`);
  } catch (problem) {
    toast(problem.code && problem.message);
    return false;
  }
  toast(dialog.dataset.done);
  return true;
}

/**
 * @param {HTMLAnchorElement} link
 * @returns {HTMLElement | null} the message of the file, where it is one's own
 */
export function ownMessage(link) {
  return link.closest(".message.own[data-message-id]");
}
