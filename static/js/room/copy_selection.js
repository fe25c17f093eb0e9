/** What is selected over several messages is copied as a conversation: who, when, and what they said. */

import { on, query, queryAll } from "../lib/page.js";

/** @param {HTMLElement} list of messages */
export function copyAsConversation(list) {
  on(document, "copy", (event) => {
    const selection = /** @type {Selection} */ (getSelection());
    // What is selected in a field is none of this.
    if (selection.isCollapsed || event.target.closest?.("input, textarea")) return;
    const range = selection.getRangeAt(0);
    const chosen = queryAll(list, ".message").filter((message) => touches(range, textOf(message)));
    if (chosen.length < 2) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", chosen.map((each) => lines(each, range)).join("\n\n"));
  });
}

function textOf(message) {
  return query(message, ".text");
}

/** Whether some of the element is in the range; of somebody who is blocked, only what is unfolded. */
function touches(range, element) {
  // Replies that are folded were read, and are a part of the conversation.
  const isFolded = element.closest(".message[hidden]") && !element.closest("details:not([open]), .collapsed");
  const isVisible = isFolded || (element.checkVisibility?.() ?? true);
  return isVisible && range.intersectsNode(element) && selected(range, element) !== "";
}

function lines(message, range) {
  const [name, time] = [".author bdi", "time"].map((each) => query(message, each).textContent);
  return `${name}, ${time}:\n${selected(range, textOf(message))}`;
}

/** The part of an element that is in a range, as it is read. */
function selected(range, element) {
  const part = document.createRange();
  part.selectNodeContents(element);
  if (range.compareBoundaryPoints(Range.START_TO_START, part) > 0) {
    part.setStart(range.startContainer, range.startOffset);
  }
  if (range.compareBoundaryPoints(Range.END_TO_END, part) < 0) {
    part.setEnd(range.endContainer, range.endOffset);
  }
  return plainText(part.cloneContents()).replace(/\n{3,}/g, "\n\n").trim();
}

/** Blocks on lines of their own, without what is pressed. */
function plainText(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.parentElement?.matches("ul, ol") ? "" : node.data;
  if (node.nodeType === Node.ELEMENT_NODE && node.matches("button")) return "";
  const text = [...node.childNodes].map(plainText).join("");
  if (node.nodeType !== Node.ELEMENT_NODE) return text;
  if (node.matches("li")) return `${bullet(node)} ${text.trim()}\n`;
  return node.matches("p, pre, blockquote, ul, ol") ? `\n${text}\n` : text;
}

/** A dash, or the number that it is shown with. */
function bullet(item) {
  const list = item.parentElement;
  if (!list?.matches("ol")) return "-";
  let number = 0;
  for (const each of list.children) {
    number = each.value || number + 1;
    if (each === item) return `${number}.`;
  }
}
