/** The emoji with their names and words, in two languages: one file, fetched when first asked for. */

import { get } from "../net/api.js";

/**
 * @typedef {object} Emoji
 * @property {string} emoji
 * @property {string} name in the language of the page
 * @property {string} words by which it is found, with a space before each
 * @property {string[]} codes what may stand between colons for it
 * @property {boolean} hasTones whether there are tones of skin of it
 */

/** Beside this script, in the same version. */
const FILE = new URL("../../data/emoji.json", import.meta.url).href;
const language = document.documentElement.lang === "ru" ? "ru" : "en";

/** @type {Promise<{name: string, emoji: Emoji[]}[]> | undefined} */
let groups;

/** @returns all emoji in their groups @throws {Error} where they cannot be fetched */
export function loadEmoji() {
  groups ??= get(FILE).then(read).catch((error) => {
    groups = undefined;
    throw error;
  });
  return groups;
}

/**
 * What has all these words, each from its beginning; names before other words.
 * @param {Emoji[]} all
 * @param {string} text
 */
export function findEmoji(all, text) {
  const words = fold(text).split(/[\s:_]+/).filter(Boolean).map((word) => ` ${word}`);
  const found = all.filter((each) => words.every((word) => each.words.includes(word)));
  const isNamed = ({ name }) => words.every((word) => ` ${fold(name)}`.includes(word));
  return [...found.filter(isNamed), ...found.filter((each) => !isNamed(each))];
}

/**
 * What may be meant by the beginning of a name between colons: those that begin so first.
 * @param {Emoji[]} all
 * @param {string} text
 */
export function completeEmoji(all, text) {
  const typed = fold(text);
  const begun = all.flatMap((each) => {
    const code = each.codes.find((code) => code.startsWith(typed));
    return code ? [{ each, length: code.length }] : [];
  });
  const first = begun.sort((a, b) => a.length - b.length).map(({ each }) => each);
  return [...new Set([...first, ...findEmoji(all, text)])];
}

/**
 * The emoji whose name was typed whole.
 * @param {Emoji[]} all
 * @param {string} text
 */
export function namedEmoji(all, text) {
  const typed = fold(text);
  return all.find(({ codes }) => codes.includes(typed));
}

function read(file) {
  return file.groups.map((group) => ({ name: group[language], emoji: group.emoji.map(readRow) }));
}

function readRow(row) {
  const [emoji, en, ru, others, codes, tones] = row.split("|");
  const words = fold(` ${en} ${ru} ${others} ${codes} `.replaceAll("_", " "));
  const names = [en, ru].map((name) => fold(name).replaceAll(" ", "_"));
  return {
    emoji,
    name: language === "ru" ? ru : en,
    words,
    codes: [...codes.split(" "), ...names].filter(Boolean),
    hasTones: tones === "t",
  };
}

/** Most people write е for ё. */
function fold(text) {
  return text.toLowerCase().replaceAll("\u0451", "\u0435");
}
