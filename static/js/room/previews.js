/** Pictures as they are shown before they are sent: drawn, so that no address of a blob is needed. */

import { shownSize } from "./message_files.js";

const PICTURE = /^image\/(jpeg|png|gif|webp|avif|bmp)$/;

/**
 * @param {File} file
 * @returns {Promise<HTMLCanvasElement | undefined>} in the size that it will have in its message; undefined: it is no picture that the browser knows
 */
export async function preview(file) {
  if (!PICTURE.test(file.type)) return undefined;
  const bitmap = await createImageBitmap(file).catch(() => undefined);
  if (!bitmap) return undefined;
  const { width, height } = shownSize(bitmap.width, bitmap.height);
  const canvas = document.createElement("canvas");
  const sharpness = Math.min(2, Math.max(1, devicePixelRatio));
  Object.assign(canvas, { width: width * sharpness, height: height * sharpness });
  canvas.style.setProperty("width", `${width}px`);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas;
}

/**
 * @param {File} file
 * @returns {string} what a file that is no picture shows instead of one
 */
export function extension({ name }) {
  const [, last = ""] = name.match(/\.(\w{1,5})$/) ?? [];
  return last;
}
