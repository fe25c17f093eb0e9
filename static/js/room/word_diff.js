/** What was changed from one text to the next, by words. */

/** Two long texts that differ everywhere are shown one after the other: comparing them takes their product. */
const MAX_CELLS = 1_000_000;

/**
 * @param {string} before
 * @param {string} after
 * @returns {["" | "del" | "ins", string][]} parts in their order: in both, only before, only after
 */
export function wordDiff(before, after) {
  const [a, b] = [words(before), words(after)];
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const middle = compare(a.slice(start, a.length - end), b.slice(start, b.length - end));
  const same = (part) => part.map((word) => /** @type {["", string]} */ (["", word]));
  return joined([...same(a.slice(0, start)), ...middle, ...same(a.slice(a.length - end))]);
}

/**
 * The same for an element.
 * @param {string} before
 * @param {string} after
 * @returns {(Node | string)[]}
 */
export function diffNodes(before, after) {
  return wordDiff(before, after).map(([kind, textContent]) =>
    kind ? Object.assign(document.createElement(kind), { textContent }) : textContent,
  );
}

function words(text) {
  return text.match(/\s+|[^\s]+/g) ?? [];
}

function compare(a, b) {
  if (a.length * b.length > MAX_CELLS) return [["del", a.join("")], ["ins", b.join("")]];
  const lengths = longestCommon(a, b);
  const parts = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && a[i] === b[j]) {
      parts.push(["", a[i]]);
      [i, j] = [i + 1, j + 1];
    } else if (j >= b.length || (i < a.length && lengths[i + 1][j] >= lengths[i][j + 1])) {
      parts.push(["del", a[i++]]);
    } else {
      parts.push(["ins", b[j++]]);
    }
  }
  return parts;
}

/** How long the longest common sequence is from each pair of places on. */
function longestCommon(a, b) {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const isSame = a[i] === b[j];
      lengths[i][j] = isSame ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths;
}

function joined(parts) {
  const found = [];
  for (const [kind, text] of parts) {
    const last = found.at(-1);
    if (last?.[0] === kind) last[1] += text;
    else if (text) found.push([kind, text]);
  }
  return found;
}
