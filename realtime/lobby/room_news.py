"""What has happened to the messages of a room within a moment, as one frame for the lobby."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from msgspec import UNSET

from models import StoredMessage
from models.message_change import MessageChange
from models.message_commands import DELETED, EDITED
from protocol.encoding import timestamp
from protocol.lobby_frames import RoomActivity
from protocol.server_frames import encode
from realtime.last_message import last_message

ACTIVITY_MAX = 100  # Pages say "99+".


def _latest() -> deque[Any]:
    return deque(maxlen=ACTIVITY_MAX)


@dataclass(slots=True)
class RoomNews:
    """The latest of each kind are kept: messages and mentions as (message_id, user_id)."""

    room_id: int
    change: int = 0
    last_message_at: datetime | None = None
    messages: deque[tuple[int, int]] = field(default_factory=_latest)
    mentions: deque[tuple[int, int]] = field(default_factory=_latest)
    removed: deque[int] = field(default_factory=_latest)
    last: StoredMessage | None = None

    def add(self, content: StoredMessage | MessageChange) -> None:
        self.change = content.change
        if isinstance(content, StoredMessage):
            self.messages.append((content.message_id, content.author_id))
            self._add_mentions(content.message_id, content.mentions)
            self.last_message_at = content.created_at
            self._keep_latest(content)
        else:
            if content.kind == DELETED:
                self.removed.append(content.message.message_id)
            self._add_mentions(content.message.message_id, content.mentions)
            self.last_message_at = content.last_message_at
            if content.is_latest and content.kind in {EDITED, DELETED}:
                self._keep_latest(content.message)

    def _keep_latest(self, message: StoredMessage) -> None:
        if self.last is None or self.last.message_id <= message.message_id:
            self.last = message

    def _add_mentions(self, message_id: int, user_ids: tuple[int, ...]) -> None:
        self.mentions.extend((message_id, user_id) for user_id in user_ids)

    def encoded(self) -> tuple[int, int, bytes]:
        """(room, change, frame), as an Activity has them; no frame where nothing is news: reactions
        cost the lobby nothing.
        """
        if not (self.messages or self.mentions or self.removed or self.last):
            return self.room_id, self.change, b""
        frame = RoomActivity(
            self.room_id,
            timestamp(self.last_message_at) if self.last_message_at else None,
            list(self.messages),
            list(self.mentions) or UNSET,
            list(self.removed) or UNSET,
            last_message(self.last) if self.last else UNSET,
        )
        return self.room_id, self.change, encode(frame)
