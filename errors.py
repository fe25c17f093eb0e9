"""The one error class: a code for programs, a status for HTTP, a sentence for people."""

from translations import gettext, ngettext

# code: (HTTP status, sentence). The codes are part of the protocol and never change their meaning.
# A sentence with a number in it that its words go by is a pair: one, and several.
CODES: dict[str, tuple[int, str | tuple[str, str]]] = {
    "empty_message": (422, "Message cannot be empty"),
    "message_too_long": (422, "Message is longer than %(limit)s characters"),
    "bad_text": (422, "Text contains characters that cannot be stored"),
    "bad_email": (422, "This is no e-mail address"),
    "bad_frame": (400, "Frame was not understood: %(problem)s"),
    "unknown_type": (400, "Unknown frame type"),
    "bad_json": (400, "Request body is not the JSON expected: %(problem)s"),
    "bad_request": (400, "Request was not understood: %(problem)s"),
    "bad_search": (400, "This cannot be searched for: %(problem)s"),
    "search_too_long": (400, "Search is longer than %(limit)s characters"),
    "bad_host": (400, "This site does not go by that name"),
    "bad_field": (422, "A value in the request cannot be used: %(problem)s"),
    "unauthorized": (401, "Log in first"),
    "bad_credentials": (401, "Wrong name or password"),
    "second_factor_required": (401, "A code or a passkey is needed as well"),
    "bad_ticket": (401, "This took too long, or too many tries: log in again"),
    "oidc_failed": (401, "Logging in by the other service did not work: try again"),
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
    "not_admin": (403, "Only an administrator may do this"),
    "confirmation_required": (403, "Confirm first that it is you"),
    "factor_required": (403, "Administrators need a second factor here: set one up first"),
    "oidc_only": (403, "Here people log in by the other service alone"),
    "own_factor_first": (
        409,
        "Set up a second factor of your own first: without one you would have no rights here",
    ),
    "registration_closed": (403, "Registration is closed"),
    "invite_required": (403, "An invitation is needed to make an account here"),
    "awaiting_approval": (403, "An administrator has yet to approve this account"),
    "account_disabled": (403, "This account has been disabled. %(reason)s"),
    "account_disabled_until": (403, "This account is disabled until %(until)s. %(reason)s"),
    "room_archived": (403, "This room is archived: nobody writes here any more"),
    "room_banned": (403, "You have been banned from this room. %(reason)s"),
    "room_banned_until": (403, "You are banned from this room until %(until)s. %(reason)s"),
    "member_banned": (
        403,
        "%(username)s is banned from this room: an owner can lift the ban",
    ),
    "owners_only": (403, "Only owners write in this room"),
    "not_found": (404, "There is nothing here"),
    "method_not_allowed": (405, "This cannot be done here"),
    "request_timeout": (408, "The request took too long"),
    "email_taken": (409, "This e-mail address belongs to another account here"),
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
    "last_administrator": (409, "There has to be an administrator: make somebody else one first"),
    "last_owner": (409, "A room needs an owner: make somebody else one first"),
    "removal_open": (
        409,
        "Only a part of their messages is being deleted: ask for more when that is over",
    ),
    "already_reported": (409, "You have reported this message already"),
    "username_taken": (409, "This name is already taken, or looks like one that is"),
    "identity_taken": (409, "That account there is linked to another account here"),
    "only_login": (409, "You could not log in any more: choose a password or add a passkey first"),
    "totp_is_on": (409, "Codes from an app are set up already"),
    "retention_unconfirmed": (
        409,
        (
            "%(num)s message would be deleted: confirm it",
            "%(num)s messages would be deleted: confirm it",
        ),
    ),
    "length_required": (411, "The length has to be said first: Content-Length"),
    "edit_conflict": (409, "This message has been edited elsewhere meanwhile"),
    "bad_tus_version": (412, "Uploads are spoken of in tus 1.0.0"),
    "upload_offset": (409, "The upload goes on elsewhere: ask where"),
    "upload_busy": (423, "This upload is under way already"),
    "gone": (410, "This message was deleted"),
    "expired": (410, "This message has expired"),
    "bad_email_link": (
        410,
        "This link is no longer good: it works once, for 24 hours. Enter the address once more",
    ),
    "export_gone": (410, "This file is not on the server any more: prepare it again"),
    "bad_reset_link": (
        410,
        "This link is no longer good: it works once, for a limited time. Ask for another one",
    ),
    "invite_used_up": (410, "This invitation has been used already"),
    "invite_expired": (410, "This invitation has expired"),
    "invite_revoked": (410, "This invitation has been withdrawn"),
    "too_large": (413, "This is too large"),
    "quota": (413, "There is no room left for files: delete some first"),
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
    "bad_status": (422, "A status is one line of at most %(max)s characters"),
    "bad_picture": (422, "This is no picture that can be used: PNG, JPEG or WebP, please"),
    "no_file": (422, "Choose a file first"),
    "broken_picture": (422, "This picture is damaged: it cannot be opened"),
    "too_many_pixels": (422, "A picture has at most %(max)s million pixels"),
    "picture_too_large": (413, "A picture has at most %(max)s MB"),
    "bad_time_zone": (422, "There is no time zone of this name"),
    "bad_display_name": (
        422,
        "A display name has up to %(max)s letters, digits, emoji, signs, no @, one alphabet a word",
    ),
    "wrong_password": (422, "This is not your password"),
    "bad_code": (422, "This code is wrong, or was used already"),
    "bad_passkey": (422, "This passkey could not be verified: try again"),
    "bad_label": (422, "A passkey's name has 1 to %(max)s characters"),
    "too_many_passkeys": (422, "At most %(limit)s passkeys can be added"),
    "bad_room_name": (422, "A room name has 1 to %(max)s characters"),
    "bad_topic": (422, "A topic has at most %(max)s characters"),
    "unknown_user": (422, "Nobody here is called %(username)s"),
    "only_yourself": (422, "A conversation needs somebody else"),
    "too_many_identities": (422, "At most %(limit)s accounts of other services can be linked"),
    "too_many_rooms": (422, "%(username)s has made %(limit)s rooms already"),
    "too_many_blocks": (422, "At most %(limit)s people can be blocked"),
    "too_many_invitations": (
        422,
        (
            "%(num)s invitation of yours has no answer yet",
            "%(num)s invitations of yours have no answer yet",
        ),
    ),
    "too_many_invite_links": (422, "At most %(limit)s invitation links can be valid at a time"),
    "too_many_members": (422, "A room has at most %(limit)s members"),
    "bad_files": (422, "These files cannot be sent: they are not yours, or sent already"),
    "bad_emoji": (422, "A reaction has to be a single emoji"),
    "too_many_reactions": (422, "A message has at most %(limit)s different reactions"),
    "too_many_pins": (422, "A room has at most %(limit)s pinned messages"),
    "bad_token_name": (422, "A token is named with 1 to %(max)s characters"),
    "too_many_tokens": (422, "At most %(limit)s tokens can be kept: revoke one that is not used"),
    "bad_site_name": (422, "A site name has 1 to %(max)s characters"),
    "own_message": (422, "This is a message of yours"),
    "bad_until": (422, "The end has to be in the future"),
    "slow_mode": (
        429,
        (
            "Slow mode: write again in %(num)s second",
            "Slow mode: write again in %(num)s seconds",
        ),
    ),
    "held": (409, "This message waits until an owner of the room lets it through"),
    "new_account_limit": (
        429,
        (
            "New accounts post links, and mentions of many, slowly: try again in %(num)s minute",
            "New accounts post links, and mentions of many, slowly: try again in %(num)s minutes",
        ),
    ),
    "rate_limited": (429, "Too fast: wait a moment"),
    "too_far_behind": (409, "Too much was missed: load the history"),
    "internal_error": (500, "Something went wrong here"),
    "job_failed": (500, "This did not work: try again, or tell an administrator"),
    "import_broken_off": (500, "The import has broken off: run it again, nothing is added twice"),
    "disk_full": (507, "The server's disk is full: tell an administrator"),
    "file_not_stored": (503, "The file could not be stored: try again"),
    "picture_not_stored": (503, "The picture could not be stored: try again"),
    "not_stored": (503, "Message could not be stored: try again"),
    "overloaded": (503, "Server is overloaded: try again"),
    "oidc_unavailable": (503, "The service by which you log in does not answer: try again"),
    "unavailable": (503, "This cannot be answered at the moment: try again"),
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
        ticket: of a second_factor_required, what the factor is to be sent with.
    """

    def __init__(
        self,
        code: str,
        retry_after: float | None = None,
        *,
        current: object = None,
        ticket: str | None = None,
        **params: object,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status, self._sentence = CODES[code]
        self.params = params
        self.retry_after = retry_after
        self.current = current
        self.ticket = ticket

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
