/** What was written without the signs of its markup, as protocol/plain_text.py says it. */

const SIGN = /[*_`~\\[]|^[ \t]*[>-]/m;
const CODE = /^[ \t]*```[^\n`]*\n([^]*?)(?:```|$(?![^]))|(?<!`)`+([^`\n]+)`+/gm;
const MARKS = [
  /\[([^[\]\n]+)\]\(https?:\/\/[^\s()]*(?:[ \t]{1,8}(["'])[^"\n]{0,200}?\2)?[ \t]{0,8}\)/g,
  /^[ \t]*(?:>[ >]?|-[ \t])+()/gm,
  /\*\*(?=\S)([^*\n]+)\*\*/g,
  /(?<![\p{L}\p{N}*\\])\*(?=[^\s*])([^*\n]+)(?<![\s\\])\*(?![\p{L}\p{N}*])/gu,
  /~~(?=\S)([^~\n]+)~~/g,
  /(?<![\p{L}\p{N}_\\])_(?=\S)([^_\n]+)(?<!\\)_(?![\p{L}\p{N}_])/gu,
  /\\([!-/:-@[-`{-~])/g,
];
/** In the place of code; no message has it. */
const HELD = "\0";

/**
 * @param {string} text
 * @returns {string} code stays as it is
 */
export function plainText(text) {
  if (!SIGN.test(text)) return text;
  /** @type {string[]} */
  const codes = [];
  let plain = text.replace(CODE, (_, block, inline) => {
    const code = block ?? inline;
    codes.push(code.includes("\n") ? ` ${code} ` : code);
    return HELD;
  });
  for (const mark of MARKS) plain = plain.replace(mark, "$1");
  plain = plain.replaceAll(HELD, () => codes.shift() ?? "");
  return plain.trim() ? plain : text;
}
