"""Mentions on pages: the names of those whom a message mentions are marked, as they are by
static/js/room/mentions.js in what comes later.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import unescape
from itertools import islice
from types import MappingProxyType

from markupsafe import Markup, escape
from quart import g

from models.mentioned_names import NAME, NAMES_MAX, spellings
from models.names import ALL, username_key
from models.queries.display_names import names_of
from models.stored_message import EVERYBODY
from protocol.people_views import MemberView
from protocol.views import MessageView
from translations import DEFAULT, gettext

# Of the HTML of a message: its tags, and whole elements in which nobody is named.
_TAGS = re.compile(r"(<pre.*?</pre>|<code.*?</code>|<a .*?</a>|<[^>]*>)", re.DOTALL)


class MentionMarks:
    """Marks for one reader, in texts of one room: of its members, and of `former` ones, by their
    ids, of whom no more is shown than the name that stands in the text.
    """

    def __init__(
        self,
        user_id: int,
        members: Iterable[MemberView],
        locale: str,
        former: Mapping[int, str] = MappingProxyType({}),
    ) -> None:
        self._user_id = user_id
        self._members = {each.id: each for each in members}
        self._former = former
        self._everybody = gettext(locale, "Everybody in the room")

    def is_of_me(self, message: MessageView) -> bool:
        """Whether somebody else mentions the reader, or all."""
        named = message.mentions_all or self._user_id in (message.mentions or ())
        return bool(named) and message.user_id != self._user_id

    def html(self, message: MessageView) -> Markup | None:
        """The message as HTML, with its mentions marked; None where it has none."""
        people = dict(self._people(message))
        if not people:
            return None
        html = message.html or str(escape(message.message))
        parts = _TAGS.split(html)
        # What is between the tags is at the even places.
        parts[::2] = [_marked(part, people) for part in parts[::2]]
        return Markup("".join(parts))  # noqa: S704 (made by protocol/markup.py, or escaped)

    def _people(self, message: MessageView) -> Iterable[tuple[str, Markup]]:
        if message.mentions_all:
            yield ALL, self._mark(EVERYBODY, self._everybody, message.user_id != self._user_id)
        for user_id in message.mentions or ():
            if member := self._members.get(user_id):
                is_me = user_id == self._user_id
                yield username_key(member.username), self._mark(user_id, member.shown_name, is_me)
            elif username := self._former.get(user_id):
                yield username_key(username), self._mark(user_id, username, is_me=False)

    def _mark(self, user_id: int, name: str, is_me: bool) -> Markup:
        """What stands before the name in the text."""
        kind = "mention me" if is_me else "mention"
        opening = Markup('<span class="{}" title="{}" data-user-id="{}">')
        return opening.format(kind, name, user_id)


async def mention_marks(
    user_id: int, members: Sequence[MemberView], messages: Iterable[MessageView]
) -> MentionMarks:
    """Marks for this reader in these messages."""
    named = {each for message in messages for each in message.mentions or ()}
    gone = named - {each.id for each in members}
    former = {each: username for each, (username, _) in (await names_of(gone)).items()}
    return MentionMarks(user_id, members, g.get("locale", DEFAULT), former)


def _marked(html: str, people: Mapping[str, Markup]) -> str:
    """A piece of HTML without tags, and the names in it in elements."""
    if "@" not in html:
        return html

    def mark(found: re.Match[str]) -> str:
        name = found[1]
        for spelling in spellings(name):
            if opening := people.get(username_key(spelling)):
                return f"{opening}@{escape(spelling)}</span>{escape(name[len(spelling) :])}"
        return f"@{escape(name)}"

    text, marked, end = unescape(html), [], 0
    for found in islice(NAME.finditer(text), NAMES_MAX):  # Nobody is mentioned by those after.
        marked += [str(escape(text[end : found.start()])), mark(found)]
        end = found.end()
    return "".join([*marked, str(escape(text[end:]))])
