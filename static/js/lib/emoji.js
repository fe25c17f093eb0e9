/** Messages of nothing but a few emoji, which are shown bigger; blueprints/pages/emoji.py says the same. */

const PART = String.raw`(?:\p{Emoji_Presentation}\ufe0f?|[\p{Emoji}--[0-9#*]]\ufe0f|[0-9#*]\ufe0f?\u20e3)`;
const WHOLE = String.raw`${PART}\p{Emoji_Modifier}?[\u{e0020}-\u{e007f}]*`;
const FLAG = String.raw`\p{Regional_Indicator}{2}`;
// The group in a look ahead is read in one way alone: with two for each part of a long chain, a text
// of a hundred characters would take a year.
const JUMBO = pattern(String.raw`^\s*(?:(?=(${FLAG}|${WHOLE}(?:\u200d${WHOLE})*))\1\s*){1,5}$`);

/** @param {string} text */
export function isJumbo(text) {
  return text.length < 100 && JUMBO.test(text);
}

/** An older browser without these patterns shows emoji like all else. */
function pattern(source) {
  try {
    return new RegExp(source, "v");
  } catch {
    return /(?!)/;
  }
}
