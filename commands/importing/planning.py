"""What a message of the export becomes here, or why it does not."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from commands.importing.items import Source, SourceMessage
from commands.importing.people import Account, People
from commands.importing.report import Report
from commands.importing.shortcodes import emoji_of
from commands.importing.splitting import split
from commands.importing.staging import leave_message
from models.database import storable
from models.import_item import external_key
from models.imported_messages import ImportedMessage
from models.mentioned_names import names_in
from models.message_commands import PINS_MAX, REACTION_KINDS_MAX

TEXT_MAX = 100_000
FUTURE = timedelta(days=1)  # Clocks differ.
CLIP = "📎 "
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Planner:
    """Plans the messages of one room, oldest first."""

    def __init__(
        self,
        source: Source,
        people: People,
        report: Report,
        members: Mapping[str, int],
        parents: set[str],
    ) -> None:
        """`members` are the ids of the room's members, by the keys of their usernames; `parents`
        what is replied to there.
        """
        self._source, self._people, self._report = source, people, report
        self._members, self._parents = members, parents
        self._planned: set[str] = set()  # Of the parents.
        self._latest = datetime.now(UTC) + FUTURE
        self._pins = 0

    def plan(self, message: SourceMessage) -> ImportedMessage | None:
        """The message as it is to be stored; None: it is left out, and the report says why."""
        account = self._people.accounts.get(message.author)
        reason = self._refusal(message, account)
        bodies = () if reason else self._bodies(message)
        if account is None or not bodies:
            leave_message(self._report, message, reason or "empty")
            return None
        if not all(map(storable, bodies)):
            leave_message(self._report, message, "bad_text")
            return None
        self._note(message, bodies)
        return ImportedMessage(
            key=external_key(message.room, message.id),
            author_id=account.id,
            at=_time(message.at),
            bodies=bodies,
            mentions=tuple(map(self._mentioned, bodies)),
            parent=external_key(message.room, message.parent) if message.parent else None,
            edited_at=_time(message.edited) if message.edited else None,
            is_pinned=self._is_pinned(message),
            reactions=self._reactions(message),
        )

    def _refusal(self, message: SourceMessage, account: Account | None) -> str:
        if message.author in self._people.bots:
            return "bot"
        if account is None:
            return "unknown_author"
        if account.is_deleted:
            return "account_deleted"
        if message.at <= 0:
            return "bad_time"
        if message.at > (self._latest - _EPOCH) / timedelta(microseconds=1):
            return "future"
        return "message_too_long" if len(message.text) > TEXT_MAX else ""

    def _bodies(self, message: SourceMessage) -> tuple[str, ...]:
        text = self._source.text(message.text, self._people).strip()
        names = ", ".join(" ".join(name.split()) for name in message.files)
        return split("\n".join(part for part in (text, names and CLIP + names) if part))

    def _note(self, message: SourceMessage, bodies: tuple[str, ...]) -> None:
        self._report.leave("files", "no_files", message.where, len(message.files))
        if len(bodies) > 1:
            self._report.note("split", message.where)
        if message.parent and message.parent not in self._planned:
            self._report.note("no_parent", message.where)
        if message.id in self._parents:
            self._planned.add(message.id)

    def _mentioned(self, body: str) -> tuple[int, ...]:
        found = (self._members.get(key) for key in names_in(body))
        return tuple(dict.fromkeys(each for each in found if each is not None))

    def _is_pinned(self, message: SourceMessage) -> bool:
        if message.is_pinned and self._pins == PINS_MAX:
            self._report.leave("pins", "too_many_pins", message.where)
            return False
        self._pins += message.is_pinned
        return message.is_pinned

    def _reactions(self, message: SourceMessage) -> tuple[tuple[str, tuple[int, ...]], ...]:
        found: dict[str, dict[int, None]] = {}
        for each in message.reactions:
            emoji, account = emoji_of(each.emoji), self._people.accounts.get(each.person)
            reason = ""
            if emoji is None:
                reason = "unknown_emoji"
            elif account is None or account.is_deleted:
                reason = "unknown_person"
            elif account.id in found.get(emoji, ()):
                reason = "same_account"
            elif emoji not in found and len(found) == REACTION_KINDS_MAX:
                reason = "too_many_kinds"
            else:
                found.setdefault(emoji, {})[account.id] = None
            if reason:
                where = f"{message.where} {each.emoji}"
                self._report.leave("reactions", reason, where)
        return tuple((emoji, tuple(users)) for emoji, users in found.items())


def _time(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)
