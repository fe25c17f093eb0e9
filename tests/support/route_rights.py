"""Every route of a room: by which right, with what it is asked, and what the answer is."""

from dataclasses import dataclass, field

from services.policy import Right

API = "/api/rooms/<int:room_id>"
PAGE = "/rooms/<int:room_id>"
MESSAGE = "/messages/<int:message_id>"
MEMBER = "/members/<int:user_id>"

LAST = ("DELETE", API)
# Those who come after the first one who does it, and find it done.
AFTERWARDS = ("member", "author", "owner")

# Status and code of an answer; a page's code is in its data-code, "" where there is none.
Found = tuple[int, str]

SEEN: Found = (200, "")
MADE: Found = (201, "")
BEGUN: Found = (202, "")
EMPTY: Found = (204, "")
THERE: Found = (303, "")
NOT_FOUND: Found = (404, "not_found")


@dataclass(frozen=True)
class Asked:
    """`sent` is JSON for the API, and a form for pages; "$victim" stands for a name. `done` is what
    whoever has the right is answered with, `others` what some of them are for a reason of their
    own. `whom` is the person in the address.
    """

    right: Right
    sent: dict[str, object] = field(default_factory=dict)
    done: Found | None = None
    others: dict[str, Found] = field(default_factory=dict)
    whom: str = "victim"

    def answer(self, method: str, rule: str) -> Found:
        """What is answered when it is done."""
        if self.done:
            return self.done
        if method == "GET":
            return SEEN
        return EMPTY if rule.startswith("/api/") else THERE


READS: dict[str, Asked] = {
    API: Asked(Right.READ),
    f"{API}/bans": Asked(Right.BAN),
    f"{API}/changes": Asked(Right.READ),
    f"{API}/draft": Asked(Right.READ),
    f"{API}/files": Asked(Right.READ),
    f"{API}/held": Asked(Right.JUDGE_HELD),
    f"{API}/messages": Asked(Right.READ),
    f"{API}{MESSAGE}": Asked(Right.READ),
    f"{API}{MESSAGE}/reactions": Asked(Right.READ),
    f"{API}{MESSAGE}/readers": Asked(Right.SEE_READERS),
    f"{API}{MESSAGE}/thread": Asked(Right.READ),
    f"{API}{MESSAGE}/versions": Asked(Right.READ),
    f"{API}/pins": Asked(Right.READ),
    f"{API}/reports": Asked(Right.JUDGE_REPORTS),
    f"{API}/requests": Asked(Right.ANSWER_REQUESTS),
    f"{API}/retention": Asked(Right.SET_RETENTION),
    f"{PAGE}/": Asked(Right.READ),
    f"{PAGE}/delete": Asked(Right.DELETE_ROOM),
    f"{PAGE}/export": Asked(Right.EXPORT_ROOM),
    f"{PAGE}{MEMBER}/ban": Asked(Right.BAN),
    f"{PAGE}/files": Asked(Right.READ),
    f"{PAGE}/files/new": Asked(Right.POST),
    f"{PAGE}/held/": Asked(Right.JUDGE_HELD),
    f"{PAGE}/invites/": Asked(Right.INVITE_BY_LINK),
    f"{PAGE}{MESSAGE}": Asked(Right.READ),
    f"{PAGE}{MESSAGE}/report": Asked(Right.REPORT),
    f"{PAGE}{MESSAGE}/thread": Asked(Right.READ),
    f"{PAGE}/messages/remove": Asked(Right.REMOVE_MESSAGES),
    f"{PAGE}/reports/": Asked(Right.JUDGE_REPORTS),
    f"{PAGE}/requests/": Asked(Right.ANSWER_REQUESTS),
    f"{PAGE}/retention": Asked(Right.SET_RETENTION),
    f"{PAGE}/settings": Asked(Right.SET_RULES),
}

