/** The tone of skin that somebody has chosen for the emoji that have one. */

import { getPreference, setPreference } from "../lib/preferences.js";

const KEY = "emoji-tone";
const TONE = /[\u{1f3fb}-\u{1f3ff}]/gu;
// Not a hand between two people, who have the tone; scripts/emoji.py says the same.
const PERSON = /(\p{Emoji_Modifier_Base})\ufe0f?(?!\u200d🧑)/gu;

/** @returns {string} a sign that stands after a person or a hand, or nothing */
export function chosenTone() {
  return getPreference(KEY);
}

/** @param {string} tone */
export function chooseTone(tone) {
  setPreference(KEY, tone);
}

/**
 * The emoji as it is to be written.
 * @param {{emoji: string, hasTones?: boolean}} emoji
 */
export function inTone({ emoji, hasTones }) {
  const tone = chosenTone();
  return hasTones && tone ? emoji.replace(PERSON, `$1${tone}`) : emoji;
}

/**
 * What two tones of one emoji have in common.
 * @param {string} emoji
 */
export function withoutTone(emoji) {
  return emoji.replace(TONE, "").replaceAll("\ufe0f", "");
}
