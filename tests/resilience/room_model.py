"""What a room is, as plain Python: a list of changes, who is in it, and who may come back how."""

from dataclasses import dataclass, field
from typing import Any

from models import Membership, Room
from models.message_commands import DELETED, EDITED, PINNED, REACTED, UNPINNED, UNREACTED
from models.room_change import (
    ARCHIVED,
    EXPIRED,
    HISTORY_KEPT,
    JOINED,
    LEFT,
    MEMBERS_WRITE,
    OWNERS_WRITE,
    REMOVAL,
    RENAMED,
    UNARCHIVED,
)
from tests.support.room_facts import (
    FLOOR,
    IS_ARCHIVED,
    NAME,
    RULES,
    Facts,
    Subject,
    change,
    emptied,
    is_of_message,
    member,
    message,
    message_ids,
    reaction,
    reaction_count,
)

POSTED = "posted"


class Refused(Exception):  # noqa: N818 - as the program's own Refusal
    """The model refuses a command with this code."""


@dataclass(frozen=True)
class Change:
    """What one change was, whom it was about (of a message's, who did it), and what has become of
    which facts; None: there are no more.
    """

    kind: str
    user_id: int | None
    made: Facts


@dataclass
class RoomModel:
    """A room, from its beginning on.

    Attributes:
        begin: the facts in the beginning.
        memberships: of each user who is in it the membership's id; who came first is first.
        left: how those have left who are not.
        invitations: of each user who is asked to come back, who asks.
        ended: of each membership that has ended, the change by which it has.
        edited: of each message that was edited, the last change that did it.
        done: of each command to a message that was done, by its id, the change.
        states: the room as it was after each change; [0] in the beginning.
        now: the time at which what is done to it is done, where that is known.
    """

    room_id: int
    begin: Facts
    memberships: dict[int, int]
    left: dict[int, str] = field(default_factory=dict)
    invitations: dict[int, int] = field(default_factory=dict)
    ended: dict[int, int] = field(default_factory=dict)
    edited: dict[int, int] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    states: "list[RoomModel]" = field(default_factory=list)
    now: str = ""

    def __post_init__(self) -> None:
        self.facts = dict(self.begin)

    def copy(self) -> "RoomModel":
        """Another room that begins as this one is now."""
        return RoomModel(
            self.room_id,
            self.facts,
            dict(self.memberships),
            dict(self.left),
            dict(self.invitations),
            dict(self.ended),
            dict(self.edited),
            dict(self.done),
        )

    @property
    def name(self) -> str:
        return str(self.facts.get(NAME, ""))

    def role(self, user_id: int) -> str | None:
        """Of somebody who is not in it None."""
        return self.facts.get(member(user_id))

    def is_owner(self, user_id: int) -> bool:
        return self.role(user_id) == Membership.OWNER

    @property
    def has_owner(self) -> bool:
        return any(map(self.is_owner, self.memberships))

    @property
    def next_change(self) -> int:
        return len(self.changes) + 1

    @property
    def is_archived(self) -> bool:
        return IS_ARCHIVED in self.facts

    @property
    def days_kept(self) -> int | None:
        """For how long it keeps its messages; None: for ever."""
        days: int | None = self.facts[RULES][-1]
        return days

    @property
    def floor(self) -> int:
        """The last message that has expired."""
        return int(self.facts.get(FLOOR, 0))

    def may_write(self, user_id: int) -> bool:
        """Whether they say something new there, who are in it."""
        _, writers, *_ = self.facts[RULES]
        is_theirs = writers == Room.MEMBERS or self.is_owner(user_id)
        return is_theirs and not self.is_archived

    def of_message(self, message_id: int, name: str = "user_id") -> Any:
        """A field of a message; of one that is not there None."""
        return self.facts.get(message(message_id, name))

    # What commands do to the room:

    def rename(self, name: str) -> None:
        self._change(RENAMED, None, {NAME: name})

    def set_role(self, user_id: int, role: str) -> None:
        self._change(role, user_id, {member(user_id): role})

    def let_in(self, user_id: int) -> None:
        self.left.pop(user_id, None)
        self.invitations.pop(user_id, None)
        self.memberships[user_id] = 0  # The database gives it its number.
        self._change(JOINED, user_id, {member(user_id): Membership.MEMBER})

    def let_out(self, user_id: int, how: str) -> None:
        self.left[user_id] = how
        self.ended[self.memberships.pop(user_id)] = self.next_change
        self._change(LEFT, user_id, {member(user_id): None})

    def let_write(self, writers: str) -> None:
        slow_seconds, _, *others = self.facts[RULES]
        kind = OWNERS_WRITE if writers == Room.OWNERS else MEMBERS_WRITE
        self._change(kind, None, {RULES: (slow_seconds, writers, *others)})

    def archive(self, *, is_archived: bool) -> None:
        kind = ARCHIVED if is_archived else UNARCHIVED
        self._change(kind, None, {IS_ARCHIVED: is_archived or None})

    def keep(self, days: int | None) -> None:
        *others, _ = self.facts[RULES]
        self._change(HISTORY_KEPT, None, {RULES: (*others, days)})

    def expire(self, upto: int) -> None:
        """Of messages that have expired nothing is left; whoever had them lets go of them."""
        for each in [each for each in self.facts if is_of_message(each, upto)]:
            del self.facts[each]
        self._change(EXPIRED, None, {FLOOR: upto})

    def delete(self) -> None:
        self.facts.clear()
        self.changes.clear()

    # … and to its messages:

    def post(self, message_id: int, user_id: int, client_id: str, text: str) -> None:
        made: Facts = {message(message_id): user_id, message(message_id, "client_id"): client_id}
        made |= {message(message_id, "text"): text, message(message_id, "timestamp"): self.now}
        self._change_message(POSTED, user_id, message_id, made)

    def edit(self, user_id: int, message_id: int, text: str) -> None:
        self.edited[message_id] = self.next_change
        made = {message(message_id, "text"): text, message(message_id, "edited_at"): self.now}
        self._change_message(EDITED, user_id, message_id, made)

    def empty(self, user_id: int, message_id: int) -> None:
        """Delete a message: it keeps its number, its author and its client_id."""
        made = emptied(self.facts, {message_id}, user_id, self.next_change)
        self._change(DELETED, user_id, made)

    def remove(self, by_id: int, user_id: int) -> int:
        """Delete all that somebody has said, at once. Returns how many messages it were."""
        theirs = {each for each in message_ids(self.facts) if self.of_message(each) == user_id}
        numbers = {each for each in theirs if not self.of_message(each, "is_deleted")}
        if numbers:
            made = emptied(self.facts, numbers, by_id, self.next_change)
            self._change(REMOVAL, user_id, made)
        return len(numbers)

    def react(self, user_id: int, message_id: int, emoji: str, *, is_on: bool) -> None:
        before = self.facts.get(reaction_count(message_id, emoji), 0)
        made = {
            reaction(message_id, emoji, user_id): is_on or None,
            reaction_count(message_id, emoji): before + (1 if is_on else -1) or None,
        }
        self._change_message(REACTED if is_on else UNREACTED, user_id, message_id, made)

    def pin(self, user_id: int, message_id: int, *, is_pinned: bool) -> None:
        made = {message(message_id, "is_pinned"): is_pinned or None}
        self._change_message(PINNED if is_pinned else UNPINNED, user_id, message_id, made)

    def _change_message(self, kind: str, user_id: int, message_id: int, made: Facts) -> None:
        self._change(kind, user_id, made | {message(message_id, "change"): self.next_change})

    def _change(self, kind: str, user_id: int | None, made: Facts) -> None:
        self.changes.append(Change(kind, user_id, made))
        change(self.facts, made)
        if self.states:
            self.states.append(self.copy())

    # What was true when:

    def at(self, change_number: int) -> Facts:
        """The facts when the room had got to this change."""
        return dict(self.states[change_number].facts)

    def later(self, subject: Subject, change_number: int) -> list[Any]:
        """The value that this had at a change, and those that it has had since."""
        return [state.facts.get(subject) for state in self.states[change_number:]]

    @property
    def last_message_id(self) -> int:
        return max(message_ids(self.facts), default=self.floor)