CHANGES: dict[tuple[str, str], Asked] = {
    ("PUT", f"{API}/mute"): Asked(Right.READ, {"is_muted": True}),
    ("PUT", f"{API}/level"): Asked(Right.READ, {"level": "all"}),
    ("PUT", f"{API}/hidden"): Asked(Right.READ, {"is_hidden": False}),
    ("POST", f"{API}/unread"): Asked(Right.READ, {"message_id": 1}, others={"newcomer": NOT_FOUND}),
    ("PUT", f"{API}/draft"): Asked(Right.READ, {"message": "x", "reply_to": None}, SEEN),
    ("DELETE", f"{API}/draft"): Asked(Right.READ),
    ("POST", f"{API}/messages"): Asked(Right.POST, {"message": "hello"}, MADE),
    ("POST", f"{API}/files"): Asked(Right.POST, {"the bytes": "of a file"}, MADE),
    ("PUT", f"{API}{MESSAGE}/reactions/<emoji>"): Asked(Right.REACT),
    ("DELETE", f"{API}{MESSAGE}/reactions/<emoji>"): Asked(Right.REACT),
    ("PUT", f"{API}/pins/<int:message_id>"): Asked(Right.REACT),
    ("DELETE", f"{API}/pins/<int:message_id>"): Asked(Right.REACT),
    ("PATCH", f"{API}{MESSAGE}"): Asked(Right.EDIT_MESSAGE, {"message": "edited"}, SEEN),
    ("DELETE", f"{API}{MESSAGE}/versions"): Asked(Right.EDIT_MESSAGE),
    # It has none: that is what is to be.
    ("DELETE", f"{API}{MESSAGE}/files/<int:file_id>"): Asked(Right.EDIT_MESSAGE),
    ("PATCH", API): Asked(Right.RENAME_ROOM, {"name": "Other"}, SEEN),
    # Sent without a picture.
    ("PUT", f"{API}/picture"): Asked(Right.RENAME_ROOM, done=(422, "bad_picture")),
    ("DELETE", f"{API}/picture"): Asked(Right.RENAME_ROOM),
    ("POST", f"{PAGE}/picture"): Asked(Right.RENAME_ROOM, done=(422, "")),
    ("POST", f"{PAGE}/picture/remove"): Asked(Right.RENAME_ROOM),
    ("POST", f"{API}/members"): Asked(
        Right.LET_IN,
        {"username": "$spare1"},
        MADE,
        dict.fromkeys(AFTERWARDS, (409, "already_a_member")),
    ),
    ("PATCH", f"{API}{MEMBER}"): Asked(Right.SET_ROLE, {"role": "member"}),
    ("POST", f"{PAGE}/"): Asked(Right.POST, {"message": "hello", "client_id": "a"}),
    # Sent as other forms are, it is no file; tests/files/test_new_file.py sends some.
    ("POST", f"{PAGE}/files/new"): Asked(Right.POST, done=(415, "bad_content_type")),
    ("POST", f"{PAGE}/read"): Asked(Right.READ),
    ("POST", f"{PAGE}/hide"): Asked(Right.READ, {"is_hidden": "false"}),
    ("POST", f"{PAGE}/level"): Asked(Right.READ, {"level": "all"}),
    ("POST", f"{PAGE}/members"): Asked(
        Right.LET_IN, {"username": "$spare2"}, None, dict.fromkeys(AFTERWARDS, (422, ""))
    ),
    ("POST", f"{PAGE}/rename"): Asked(Right.RENAME_ROOM, {"name": "Another"}),
    ("POST", f"{PAGE}/invites/"): Asked(
        Right.INVITE_BY_LINK, {"uses": "1", "seconds": "3600"}, SEEN
    ),
    ("POST", f"{PAGE}/invites/<int:link_id>/revoke"): Asked(Right.INVITE_BY_LINK),
    ("POST", f"{API}/export"): Asked(Right.EXPORT_ROOM, done=BEGUN),
    ("POST", f"{PAGE}/export"): Asked(Right.EXPORT_ROOM),
    ("POST", f"{PAGE}/settings"): Asked(
        Right.SET_RULES, {"slow_seconds": "0", "writers": "members"}
    ),
    ("POST", f"{API}/requests/<int:user_id>"): Asked(Right.ANSWER_REQUESTS, whom="asker1"),
    ("DELETE", f"{API}/requests/<int:user_id>"): Asked(Right.ANSWER_REQUESTS, whom="asker2"),
    ("POST", f"{PAGE}/requests/<int:user_id>/accept"): Asked(Right.ANSWER_REQUESTS, whom="asker3"),
    ("POST", f"{PAGE}/requests/<int:user_id>/decline"): Asked(Right.ANSWER_REQUESTS, whom="asker4"),
    ("POST", f"{PAGE}/listing"): Asked(Right.PUBLISH_ROOM, {"visibility": "private", "topic": ""}),
    ("POST", f"{PAGE}{MEMBER}/role"): Asked(Right.SET_ROLE, {"role": "member"}),
    ("POST", f"{PAGE}{MESSAGE}/thread"): Asked(Right.POST, {"message": "hi", "client_id": "b"}),
    ("POST", f"{PAGE}{MESSAGE}/react"): Asked(Right.REACT, {"on": "👍"}),
    ("POST", f"{PAGE}{MESSAGE}/pin"): Asked(Right.REACT),
    ("POST", f"{PAGE}{MESSAGE}/edit"): Asked(
        Right.EDIT_MESSAGE,
        {"message": "edited", "base": ""},
        # A form that is refused comes back with a sentence, and no code.
        others=dict.fromkeys(("member", "owner"), (403, "")),
    ),
    ("POST", f"{PAGE}{MESSAGE}/files/<int:file_id>/remove"): Asked(Right.EDIT_MESSAGE),
    ("POST", f"{PAGE}{MESSAGE}/versions/erase"): Asked(Right.EDIT_MESSAGE),
    ("POST", f"{API}{MEMBER}/messages/remove"): Asked(Right.REMOVE_MESSAGES, {"reason": "x"}, SEEN),
    ("POST", f"{PAGE}/messages/remove"): Asked(
        Right.REMOVE_MESSAGES, {"username": "$victim", "hours": "0"}
    ),
    ("POST", f"{API}{MESSAGE}/report"): Asked(
        Right.REPORT, {"category": "spam"}, others={"author": (422, "own_message")}
    ),
    ("POST", f"{PAGE}{MESSAGE}/report"): Asked(
        Right.REPORT,
        {"category": "spam"},
        # Who has reported it by the API has done so once and for all.
        others={"member": (409, ""), "author": (422, ""), "owner": (409, "")},
    ),
    ("DELETE", f"{API}/held/<client_id>"): Asked(Right.READ),
    ("POST", f"{API}/held/<int:held_id>/approve"): Asked(Right.JUDGE_HELD, done=NOT_FOUND),
    ("POST", f"{API}/held/<int:held_id>/reject"): Asked(
        Right.JUDGE_HELD, {"reason": ""}, NOT_FOUND
    ),
    ("POST", f"{PAGE}/held/<int:held_id>/approve"): Asked(Right.JUDGE_HELD, done=NOT_FOUND),
    ("POST", f"{PAGE}/held/<int:held_id>/reject"): Asked(
        Right.JUDGE_HELD, {"reason": ""}, NOT_FOUND
    ),
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
    ("DELETE", f"{API}{MEMBER}"): Asked(Right.REMOVE_MEMBER, whom="victim2"),
    ("PUT", f"{API}/bans/<int:user_id>"): Asked(Right.BAN, {"reason": "x"}),
    ("DELETE", f"{API}/bans/<int:user_id>"): Asked(Right.BAN),
    ("POST", f"{PAGE}{MEMBER}/ban"): Asked(Right.BAN, {"sure": "yes", "hours": "1"}),
    ("POST", f"{PAGE}/bans/<int:user_id>/lift"): Asked(Right.BAN),
    ("POST", f"{PAGE}/delete"): Asked(Right.DELETE_ROOM),
    LAST: Asked(Right.DELETE_ROOM),
}

# Answers to what only who is asked has been asked, and ways in, for who is not in the room.
DOORS: tuple[tuple[str, str], ...] = (
    ("POST", f"{API}/accept"),
    ("POST", f"{API}/decline"),
    ("POST", f"{PAGE}/accept"),
    ("POST", f"{PAGE}/decline"),
    ("POST", f"{PAGE}/ban/noticed"),
    ("GET", "/rooms/public/<int:room_id>/"),
    ("POST", f"{API}/requests"),
    ("POST", f"{PAGE}/ask"),
    ("POST", f"{API}/join"),
    ("POST", "/rooms/public/<int:room_id>/"),
)

# Of what one has said in a room that one is not in any more: see test_left_behind.py.
LEFT_BEHIND = {(method, "/profile/data/rooms/<int:room_id>/delete") for method in ("GET", "POST")}
