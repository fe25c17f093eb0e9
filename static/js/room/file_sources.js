/** Where files come from: a dialog of the system, the clipboard, a drop. */

import { cloneTemplate, element, on } from "../lib/page.js";
import { lazy } from "../lib/lazy.js";
import { toast } from "../dialogs/toast.js";
import { attachments, keptFiles } from "./attachments.js";
import { Uploads } from "./uploads.js";

/**
 * @param {any} room see message_actions.js
 * @param {import("./composer.js").Composer} composer
 */
export function enableFiles({ outbox, store, timeline }, composer) {
  const tray = lazy(() => attachments(composer, outbox), (it) => it, () => toast());
  const add = (files) => tray((it) => it.add([...files].map((file) => ({ file }))));
  const mayWrite = () => !composer.form.hidden && !composer.field.readOnly;
  new Uploads(outbox, store, timeline);
  // Without scripts it leads to a page.
  element("attach").role = "button";
  on(element("attach"), "click", (event) => {
    event.preventDefault();
    if (mayWrite()) choose(add);
  });
  on(composer.field, "paste", (event) => {
    const { files, types } = event.clipboardData;
    // A table from an office comes as a text and as a picture of it.
    if (!files.length || types.includes("text/plain")) return;
    event.preventDefault();
    add(files);
  });
  enableDrop((files) => mayWrite() && add(files), () => tray(() => {}));
  keptFiles(outbox).all().then((kept) => kept?.length && tray(() => {}));
  on(outbox, "uploads", ({ detail }) => tray((it) => it.add(detail)));
}

function choose(add) {
  const input = Object.assign(document.createElement("input"), { type: "file", multiple: true });
  on(input, "change", () => add(input.files));
  input.click();
}

/**
 * @param {(files: FileList) => void} add
 * @param {() => void} prepare what shows where they may be dropped
 */
function enableDrop(add, prepare) {
  /** @type {HTMLElement | undefined} */
  let sign;
  const hide = () => (sign = void sign?.remove());
  const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files");
  on(document, "dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    prepare();
    if (!sign && document.getElementById("drop-template")) {
      sign = cloneTemplate("drop-template");
      element("main").append(sign);
    }
  });
  on(document, "dragleave", (event) => !event.relatedTarget && hide());
  on(document, "drop", (event) => {
    hide();
    if (!hasFiles(event)) return;
    event.preventDefault();
    add(event.dataTransfer.files);
  });
}
