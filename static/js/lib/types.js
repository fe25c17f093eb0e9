/**
 * What travels on the wire and what the server hands to the page.
 *
 * @typedef {object} MessageFrame
 * @property {"chat_message" | "message_changed" | "message_sent"} type
 * @property {number} message_id
 * @property {string} message
 * @property {string} timestamp
 * @property {number} [user_id]
 * @property {string} [username]
 * @property {string} [display_name]
 * @property {boolean} [is_read]
 * @property {string} [client_id]
 * @property {string} [html] the message as HTML, where it is more than plain text
 * @property {number} [change] the number of the message's last change
 * @property {Quote} [reply_to]
 * @property {boolean} [is_edited_after_read] somebody else had read a text that an edit replaced
 * @property {boolean} [is_deleted]
 * @property {Reaction[]} [reactions]
 * @property {boolean} [is_pinned]
 * @property {number[]} [mentions] user ids
 * @property {boolean} [mentions_all]
 * @property {number} [thread] of a reply: the message that its thread begins with
 * @property {number} [replies] how many it has, to 100
 * @property {FileView[]} [files]
 * @property {number} [deleted_by] an owner of the room, or an administrator, where it was somebody else's
 *
 * @typedef {object} Quote what a message replies to
 * @property {number} message_id
 * @property {number} user_id
 * @property {string} username
 * @property {string} [display_name]
 * @property {string} message its beginning; "" where the page has come with the quote
 * @property {string} [plain] that quote as it is shown, without the signs of markup
 * @property {boolean} [is_deleted]
 * @property {boolean} [is_unseen] it is from before what the reader sees of the room
 * @property {boolean} [is_edited_since] it has got another text since it was answered
 *
 * @typedef {object} Reaction one emoji under a message
 * @property {string} emoji
 * @property {number} count
 * @property {number[]} user_ids the first ones
 *
 * @typedef {object} FileView a file of a message
 * @property {number} id
 * @property {string} name
 * @property {string} content_type
 * @property {number} bytes
 * @property {string} url
 * @property {string} [thumbnail_url]
 * @property {true} [is_animated]
 * @property {number} [width] of a picture, in pixels
 * @property {number} [height]
 * @property {string} [alt]
 *
 * @typedef {object} Message of the store
 * @property {number} [message_id] once it is stored by the server
 * @property {number} user_id
 * @property {string} username
 * @property {string} [display_name]
 * @property {string} message
 * @property {string} [html]
 * @property {string} timestamp
 * @property {boolean} is_read by somebody else
 * @property {number} [change] the last one that is known
 * @property {Quote} [reply_to]
 * @property {boolean} [is_edited_after_read] somebody else had read a text that an edit replaced
 * @property {boolean} [is_deleted]
 * @property {Reaction[]} [reactions]
 * @property {boolean} [is_pinned]
 * @property {number[]} [mentions] user ids
 * @property {boolean} [mentions_all]
 * @property {number} [thread]
 * @property {number} [replies]
 * @property {FileView[]} [files]
 * @property {string} [client_id]
 * @property {number} [number] of a pending one, its place in the order of writing
 * @property {string} [failure] of a pending one, why it was not stored
 *
 * @typedef {object} RoomData
 * @property {number} room_id
 * @property {number} user_id
 * @property {string} username
 * @property {string} display_name
 * @property {"room" | "direct"} kind
 * @property {"owner" | "member"} role
 * @property {"all" | "mentions" | "nothing"} level
 * @property {number} slow_seconds the pause between two messages of a member; 0: none
 * @property {"members" | "owners"} writers
 * @property {number} last_read
 * @property {boolean} is_seen whether I have seen all that was done to messages, as far as the server knows
 * @property {number} revision the id of the room's latest message
 * @property {number | null} change the number of the room's latest change, where the server counts them
 * @property {number[]} changes of each message that the page has, by how much the number of its last change is more than that before
 * @property {number | null} first_unread
 * @property {number | null} at the message that the address asks for
 * @property {RoomEvent[]} events what has happened behind the last message of the page
 * @property {Draft} draft mine, as the server has it
 * @property {Limits} limits
 * @property {string} now when the page was made, by the server's clock
 * @property {Member[]} members
 * @property {{id: number, username: string}[]} former who has left and is mentioned
 * @property {Record<string, string>} texts
 * @property {number} [history_from] the first message that the reader sees, where not all
 *
 * @typedef {object} Draft what I have written in the room and not sent: without a text nothing
 * @property {string} message
 * @property {number | null} reply_to
 * @property {string | null} updated_at
 * @property {number} version 0 where there never was one
 *
 * @typedef {object} RoomEvent what has happened in the room behind the message `after` (0: before all)
 * @property {number} change its number
 * @property {"joined" | "left" | "removed" | "owner" | "member" | "role" | "renamed" | "slowed" | "unslowed" | "owners_write" | "members_write" | "messages_removed"} what
 * @property {number} after
 * @property {string} timestamp
 * @property {{id: number, username: string, display_name: string}} [person] whom it is about
 * @property {{id: number, username: string, display_name: string}} [actor] who did it
 * @property {string} [text] all of it, where the scripts have none
 *
 * @typedef {object} Limits numbers that the server's pages use too
 * @property {number} message_length in code points
 * @property {number} members_shown at first
 * @property {number} history_page messages in one answer
 * @property {number} history_context messages shown before the one that is jumped to
 * @property {number} history_max messages on the page
 * @property {number} grouping_seconds between messages of one group, at most
 * @property {number} mention_all_members in a room with more of them only an owner mentions all
 * @property {number} typing_timeout_seconds after which the server forgets who types
 * @property {number | null} edit_seconds so long after it was sent a message can be edited; null: for ever
 *
 * @typedef {(key: string, values?: Record<string, string | number>) => string} Translate a text by its key
 *
 * @typedef {object} PendingMessage a message, or a command about another one
 * @property {string} client_id
 * @property {string} [text]
 * @property {string} [at]
 * @property {Quote} [reply_to]
 * @property {Upload[]} [uploads] files that are to be sent before it
 * @property {boolean} [isPaused] they are not sent for now
 * @property {number[]} [files] the ids of those that are
 * @property {Command} [command]
 * @property {number} [due] the time of a command, in milliseconds since 1970, from which it may be sent
 * @property {string} [code] of the refusal
 * @property {any} [current] the message of an edit_conflict, as the server has it
 * @property {number} [number] its place in the order of writing, once it is in the browser's database
 * @property {string} [failure] why it was not stored
 *
 * @typedef {object} Upload a file that is to be sent
 * @property {string} key
 * @property {File} file
 * @property {string} alt
 * @property {number} [id] of the file, once it has begun
 * @property {number} [number] its place in the browser's database
 *
 * @typedef {object} Command a frame without its client_id
 * @property {"edit_message" | "delete_message" | "react" | "pin_message"} type
 * @property {number} message_id
 * @property {string} [message]
 * @property {number} [base] the change that was edited from
 * @property {string} [emoji]
 * @property {boolean} [is_on]
 * @property {boolean} [is_pinned]
 *
 * @typedef {object} Member
 * @property {number} id
 * @property {string} username
 * @property {string} display_name
 * @property {boolean} [is_ambiguous] another member's name looks like this one's
 * @property {"owner" | "member"} role
 * @property {number} last_read
 * @property {boolean} is_online
 * @property {string | null} last_seen
 * @property {"away" | "dnd"} [presence] what they have chosen to be seen as, while they are online
 * @property {{emoji: string, text: string, until?: string}} [status]
 * @property {string} [picture] for the addresses of their picture
 * @property {boolean} [is_presence_hidden] theirs to know, in a conversation of two
 * @property {number} last_read
 */

export {};
