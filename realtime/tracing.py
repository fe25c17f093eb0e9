"""What becomes of each message, in the log, where TRACE_MESSAGES is on; `quart --app app trace`
puts the lines together.
"""

from collections.abc import Sequence

import structlog

from realtime.encoded_change import EncodedChange
from realtime.envelope import Envelope, MessagesCommitted
from realtime.process_name import process_name

log = structlog.get_logger(__name__)


class Tracing:
    """Where it is off, a call costs 0.1 µs: one for all that is delivered at once in a room."""

    def __init__(self) -> None:
        self.is_on = False

    def published(self, told: Envelope) -> None:
        """This was handed to what carries it to the other processes."""
        if not self.is_on or not isinstance(told, MessagesCommitted):
            return
        for _, change, message_id, _ in told.items:
            what = {"room": told.room_id, "message_id": message_id, "change": change}
            log.info("message_published", process=process_name(), **what)

    def delivered(self, room_id: int, run: Sequence[EncodedChange], connections: int) -> None:
        """These were handed to so many connections of this process."""
        if not self.is_on:
            return
        for each in run:
            what = {"room": room_id, "message_id": each.message_id, "change": each.change}
            log.info("message_delivered", process=process_name(), **what, connections=connections)


tracing = Tracing()  # The process's own.
