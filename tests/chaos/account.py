"""What one client has asked for and been told, and what of it cannot be right."""

from collections import Counter
from dataclasses import dataclass, field

from tests.support.chat import Frame
from tests.support.room_facts import Facts, take


@dataclass
class Live:
    """The changes that one connection was told live: after this one, up to that one."""

    after: int
    upto: int


@dataclass
class Account:
    """Kept over all connections of a client to one room.

    Attributes:
        facts: the room as the client knows it, at the change `last`.
        said: the frames that the client has sent and will send again until they are answered, by
            client_id.
        acknowledged: the answers, by client_id.
        refused: what was refused for good, by client_id: the code.
        asked, done: how often which action was asked for, and was said to be done; see actions.py.
        live: what each connection was told live.
        turned_away: how often a connection was closed because its user had left the room.
        duplicates, losses, surprises: in words; see Verdict.
    """

    name: str
    facts: Facts = field(default_factory=dict)
    last: int = 0
    said: dict[str, Frame] = field(default_factory=dict)
    acknowledged: dict[str, Frame] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    live: list[Live] = field(default_factory=list)
    frames: int = 0
    connections: int = 0
    unavailable: int = 0
    turned_away: int = 0
    duplicates: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)

    @property
    def unanswered(self) -> list[str]:
        """The client_ids that have no answer yet, in the order in which they were sent."""
        answered = self.acknowledged.keys() | self.refused.keys()
        return [client_id for client_id in self.said if client_id not in answered]

    def hear(self, frame: Frame, live: Live | None) -> None:
        """A frame with a change of its own, in a replay or live."""
        change = int(frame["change"])
        first = int(frame.get("from", change))
        if first <= self.last:
            self.duplicates.append(f"{self.name} heard {first} after {self.last}: {frame}")
        elif live and first > self.last + 1:
            self.losses.append(f"{self.name} heard {first} after {self.last}: {frame}")
        take(self.facts, frame)
        self.frames += 1
        self.last = max(self.last, change)
        if live:
            live.upto = self.last

    def answered(self, frame: Frame) -> None:
        """A message is stored, or something done to one; perhaps not for the first time."""
        client_id = frame["client_id"]
        before = self.acknowledged.setdefault(client_id, frame)
        if before.get("message_id") != frame.get("message_id"):
            self.duplicates.append(f"{client_id} is {before} and {frame}")

    def surprise(self, what: str) -> None:
        """Something that a well-behaved client should never get."""
        self.surprises.append(f"{self.name}: {what}")
