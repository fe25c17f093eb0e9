"""The texts that the scripts of the room page show, by the keys they know them under."""

from blueprints.pages.event_lines import EVENT_TEXTS
from limits import MESSAGE_MAX
from translations import gettext, ngettext

# Of the errors those alone that come by the socket, in the server's language, and are not repeated
# by themselves: the API answers in the reader's, and each text takes 40 bytes of every room page.
_TEXTS = {
    "connecting": "Connecting…",
    "online": "Connected again",
    "offline": "No connection",
    "typing_one": "%(name)s is typing…",
    "typing_two": "%(first)s and %(second)s are typing…",
    "typing_many": "Several people are typing…",
    "pending": "Sending…",
    "sent": "Sent",
    "read": "Read",
    "failed": "Not sent",
    "too_long": "Too long: %(count)s of %(max)s characters",
    "present": "online",
    "away": "away",
    "do_not_disturb": "do not disturb",
    "last_here": "last seen %(when)s",
    "just_now": "just now",
    "never_here": "has not been here yet",
    "online_count": "%(online)s of %(total)s online",
    # The panel of people.
    "has_been_added": "%(name)s has been added",
    "has_been_removed": "%(name)s has been removed",
    "has_been_invited": "%(name)s had left, and is invited now",
    "has_been_blocked": "%(name)s is blocked",
    "has_been_unblocked": "%(name)s is not blocked any more",
    "error_held": "This message waits until an owner of the room lets it through",
    "error_owners_only": "Only owners write in this room",
    "slow_mode": "Slow mode. Pause between messages: %(pause)s",
    "older_failed": "Could not load. Try again",
    "earlier_replies": "Earlier replies",
    "no_connection": "No connection. Try again",
    "removed": "You are no longer a member of this room",
    "deleted": "This room has been deleted",
    "closed": "The server has ended this conversation",
    # The timeline
    "to_newest": "To the newest messages",
    "nothing_yet": "No messages yet",
    "complete": "Complete and current to change %(change)s ✓",
    "comparing": "Complete up to #%(head)s, being compared with the server…",
    "complete_so_far": "Complete up to #%(head)s, as far as is known without a connection",
    "stretch": "Messages #%(from)s to #%(to)s of %(head)s",
    "repairing": "Fetching what is missing: #%(from)s to #%(to)s…",
    "copy_code": "Copy code",
    "copied": "Copied",
    "message_deleted": "Message deleted",
    "deleted_by_moderator": "Deleted by an owner or administrator",
    "undo_deletion": "Deleted in ten seconds: until then it can be undone",
    "editing": "Editing",
    "suggestions_list": "Suggestions",
    "everybody": "Everybody in the room",
    "all_refused": "Nobody was notified: among more than %(count)s people only owners may use @all",
    "emoji_recent": "Recent",
    "emoji_found": "%(count)s found",
    "emoji_none": "Nothing found",
    "reacted": "Reactions",
    "and_others": "others: %(count)s",
    "versions": "Earlier versions",
    "versions_none": "Earlier versions are not kept",
    "reply_to": "Reply to %(name)s",
    "error_gone": "This message was deleted",
    "error_edit_conflict": "This message has been edited elsewhere meanwhile",
    "error_not_author": "Only the author of a message may do this",
    "error_too_late": "This message can no longer be edited",
    "none_mine": "No message here is yours",
    "read_by": "Read by %(count)s of %(total)s",
    "read_by_nobody": "Nobody has read it yet",
    "edited_since": "edited since",
    "error_blocked": "%(username)s has blocked you",
    "error_unblock_first": "You have blocked this person: unblock them first",
    "error_empty_message": "Message cannot be empty",
    "error_bad_text": "Text contains characters that cannot be stored",
    "error_rate_limited": "Too fast: wait a moment",
    # What calls for attention.
    "next_try": "next try in %(seconds)s s",
    "waiting": "%(count)s waiting",
    "left": "%(count)s left",
    "bell_on": "Notifications: on",
    "bell_off": "Notifications: off",
    "notify_blocked": "Blocked in the settings of the browser",
    **EVENT_TEXTS,
}

# Whose words go by their number: one, and several.
PLURALS = {
    "to_newest_of": ("%(num)s new message", "%(num)s new messages"),
    "caught_up": ("Caught up: %(num)s new message", "Caught up: %(num)s new messages"),
    "suggestions": ("%(num)s suggestion", "%(num)s suggestions"),
    "notify_all": ("Notify %(num)s person?", "Notify %(num)s people?"),
    "replies": ("%(num)s reply", "%(num)s replies"),
    "replies_by": ("%(num)s reply by %(names)s", "%(num)s replies by %(names)s"),
    "deleted_run": ("%(num)s deleted message", "%(num)s deleted messages"),
    "events": ("%(num)s event in the room", "%(num)s events in the room"),
    "news_from": ("%(num)s new message, from %(names)s", "%(num)s new messages, from %(names)s"),
}


def script_texts(locale: str) -> dict[str, str]:
    """The texts in one language; their `%(name)s` are filled by the scripts, which take one of the
    forms in braces by the `count`: of one, of few, and of all else.
    """
    texts = {key: gettext(locale, msgid) for key, msgid in _TEXTS.items()}
    texts |= {key: _forms(locale, *msgids) for key, msgids in PLURALS.items()}
    too_long = gettext(locale, "Message is longer than %(limit)s characters", limit=MESSAGE_MAX)
    return {**texts, "error_message_too_long": too_long}


def _forms(locale: str, one: str, several: str) -> str:
    kept = {"num": "%(count)s", "names": "%(names)s"}
    forms = [ngettext(locale, one, several, number, **kept) for number in (1, 2, 5)]
    # English has no form of its own for few.
    return f"{{{'|'.join(dict.fromkeys(forms))}}}"
