"""One connection of the load generator: it hears, checks and says."""

import asyncio
import itertools
import time
import zlib
from collections.abc import Callable

import msgspec
from picows import WSFrame, WSListener, WSMsgType, WSTransport

from benchmarks.checks import Checks, Heard, Sent
from benchmarks.people import Person

_encoder = msgspec.json.Encoder()
# A person may come back in another crowd: none is ever used again.
_client_ids = itertools.count(1)


class Frame(msgspec.Struct):
    """What the checks need of a frame; everything else is skipped."""

    type: str
    message_id: int = 0
    client_id: str | None = None
    revision: int = 0
    change: int = 0
    from_: int = msgspec.field(default=0, name="from")
    code: str = ""


class Saying(msgspec.Struct, tag="chat_message"):
    """A chat_message as a client sends it."""

    message: str
    client_id: str


NUMBERED = frozenset({"chat_message", "message_changed", "reaction"})

_decoder = msgspec.json.Decoder(Frame)


class Tally:
    """What all connections of a run have got together."""

    def __init__(self) -> None:
        self.delivered = 0
        self.acknowledged = 0
        # Of what was done to messages: frames, the changes that they tell of, and answers.
        self.change_frames = 0
        self.changes = 0
        self.done = 0
        self.other = 0
        # Seconds from sending to delivery at somebody else, where anybody wants to know.
        self.latencies: list[float] | None = None
        self.sent_at: dict[str, float] = {}


Acknowledged = Callable[["Member"], None]


class Member(WSListener):
    """Somebody's socket in a room."""

    def __init__(
        self,
        person: Person,
        room_id: int,
        tally: Tally,
        checks: Checks,
        after: int | None = None,
    ) -> None:
        """`after` is the last message that this person has had already, if they come back."""
        self.person = person
        self.room_id = room_id
        self.who = f"user {person.id} in room {room_id}"
        self.sent = Sent(self.who, checks)
        self.heard = None if after is None else Heard(self.who, checks, after)
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.leaving = False
        self.acknowledged: Acknowledged | None = None
        self.change: int | None = None  # The last that was told live; None before `ready`.
        self.resumed = 0  # Frames before `ready`.
        self.said = 0  # The number of the last message of its own.
        self.transport: WSTransport
        self._tally = tally
        self._checks = checks
        self._inflater: zlib._Decompress | None = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Keep the way to send."""
        self.transport = transport

    def on_ws_frame(self, _transport: WSTransport, frame: WSFrame) -> None:
        """Take a frame."""
        if frame.msg_type == WSMsgType.TEXT:
            if frame.rsv1:
                self._take(_decoder.decode(self._inflate(frame.get_payload_as_bytes())))
            else:
                self._take(_decoder.decode(frame.get_payload_as_memoryview()))
        elif frame.msg_type == WSMsgType.CLOSE and not self.leaving:
            self._checks.complain(f"{self.who}: closed by the server: {frame.get_close_code()}")

    def on_ws_disconnected(self, _transport: WSTransport) -> None:
        """Whoever did not want to go was thrown out."""
        if not self.leaving:
            self._checks.complain(f"{self.who}: disconnected")
        for waiting in (self.ready, self.gone):
            if not waiting.done():
                waiting.set_result(None)

    def say(self, text: str) -> None:
        """Send a message with a client_id of its own."""
        client_id = f"{next(_client_ids):036d}"  # As long as a UUID.
        self.sent.waiting.add(client_id)
        if self._tally.latencies is not None:
            self._tally.sent_at[client_id] = time.perf_counter()
        self.transport.send(WSMsgType.TEXT, _encoder.encode(Saying(text, client_id)))

    def ask(self, **fields: object) -> None:
        """Send any other frame."""
        self.transport.send(WSMsgType.TEXT, _encoder.encode(fields))

    async def leave(self) -> None:
        """Close, and wait until the server has closed too."""
        self.leaving = True
        self.transport.send_close()
        await self.gone

    def _take(self, frame: Frame) -> None:
        if frame.change and frame.type in NUMBERED:
            self._count(frame)
        if frame.type == "chat_message":
            self._hear(frame)
        elif frame.type in ("message_sent", "done"):
            self._answered(frame)
        elif frame.type == "ready":
            self.change = frame.change
            self._begin(frame.revision)
        elif frame.type == "error":
            self._checks.complain(f"{self.who}: error {frame.code}")
        else:
            self._tally.other += 1

    def _answered(self, frame: Frame) -> None:
        if frame.type == "done":
            self._tally.done += 1
        else:
            heard = self.heard.last if self.heard else 0
            self.sent.acknowledged(frame.client_id, frame.message_id, heard)
            self._tally.acknowledged += 1
            self.said = frame.message_id
        if self.acknowledged:
            self.acknowledged(self)

    def _count(self, frame: Frame) -> None:
        """Each change once, in order, also where several are merged into one frame."""
        if self.change is None:
            self.resumed += 1
            return
        first = frame.from_ or frame.change
        if first != self.change + 1:
            self._checks.complain(f"{self.who}: change {first} after {self.change}")
        self.change = frame.change
        if frame.type != "chat_message":
            self._tally.change_frames += 1
            self._tally.changes += frame.change - first + 1

    def _begin(self, revision: int) -> None:
        if self.heard is None:
            self.heard = Heard(self.who, self._checks, revision)
        elif self.heard.last != revision:
            self._checks.complain(f"{self.who}: ready at {revision} after {self.heard.last}")
        self.ready.set_result(None)

    def _hear(self, frame: Frame) -> None:
        tally = self._tally
        tally.delivered += 1
        if self.heard is None:
            self._checks.complain(f"{self.who}: message {frame.message_id} before ready")
            return
        self.heard.message(frame.message_id)
        if tally.latencies is not None and frame.client_id not in self.sent.waiting:
            since = tally.sent_at.get(frame.client_id or "")
            if since is not None:
                tally.latencies.append(time.perf_counter() - since)

    def _inflate(self, payload: bytes) -> bytes:
        if self._inflater is None:
            self._inflater = zlib.decompressobj(wbits=-15)
        return self._inflater.decompress(payload + b"\x00\x00\xff\xff")
