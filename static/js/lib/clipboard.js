/** The clipboard. */

/** @param {string | Promise<string>} text which may still have to be fetched @throws {Error} it cannot be */
export async function copy(text) {
  try {
    await write(text);
  } catch {
    copyByCommand(await text);
  }
}

async function write(text) {
  const { clipboard } = navigator;
  if (typeof text === "string") return clipboard.writeText(text);
  // At once, with what is to come: Safari forgets meanwhile that somebody has asked for it.
  const type = "text/plain";
  return clipboard.write([new ClipboardItem({ [type]: text.then((it) => new Blob([it], { type })) })]);
}

/** Without https there is no clipboard but that of the old command. */
function copyByCommand(text) {
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
