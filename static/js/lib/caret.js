/** Writing at the caret of a field, as if it were typed. */

/**
 * Write a text in the place of what is selected; it can be undone as what is typed.
 * @param {HTMLTextAreaElement} field that has the focus
 * @param {string} text
 */
export function insertText(field, text) {
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
