/** The fields of messages in frames and in the store. */

/** @param {any} person */
export function authorOf({ user_id, username, display_name }) {
  return { user_id, username, display_name };
}

/** What not every message has. */
const DETAILS = [
  ..."reply_to is_edited_after_read is_deleted deleted_by reactions is_pinned".split(" "),
  ..."mentions mentions_all thread replies files".split(" "),
];
const CONTENT = [..."message_id message html timestamp change client_id".split(" "), ...DETAILS];

/** @param {any} message */
export function hasDetails(message) {
  return DETAILS.some((name) => message[name]);
}

/**
 * What of a message can change.
 * @param {any} frame
 */
export function content(frame) {
  const fields = Object.fromEntries(CONTENT.map((name) => [name, frame[name]]));
  // Frames do not count them.
  if (!frame.replies) delete fields.replies;
  return { ...fields, is_read: frame.is_read ?? false };
}
