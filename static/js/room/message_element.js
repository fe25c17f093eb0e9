/** The element of one message: its author, its text, its time, its state. */

import { isJumbo } from "../lib/emoji.js";
import { cloneTemplate, query, setText } from "../lib/page.js";
import { initial, applyHue, displayName, setMessageText } from "../lib/text.js";
import { showTime } from "../lib/times.js";

/** @typedef {import("../lib/types.js").Message} Message */

/**
 * What the server has rendered.
 * @param {any} item
 * @returns {Message} without the text where that is more than plain
 */
export function readMessage(item) {
  const { messageId, authorId, clientId, read } = item.dataset;
  const name = query(item, ".author bdi").textContent ?? "";
  const username = query(item, ".author").title.slice(1);
  const text = query(item, ".text");
  return {
    message_id: Number(messageId),
    user_id: Number(authorId),
    username,
    display_name: name === username ? "" : name,
    message: item.dataset.source ?? text.textContent ?? "",
    timestamp: item.querySelector("time").dateTime,
    is_read: read === "true",
    client_id: clientId,
  };
}

/**
 * @param {Message} message
 * @param {boolean} isOwn
 */
export function createMessage(message, isOwn) {
  const item = cloneTemplate("message-template");
  item.dataset.authorId = message.user_id;
  item.classList.toggle("own", isOwn);
  if (!isOwn) query(item, ".meta").querySelector(".mark")?.remove();
  applyHue(message.user_id, query(item, ".avatar"), query(item, ".author"));
  setAuthor(item, message);
  return item;
}

/**
 * @param {HTMLElement} item
 * @param {Message} author
 */
export function setAuthor(item, author) {
  setText(query(item, ".author bdi"), displayName(author));
  query(item, ".author").title = `@${author.username}`;
  setText(query(item, ".avatar"), initial(displayName(author)));
  setLabel(item);
}

/**
 * @param {HTMLElement} item
 * @param {Message} message
 */
export function setContent(item, { message_id, message, html, timestamp }) {
  if (message_id) setId(item, message_id);
  setMessageText(query(item, ".text"), message, html);
  item.classList.toggle("jumbo", isJumbo(message));
  // What is edited is the source.
  if (html && item.matches(".own")) item.dataset.source = message;
  else delete item.dataset.source;
  showTime(query(item, "time"), timestamp);
}

function setId(item, messageId) {
  item.id = `m${messageId}`;
  item.dataset.messageId = messageId;
  const link = query(item, ".message-more");
  link.href = link.href.replace(/\d+$/, messageId);
}

/**
 * Author, time, and what is left to be done: the accessible name of the message.
 * @param {HTMLElement} item
 */
export function setLabel(item) {
  const [name, handle, time] = ["bdi", ".handle", "time"].map((each) => query(item, each).textContent);
  // No template inside a template: rjsmin, which strips the files, loses its spaces.
  const author = [name, handle].filter(Boolean).join(" ");
  const [mention, mark] = [".mention-mark", ".mark"].map((each) => item.querySelector(each)?.ariaLabel);
  const state = item.dataset.state !== "sent" && mark;
  query(item, ".post").ariaLabel = [author, time, mention, state].filter(Boolean).join(", ");
}

/**
 * @param {HTMLElement} item
 * @param {Message} message
 * @param {import("../lib/types.js").Translate} t
 */
export function setState(item, { message_id, client_id = "", is_read, failure }, t) {
  const state = message_id ? "sent" : failure ? "failed" : "pending";
  Object.assign(item.dataset, { state, read: is_read });
  if (client_id) item.dataset.clientId = client_id;
  item.querySelector(".mark")?.setAttribute("aria-label", t(is_read ? "read" : state));
  if (message_id) item.querySelector(".failure")?.remove();
  else query(item, ".failure-text").textContent = failure ?? "";
  setLabel(item);
}
