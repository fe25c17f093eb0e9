"""What has happened to the messages of a room within a moment, as one frame for the lobby."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from msgspec import UNSET, UnsetType

from models import StoredMessage
from models.message_change import MessageChange
from models.message_commands import DELETED, EDITED, FILES
from protocol.encoding import timestamp
from protocol.last_message import LastMessage
from protocol.lobby_frames import RoomActivity
from protocol.server_frames import encode
from realtime.last_message import last_message

ACTIVITY_MAX = 100  # Pages say "99+".


def _latest() -> deque[Any]:
    return deque(maxlen=ACTIVITY_MAX)


@dataclass(slots=True)
class RoomNews:
    """The latest of each kind are kept: messages and mentions as (message_id, user_id). `last` is
    the room's latest message as of `last_change`, 0 where no other one is known to be that.
    """

    room_id: int
    change: int = 0
    last_message_at: datetime | None = None
    messages: deque[tuple[int, int]] = field(default_factory=_latest)
    mentions: deque[tuple[int, int]] = field(default_factory=_latest)
    removed: deque[int] = field(default_factory=_latest)
    last: StoredMessage | None = None
    last_change: int = 0

    def add(self, content: StoredMessage | MessageChange) -> None:
        if isinstance(content, StoredMessage):
            self._advance(content.change, content.created_at)
            self.messages.append((content.message_id, content.author_id))
            self._add_mentions(content.message_id, content.mentions)
            self._keep_latest(content, content.change)
        else:
            self._advance(content.change, content.last_message_at)
            if content.kind == DELETED:
                self.removed.append(content.message.message_id)
            self._add_mentions(content.message.message_id, content.mentions)
            if content.is_latest and content.kind in {EDITED, DELETED, FILES}:
                last = content.latest if content.kind == DELETED else content.message
                self._keep_latest(last, content.change)

    def _advance(self, change: int, last_message_at: datetime | None) -> None:
        # What is posted and what is changed is stored side by side, and may come in either order.
        if change > self.change:
            self.change, self.last_message_at = change, last_message_at

    def _keep_latest(self, message: StoredMessage | None, change: int) -> None:
        if change > self.last_change:
            self.last, self.last_change = message, change

    def _last(self) -> tuple[LastMessage | UnsetType | None, int | UnsetType]:
        if not self.last:
            return (None, self.last_change) if self.last_change else (UNSET, UNSET)
        is_told = self.last.change >= self.last_change
        return last_message(self.last), UNSET if is_told else self.last_change

    def _add_mentions(self, message_id: int, user_ids: tuple[int, ...]) -> None:
        self.mentions.extend((message_id, user_id) for user_id in user_ids)

    def encoded(self) -> tuple[int, int, bytes]:
        """(room, change, frame), as an Activity has them; no frame where nothing is news: reactions
        cost the lobby nothing.
        """
        if not (self.messages or self.mentions or self.removed or self.last_change):
            return self.room_id, self.change, b""
        frame = RoomActivity(
            self.room_id,
            timestamp(self.last_message_at) if self.last_message_at else None,
            list(self.messages),
            list(self.mentions) or UNSET,
            list(self.removed) or UNSET,
            *self._last(),
        )
        return self.room_id, self.change, encode(frame)
