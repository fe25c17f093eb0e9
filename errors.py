"""The one error class: a code for programs, a status for HTTP, a sentence for people."""

from translations import gettext, ngettext

# code: (HTTP status, sentence). The codes are part of the protocol and never change their meaning.
# A sentence with a number in it that its words go by is a pair: one, and several.
CODES: dict[str, tuple[int, str | tuple[str, str]]] = {
    "empty_message": (422, "Message cannot be empty"),
    "message_too_long": (422, "Message is longer than %(limit)s characters"),
    "bad_text": (422, "Text contains characters that cannot be stored"),
    "bad_frame": (400, "Frame was not understood: %(problem)s"),
    "unknown_type": (400, "Unknown frame type"),
    "bad_json": (400, "Request body is not the JSON expected: %(problem)s"),
    "bad_request": (400, "Request was not understood: %(problem)s"),
    "bad_host": (400, "This site does not go by that name"),
    "bad_field": (422, "A value in the request cannot be used: %(problem)s"),
    "unauthorized": (401, "Log in first"),
    "bad_credentials": (401, "Wrong name or password"),
    "forbidden": (403, "This is not allowed"),
    "foreign_origin": (403, "Requests from another site are not allowed"),
    "not_a_member": (403, "You are not a member of this room"),
    "not_author": (403, "Only the author of a message may do this"),
    "too_late": (403, "This message can no longer be edited"),
    "not_owner": (403, "Only an owner of the room may do this"),
    "blocked": (403, "%(username)s has blocked you"),
    "removed_by_owner": (
        403,
        "An owner has removed %(username)s: only an owner can let them in again",
    ),
    "registration_closed": (403, "Registration is closed"),
    "not_found": (404, "There is nothing here"),
    "method_not_allowed": (405, "This cannot be done here"),
    "request_timeout": (408, "The request took too long"),
    "already_a_member": (409, "%(username)s is already in this room"),
    "already_invited": (409, "%(username)s has been invited already"),
    "invitation_declined": (
        409,
        (
            "%(username)s has declined an invitation of yours: ask again after %(num)s day",
            "%(username)s has declined an invitation of yours: ask again after %(num)s days",
        ),
    ),
    "unblock_first": (409, "You have blocked this person: unblock them first"),
    "last_owner": (409, "A room needs an owner: make somebody else one first"),
    "username_taken": (409, "This name is already taken, or looks like one that is"),
    "edit_conflict": (409, "This message has been edited elsewhere meanwhile"),
    "gone": (410, "This message was deleted"),
    "too_large": (413, "This is too large"),
    "bad_content_type": (415, "This is sent as %(expected)s"),
    "bad_username": (
        422,
        (
            "A name has %(min)s to %(max)s letters of one alphabet, digits, dots, dashes, "
            "underscores. %(hint)s"
        ),
    ),
    "bad_password": (422, "A password has %(min)s to %(max)s characters"),
    "weak_password": (422, "This password is too easy to guess. %(hint)s"),
    "bad_display_name": (
        422,
        "A display name has up to %(max)s letters, digits, emoji, signs, no @, one alphabet a word",
    ),
    "wrong_password": (422, "This is not your password"),
    "bad_room_name": (422, "A room name has 1 to %(max)s characters"),
    "unknown_user": (422, "Nobody here is called %(username)s"),
    "only_yourself": (422, "A conversation needs somebody else"),
    "too_many_rooms": (422, "%(username)s has made %(limit)s rooms already"),
    "too_many_blocks": (422, "At most %(limit)s people can be blocked"),
    "too_many_invitations": (
        422,
        (
            "%(num)s invitation of yours has no answer yet",
            "%(num)s invitations of yours have no answer yet",
        ),
    ),
    "too_many_members": (422, "A room has at most %(limit)s members"),
    "bad_emoji": (422, "This is no emoji to react with"),
    "too_many_reactions": (422, "A message has at most %(limit)s different reactions"),
    "too_many_pins": (422, "A room has at most %(limit)s pinned messages"),
    "rate_limited": (429, "Too fast: wait a moment"),
    "too_far_behind": (409, "Too much was missed: load the history"),
    "internal_error": (500, "Something went wrong here"),
    "not_stored": (503, "Message could not be stored: try again"),
    "overloaded": (503, "Server is overloaded: try again"),
    "too_many_connections": (503, "Too many connections: try again later"),
    "going_away": (503, "Server is restarting: come back"),
}


class Text:
    """Sentences as a value in another: each is translated when it is read."""

    def __init__(self, sentences: list[str]) -> None:
        self._sentences = sentences

    def text(self, locale: str) -> str:
        return " ".join(gettext(locale, sentence) for sentence in self._sentences)


class Refusal(Exception):  # noqa: N818 - not a failure: the asker is told no
    """Something asked for that is not done. Views let it pass; the app renders it.

    Attributes:
        code: stable, for programs; a key of CODES.
        status: the HTTP status that goes with it.
        params: values for the sentence; the one that a pair of sentences goes by is called num.
        retry_after: seconds after which asking again makes sense, or None.
        current: of an edit_conflict, the message as it is.
    """

    def __init__(
        self,
        code: str,
        retry_after: float | None = None,
        *,
        current: object = None,
        **params: object,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status, self._sentence = CODES[code]
        self.params = params
        self.retry_after = retry_after
        self.current = current

    def text(self, locale: str) -> str:
        """The sentence for people, in their language."""
        params = {
            name: value.text(locale) if isinstance(value, Text) else value
            for name, value in self.params.items()
        }
        if isinstance(self._sentence, tuple):
            one, several = self._sentence
            number = int(str(params.pop("num")))
            return ngettext(locale, one, several, number, **params).strip()
        return gettext(locale, self._sentence, **params).strip()
