"""The one error class: a code for programs, a status for HTTP, a sentence for people."""

from translations import gettext

# code: (HTTP status, sentence). The codes are part of the protocol and never change their meaning.
CODES: dict[str, tuple[int, str]] = {
    "empty_message": (422, "Message cannot be empty"),
    "message_too_long": (422, "Message is longer than %(limit)s characters"),
    "bad_text": (422, "Text contains characters that cannot be stored"),
    "bad_frame": (400, "Frame was not understood: %(problem)s"),
    "unknown_type": (400, "Unknown frame type"),
    "bad_json": (400, "Request body is not the JSON expected: %(problem)s"),
    "bad_request": (400, "Request was not understood: %(problem)s"),
    "bad_field": (422, "A value in the request cannot be used: %(problem)s"),
    "unauthorized": (401, "Log in first"),
    "bad_credentials": (401, "Wrong name or password"),
    "forbidden": (403, "This is not allowed"),
    "foreign_origin": (403, "Requests from another site are not allowed"),
    "not_a_member": (403, "You are not a member of this room"),
    "not_owner": (403, "Only an owner of the room may do this"),
    "registration_closed": (403, "Registration is closed"),
    "not_found": (404, "There is nothing here"),
    "method_not_allowed": (405, "This cannot be done here"),
    "already_a_member": (409, "%(username)s is already in this room"),
    "last_owner": (409, "A room needs an owner: make somebody else one first"),
    "username_taken": (409, "This name is already taken"),
    "too_large": (413, "This is too large"),
    "bad_username": (422, "A name has %(min)s to %(max)s letters, digits, dots, dashes"),
    "bad_password": (422, "A password has %(min)s to %(max)s characters"),
    "bad_display_name": (422, "A display name has at most %(max)s characters"),
    "wrong_password": (422, "This is not your password"),
    "bad_room_name": (422, "A room name has 1 to %(max)s characters"),
    "unknown_user": (422, "Nobody here is called %(username)s"),
    "only_yourself": (422, "A conversation needs somebody else"),
    "too_many_rooms": (422, "%(username)s is in %(limit)s rooms already"),
    "too_many_members": (422, "A room has at most %(limit)s members"),
    "rate_limited": (429, "Too fast: wait a moment"),
    "too_far_behind": (409, "Too much was missed: load the history"),
    "internal_error": (500, "Something went wrong here"),
    "not_stored": (503, "Message could not be stored: try again"),
    "overloaded": (503, "Server is overloaded: try again"),
    "too_many_connections": (503, "Too many connections: try again later"),
    "going_away": (503, "Server is restarting: come back"),
}


class Refusal(Exception):  # noqa: N818 - not a failure: the asker is told no
    """Something asked for that is not done. Views let it pass; the app renders it.

    Attributes:
        code: stable, for programs; a key of CODES.
        status: the HTTP status that goes with it.
        params: values for the sentence.
        retry_after: seconds after which asking again makes sense, or None.
    """

    def __init__(self, code: str, retry_after: float | None = None, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.status, self._sentence = CODES[code]
        self.params = params
        self.retry_after = retry_after

    def text(self, locale: str) -> str:
        """The sentence for people, in their language."""
        return gettext(locale, self._sentence, **self.params)
