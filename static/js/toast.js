/** Something said in passing. */

let timer = 0;

/** @param {string} text */
export function toast(text) {
  const line = document.getElementById("toast");
  if (!line) return;
  line.textContent = text;
  clearTimeout(timer);
  timer = setTimeout(() => (line.textContent = ""), 3000);
}
