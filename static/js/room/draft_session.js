/** What a tab knows of its draft beyond a reload. */

import { readSession, writeSession } from "../lib/storage.js";

/**
 * What this tab and the server last had in common.
 * @param {string} key of the text that is being typed
 * @returns {{message: string, version: number}}
 */
export function lastStored(key) {
  return JSON.parse(readSession(`${key}:stored`) || "null") ?? { message: "", version: 0 };
}

/**
 * @param {string} key
 * @param {{message: string, version: number}} stored
 */
export function keepStored(key, { message, version }) {
  writeSession(`${key}:stored`, version ? JSON.stringify({ message, version }) : "");
}

/**
 * The texts that emptiedDrafts is to return; none once a page has come without them.
 * @param {string} key
 * @param {string[]} texts in the order in which the server gets them, of which it has one of the last
 */
export function keepEmptied(key, texts) {
  writeSession(`${key}:emptied`, texts.length ? JSON.stringify(texts.slice(-3)) : "");
}
