/** Whom a text mentions: it is read as models/mentioned_names.py reads it, and marked as blueprints/pages/mentions.py does. */

import { displayName } from "../lib/text.js";

const NAME = /(?<![\p{L}\p{N}])@([^\s@,;:!?()[\]{}<>"'«»“”„…*~`|/\\]{1,64})/gu;
export const CODE = /```[^]*?(?:```|$)|`[^`\n]*`/g;
const ALL = "all";
/** In place of a user id. */
const EVERYBODY = 0;

/** @typedef {{id: number, name: string, isMe: boolean}} Mentioned */

/** What two spellings of one username have in common. */
function usernameKey(name) {
  return name.normalize("NFKC").toLowerCase();
}

/**
 * Whether everybody is meant, outside of code.
 * @param {string} text
 */
export function namesAll(text) {
  const names = [...text.replace(CODE, " ").matchAll(NAME)];
  return names.some(([, name]) => spellings(name).some((each) => usernameKey(each) === ALL));
}

/**
 * Whether a message of mine notifies all by "@all".
 * @param {import("./members.js").Members} members
 */
export function mayMentionAll({ all, data }) {
  return data.role === "owner" || all.length <= data.limits.mention_all_members;
}

/**
 * Mark in a message the names of those whom it mentions.
 * @param {HTMLElement} text
 * @param {import("../lib/types.js").Message} message
 * @param {import("./members.js").Members} members
 * @returns {boolean} whether it mentions me
 */
export function showMentions(text, { user_id, mentions = [], mentions_all }, members) {
  const { data, t } = members;
  /** @type {Map<string, Mentioned>} */
  const people = new Map();
  const isOwn = user_id === data.user_id;
  if (mentions_all) people.set(ALL, { id: EVERYBODY, name: t("everybody"), isMe: !isOwn });
  for (const member of mentions.length ? [...data.former, ...members.all] : []) {
    if (!mentions.includes(member.id)) continue;
    const isMe = member.id === data.user_id;
    people.set(usernameKey(member.username), { id: member.id, name: displayName(member), isMe });
  }
  if (people.size) for (const node of textNodes(text)) markNames(node, people);
  return !isOwn && Boolean(mentions_all || mentions.includes(data.user_id));
}

/**
 * @param {HTMLElement} item a message that the server has rendered
 * @param {number} me
 */
export function readMentions(item, me) {
  const ids = [...item.querySelectorAll(".mention")].map((each) => Number(each.dataset.userId));
  const mentions = new Set(ids.filter(Boolean));
  const mentions_all = ids.includes(EVERYBODY);
  // The name may stand where none is marked.
  if (item.matches(".mentions-me") && !mentions_all) mentions.add(me);
  return { mentions: [...mentions], mentions_all };
}

/** What is written in it, without code, links, and what is marked already. */
function textNodes(element) {
  const isText = ({ parentElement }) => !parentElement.closest("pre, code, a, .mention");
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) if (isText(walker.currentNode)) found.push(walker.currentNode);
  return found;
}

/**
 * @param {any} node
 * @param {Map<string, Mentioned>} people
 */
function markNames(node, people) {
  for (const { 1: name, index } of [...node.data.matchAll(NAME)].reverse()) {
    const spelling = spellings(name).find((each) => people.has(usernameKey(each)));
    if (!spelling) continue;
    const word = node.splitText(index);
    word.splitText(spelling.length + 1);
    word.replaceWith(mark(word.data, people.get(usernameKey(spelling))));
  }
}

/** A name can end with a dot, as a sentence does. */
function spellings(name) {
  return [name, name.replace(/[._-]+$/, "")];
}

function mark(textContent, { id, name, isMe }) {
  const chip = document.createElement("span");
  Object.assign(chip, { className: isMe ? "mention me" : "mention", textContent, title: name });
  chip.dataset.userId = id;
  return chip;
}
