/**
 * What travels on the wire and what the server hands to the page.
 *
 * @typedef {object} MessageFrame
 * @property {"chat_message" | "message_sent"} type
 * @property {number} message_id
 * @property {string} message
 * @property {string} timestamp
 * @property {number} [user_id]
 * @property {string} [username]
 * @property {string} [display_name]
 * @property {boolean} [is_read]
 * @property {string} [client_id]
 * @property {string} [html] the message as HTML, where it is more than plain text
 *
 * @typedef {object} RoomData
 * @property {number} room_id
 * @property {number} user_id
 * @property {string} username
 * @property {string} display_name
 * @property {"room" | "direct"} kind
 * @property {"owner" | "member"} role
 * @property {boolean} is_muted
 * @property {number} last_read
 * @property {number} head the number of the room's latest message
 * @property {number | null} first_unread
 * @property {number | null} at the message that the address asks for
 * @property {number} message_length
 * @property {Member[]} members
 * @property {Record<string, string>} texts
 *
 * @typedef {(key: string, values?: Record<string, string | number>) => string} Say a text by its key
 *
 * @typedef {object} Draft
 * @property {string} client_id
 * @property {string} text
 * @property {string} at
 * @property {number} [number] its place in the order of writing, once it is in the database
 * @property {string} [failure] why it was not sent
 *
 * @typedef {object} Member
 * @property {number} id
 * @property {string} username
 * @property {string} display_name
 * @property {"owner" | "member"} role
 * @property {number} last_read
 * @property {boolean} is_online
 * @property {string | null} last_seen
 * @property {number} last_read
 */

export {};
