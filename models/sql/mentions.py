"""Who is mentioned by a name in a text: a member, or by `@all` everybody."""

from collections.abc import Sequence
from typing import NamedTuple

from models.membership import Membership
from models.message_commands import ALL_MEMBERS_MAX
from models.names import ALL
from models.sql.fast_path import Steps, insert
from models.sql.locked_rooms import LockedRooms
from models.sql.values import PART, flat, marks, padded, table
from models.stored_message import EVERYBODY, StoredMessage

Named = tuple[int, str]  # (room, key of a username)
Mentioned = tuple[int, int, int]  # (room, message_id, user)


class MentionedMembers:
    """Resolves the names in the texts of one transaction to members of their rooms."""

    def __init__(self, rooms: LockedRooms) -> None:
        self._rooms = rooms
        self._members: dict[Named, int] = {}
        self._others: dict[Named, int] = {}
        self._from_numbers: dict[Named, int] = {}
        self._sizes: dict[int, int] = {}

    def steps(self, named: set[Named]) -> Steps[None]:
        """`named` are all that texts name."""
        if not named:
            return
        names = sorted(named)
        for start in range(0, len(names), PART):
            yield from self._read_members(padded(names[start : start + PART]))
        if everybody := sorted({room_id for room_id, key in named if key == ALL}):
            ids = padded(everybody)
            sql = f"SELECT room_id, COUNT(*) FROM membership WHERE room_id IN ({marks(len(ids))})"
            found = yield f"{sql} GROUP BY room_id", ids
            self._sizes = dict(found)

    def of(
        self,
        room_id: int,
        author_id: int,
        names: Sequence[str],
        edited: StoredMessage | None = None,
    ) -> tuple[int, ...]:
        """The members whom this author mentions by these names, EVERYBODY among them: in a new
        message, or in an `edited` one. Whoever was mentioned there before stays so when they have
        left; whoever does not see it is not mentioned by it.
        """
        found: dict[int, None] = {}
        for key in names:
            if key == ALL:
                if self._may_mention_all(room_id, author_id):
                    found[EVERYBODY] = None
            elif (user_id := self._user((room_id, key), edited)) is not None:
                found[user_id] = None
        return tuple(found)

    def _user(self, named: Named, edited: StoredMessage | None) -> int | None:
        member, other = self._members.get(named), self._others.get(named)
        if edited is None:
            return member
        sees = edited.message_id >= self._from_numbers.get(named, 0)
        user_id = other if member is None else member
        return user_id if (member and sees) or user_id in edited.mentions else None

    def _may_mention_all(self, room_id: int, author_id: int) -> bool:
        role = self._rooms.roles.get((room_id, author_id))
        return role == Membership.OWNER or self._sizes.get(room_id, 0) <= ALL_MEMBERS_MAX

    def _read_members(self, named: list[Named]) -> Steps[None]:
        sql = (
            "SELECT asked.column1, username_key, user_account.id, membership.id,"
            " membership.from_number"
            f" FROM {table(len(named), 'BIGINT', 'TEXT')} AS asked"
            " JOIN user_account ON username_key = asked.column2"
            " LEFT JOIN membership ON user_id = user_account.id AND room_id = asked.column1"
        )
        found = yield sql, flat(named)
        for room_id, key, user_id, membership_id, from_number in found:
            known = self._others if membership_id is None else self._members
            known[room_id, key] = user_id
            if from_number:
                self._from_numbers[room_id, key] = from_number


def insert_mentions(mentions: list[tuple[int, int, int, int, bool]]) -> Steps[None]:
    """Store (room, message_id, user, change, whether by an edit)."""
    into = "mention (room_id, number, user_id, change, is_edit)"
    yield from insert(into, mentions, "BIGINT", "BIGINT", "BIGINT", "BIGINT", "BOOLEAN")


class NewMentions(NamedTuple):
    """Whom a change of a message mentions for the first time, and whom no longer."""

    added: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()


NOBODY = NewMentions()


class MentionUpdates:
    """What the edits and deletions of one transaction do to mentions.

    Attributes:
        added: (room, message_id, user), with the change.
        removed: the same without.
    """

    def __init__(self) -> None:
        self.added: dict[Mentioned, int] = {}
        self.removed: set[Mentioned] = set()

    def change(self, message: StoredMessage, mentions: tuple[int, ...], change: int) -> NewMentions:
        """Returns who is mentioned now and was not before, and who no longer is."""
        room_id, message_id = message.room_id, message.message_id
        gone = tuple(set(message.mentions) - set(mentions))
        for user_id in gone:
            key = (room_id, message_id, user_id)
            if self.added.pop(key, None) is None:
                self.removed.add(key)
        added = tuple(set(mentions) - set(message.mentions))
        for user_id in added:
            self.added[room_id, message_id, user_id] = change
        return NewMentions(added, gone)
