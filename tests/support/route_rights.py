"""Every route that changes something of a room: by which right, and with what it is asked."""

from dataclasses import dataclass, field

from services.policy import Right

API = "/api/rooms/<int:room_id>"
PAGE = "/rooms/<int:room_id>"
MESSAGE = "/messages/<int:message_id>"
MEMBER = "/members/<int:user_id>"

# Answers to what only who is asked has been asked.
ANSWERS = {
    ("POST", f"{API}/accept"),
    ("POST", f"{API}/decline"),
    ("POST", f"{PAGE}/accept"),
    ("POST", f"{PAGE}/decline"),
    ("POST", f"{PAGE}/ban/noticed"),
}

# Ways into a room, for who is not in it.
DOORS = {
    ("POST", f"{API}/join"),
    ("POST", f"{API}/requests"),
    ("POST", f"{PAGE}/ask"),
    ("POST", "/rooms/public/<int:room_id>/"),
}

LAST = ("DELETE", API)


@dataclass(frozen=True)
class Asked:
    """`sent` is JSON for the API, and a form for pages; "$spare" stands for a name."""

    right: Right
    sent: dict[str, object] = field(default_factory=dict)


ROUTES: dict[tuple[str, str], Asked] = {
    ("PUT", f"{API}/mute"): Asked(Right.READ, {"is_muted": True}),
    ("PUT", f"{API}/level"): Asked(Right.READ, {"level": "all"}),
    ("PUT", f"{API}/hidden"): Asked(Right.READ, {"is_hidden": False}),
    ("POST", f"{API}/unread"): Asked(Right.READ, {"message_id": 1}),
    ("PUT", f"{API}/draft"): Asked(Right.READ, {"message": "x", "reply_to": None}),
    ("DELETE", f"{API}/draft"): Asked(Right.READ),
    ("POST", f"{API}/messages"): Asked(Right.POST, {"message": "hello"}),
    ("PUT", f"{API}{MESSAGE}/reactions/<emoji>"): Asked(Right.REACT),
    ("DELETE", f"{API}{MESSAGE}/reactions/<emoji>"): Asked(Right.REACT),
    ("PUT", f"{API}/pins/<int:message_id>"): Asked(Right.REACT),
    ("DELETE", f"{API}/pins/<int:message_id>"): Asked(Right.REACT),
    ("PATCH", f"{API}{MESSAGE}"): Asked(Right.EDIT_MESSAGE, {"message": "edited"}),
    ("DELETE", f"{API}{MESSAGE}/versions"): Asked(Right.EDIT_MESSAGE),
    ("PATCH", API): Asked(Right.RENAME_ROOM, {"name": "Other"}),
    ("POST", f"{API}/members"): Asked(Right.LET_IN, {"username": "$spare"}),
    ("PATCH", f"{API}{MEMBER}"): Asked(Right.SET_ROLE, {"role": "member"}),
    ("POST", f"{PAGE}/"): Asked(Right.POST, {"message": "hello", "client_id": "a"}),
    ("POST", f"{PAGE}/read"): Asked(Right.READ),
    ("POST", f"{PAGE}/hide"): Asked(Right.READ, {"is_hidden": "false"}),
    ("POST", f"{PAGE}/level"): Asked(Right.READ, {"level": "all"}),
    ("POST", f"{PAGE}/members"): Asked(Right.LET_IN, {"username": "$spare"}),
    ("POST", f"{PAGE}/rename"): Asked(Right.RENAME_ROOM, {"name": "Another"}),
    ("POST", f"{PAGE}/invites/"): Asked(Right.INVITE_BY_LINK, {"uses": "1", "seconds": "3600"}),
    ("POST", f"{PAGE}/invites/<int:link_id>/revoke"): Asked(Right.INVITE_BY_LINK),
    ("POST", f"{API}/export"): Asked(Right.EXPORT_ROOM),
    ("POST", f"{PAGE}/export"): Asked(Right.EXPORT_ROOM),
    ("POST", f"{PAGE}/settings"): Asked(
        Right.SET_RULES, {"slow_seconds": "0", "writers": "members"}
    ),
    ("POST", f"{API}/requests/<int:user_id>"): Asked(Right.ANSWER_REQUESTS),
    ("DELETE", f"{API}/requests/<int:user_id>"): Asked(Right.ANSWER_REQUESTS),
    ("POST", f"{PAGE}/requests/<int:user_id>/accept"): Asked(Right.ANSWER_REQUESTS),
    ("POST", f"{PAGE}/requests/<int:user_id>/decline"): Asked(Right.ANSWER_REQUESTS),
    ("POST", f"{PAGE}/listing"): Asked(Right.PUBLISH_ROOM, {"visibility": "private", "topic": ""}),
    ("POST", f"{PAGE}{MEMBER}/role"): Asked(Right.SET_ROLE, {"role": "member"}),
    ("POST", f"{PAGE}{MESSAGE}/thread"): Asked(Right.POST, {"message": "hi", "client_id": "b"}),
    ("POST", f"{PAGE}{MESSAGE}/react"): Asked(Right.REACT, {"on": "👍"}),
    ("POST", f"{PAGE}{MESSAGE}/pin"): Asked(Right.REACT),
    ("POST", f"{PAGE}{MESSAGE}/edit"): Asked(Right.EDIT_MESSAGE, {"message": "edited", "base": ""}),
    ("POST", f"{PAGE}{MESSAGE}/versions/erase"): Asked(Right.EDIT_MESSAGE),
    ("POST", f"{API}{MEMBER}/messages/remove"): Asked(Right.REMOVE_MESSAGES, {"reason": "x"}),
    ("POST", f"{PAGE}/messages/remove"): Asked(
        Right.REMOVE_MESSAGES, {"username": "victim", "hours": "0"}
    ),
    ("POST", f"{API}{MESSAGE}/report"): Asked(Right.REPORT, {"category": "spam"}),
    ("POST", f"{PAGE}{MESSAGE}/report"): Asked(Right.REPORT, {"category": "spam"}),
    ("POST", f"{API}/held/<int:held_id>/approve"): Asked(Right.JUDGE_HELD),
    ("POST", f"{API}/held/<int:held_id>/reject"): Asked(Right.JUDGE_HELD, {"reason": ""}),
    ("POST", f"{PAGE}/held/<int:held_id>/approve"): Asked(Right.JUDGE_HELD),
    ("POST", f"{PAGE}/held/<int:held_id>/reject"): Asked(Right.JUDGE_HELD, {"reason": ""}),
    ("PATCH", f"{API}/reports/<int:report_id>"): Asked(
        Right.JUDGE_REPORTS, {"outcome": "dismissed"}
    ),
    ("POST", f"{PAGE}/reports/<int:report_id>"): Asked(
        Right.JUDGE_REPORTS, {"outcome": "dismissed"}
    ),
    ("PUT", f"{API}/retention"): Asked(Right.SET_RETENTION, {"days": 300}),
    ("POST", f"{PAGE}/retention"): Asked(Right.SET_RETENTION, {"days": "299"}),
    # From here on something is gone, when somebody may do it.
    ("DELETE", f"{API}{MESSAGE}"): Asked(Right.DELETE_MESSAGE),
    ("POST", f"{PAGE}{MESSAGE}/delete"): Asked(Right.DELETE_MESSAGE),
    ("POST", f"{PAGE}{MEMBER}/remove"): Asked(Right.REMOVE_MEMBER, {"sure": "yes"}),
    ("DELETE", f"{API}{MEMBER}"): Asked(Right.REMOVE_MEMBER),
    ("PUT", f"{API}/bans/<int:user_id>"): Asked(Right.BAN, {"reason": "x"}),
    ("DELETE", f"{API}/bans/<int:user_id>"): Asked(Right.BAN),
    ("POST", f"{PAGE}{MEMBER}/ban"): Asked(Right.BAN, {"sure": "yes", "hours": "1"}),
    ("POST", f"{PAGE}/bans/<int:user_id>/lift"): Asked(Right.BAN),
    ("POST", f"{PAGE}/delete"): Asked(Right.DELETE_ROOM),
    LAST: Asked(Right.DELETE_ROOM),
}
