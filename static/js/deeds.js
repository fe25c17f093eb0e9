/** What the items of a message's menu do. */

import { get, send } from "./api.js";
import { element, part } from "./page.js";
import { openAt } from "./popup.js";
import { initial, paint, shownName } from "./text.js";
import { toast } from "./toast.js";

/**
 * @param {{room_id: number, user_id: number}} data
 * @param {import("./types.js").Say} say
 * @param {(number: number) => void} unread a message was marked as unread
 * @returns {Record<string, (message: HTMLElement) => void>} by the items' names
 */
export function deeds({ room_id, user_id }, say, unread) {
  const room = `/api/rooms/${room_id}`;
  return {
    copyText: (message) => copy(part(message, ".text").innerText, say),
    copyLink: (message) => copy(`${location.origin}/rooms/${room_id}/?at=${number(message)}`, say),
    markUnread: (message) =>
      send("POST", `${room}/unread`, { message_id: number(message) }).then(
        () => unread(number(message)),
        () => toast(say("no_connection")),
      ),
    showReaders: (message) =>
      get(room).then(
        ({ members }) => {
          const others = members.filter((member) => member.id !== user_id);
          showReaders(message, others, say);
        },
        () => toast(say("no_connection")),
      ),
  };
}

function showReaders(message, others, say) {
  const popup = element("readers");
  const readers = others.filter((member) => member.last_read >= number(message));
  const values = { count: readers.length, total: others.length };
  part(popup, "h2").textContent = say(readers.length ? "read_by" : "read_by_nobody", values);
  part(popup, "ul").replaceChildren(...readers.map(reader));
  openAt(popup, part(message, ".meta").getBoundingClientRect());
  popup.focus();
}

function reader(member) {
  const name = shownName(member);
  const [item, avatar, text] = ["li", "span", "bdi"].map((tag) => document.createElement(tag));
  avatar.className = "avatar";
  avatar.ariaHidden = "true";
  avatar.textContent = initial(name);
  paint(member.id, avatar);
  text.textContent = name;
  item.append(avatar, text);
  return item;
}

/** Without https there is no clipboard but that of the old command. */
async function copy(text, say) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  toast(say("copied"));
}

function number(message) {
  return Number(message.dataset.messageId);
}
