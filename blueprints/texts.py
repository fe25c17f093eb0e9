"""The texts that the scripts of the room page show, by the keys they know them under."""

from models import Message, Room
from translations import gettext

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
    "last_here": "last here: %(when)s",
    "just_now": "just now",
    "never_here": "has not been here yet",
    "online_count": "%(online)s of %(total)s online",
    # The panel of people.
    "has_been_added": "%(name)s has been added",
    "has_been_removed": "%(name)s has been removed",
    "made_owner": "%(name)s is an owner now",
    "made_member": "%(name)s is no longer an owner",
    "error_last_owner": "A room needs an owner: make somebody else one first",
    "error_too_many_members": "This room is full",
    "error_not_owner": "Only an owner of the room may do this",
    "older_failed": "Could not load. Try again",
    "no_connection": "No connection. Try again",
    "removed": "You are no longer a member of this room",
    "deleted": "This room has been deleted",
    "closed": "The server has ended this conversation",
    # The timeline
    "to_newest": "To the newest messages",
    "to_newest_of": "To the newest messages: %(count)s new",
    "complete": "Complete up to #%(head)s ✓",
    "complete_so_far": "Complete up to #%(head)s, as far as is known without a connection",
    "stretch": "Messages #%(from)s to #%(to)s of %(head)s",
    "repairing": "Fetching what is missing: #%(from)s to #%(to)s…",
    "copied": "Copied",
    "read_by": "Read by %(count)s of %(total)s",
    "read_by_nobody": "Nobody has read it yet",
    "error_unknown_user": "Nobody here is called %(username)s",
    "error_already_a_member": "%(username)s is already in this room",
    "error_empty_message": "Message cannot be empty",
    "error_bad_text": "Text contains characters that cannot be stored",
    "error_rate_limited": "Too fast: wait a moment",
    "error_not_stored": "Message could not be stored: try again",
    "error_overloaded": "Server is overloaded: try again",
    # What calls for attention.
    "next_try": "next try in %(seconds)s s",
    "caught_up": "Caught up: %(count)s new",
    "waiting": "%(count)s waiting",
    "left": "%(count)s left",
    "news_from": "New messages: %(count)s, from %(names)s",
    "bell_on": "Notifications: on",
    "bell_off": "Notifications: off",
    "notify_blocked": "Blocked in the settings of the browser",
}


def script_texts(locale: str) -> dict[str, str]:
    """The texts in one language; their `%(name)s` are filled by the scripts."""
    texts = {key: gettext(locale, msgid) for key, msgid in _TEXTS.items()}
    too_long = gettext(
        locale, "Message is longer than %(limit)s characters", limit=Message.MAX_LENGTH
    )
    bad_name = gettext(locale, "A room name has 1 to %(max)s characters", max=Room.NAME_MAX)
    return {**texts, "error_message_too_long": too_long, "error_bad_room_name": bad_name}
