"""One WebSocket of one person: sends frames, waits for frames, remembers all of them."""

import json
from collections.abc import Mapping
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.support.waiting import DEADLINE, deadline

Frame = dict[str, Any]


class Chat:
    """A connection to /ws/chat/<room_id>/ or /ws/.

    `seen` holds every frame that arrived, in order; `skipped` those that `expect` passed over on
    its last call.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.seen: list[Frame] = []
        self.skipped: list[Frame] = []

    async def send(self, frame: Mapping[str, Any]) -> None:
        """Send a frame as JSON."""
        await self.socket.send(json.dumps(frame))

    async def send_raw(self, data: str | bytes) -> None:
        """Send a text (str) or binary (bytes) frame as it is."""
        await self.socket.send(data)

    async def say(self, text: str, client_id: str | None = None) -> Frame:
        """Send a message and return its `message_sent`."""
        frame: Frame = {"type": "chat_message", "message": text}
        if client_id is not None:
            frame["client_id"] = client_id
        await self.send(frame)
        return await self.expect("message_sent", message=text)

    async def next(self, seconds: float = DEADLINE) -> Frame:
        """Return the next frame, whatever it is."""
        try:
            async with deadline(seconds, "a frame"):
                return await self._receive()
        except AssertionError as error:
            # Rendered only when needed: thousands of frames take their time.
            raise AssertionError(f"{error}\nall frames seen:\n{self._history()}") from error

    async def expect(self, type_: str, /, *, within: float = DEADLINE, **fields: Any) -> Frame:
        """Read until a frame of this type with these fields comes, and return it; the others go
        to `skipped`.
        """
        *self.skipped, found = await self.frames_until(type_, within=within, **fields)
        return found

    async def frames_until(
        self, type_: str, /, *, within: float = DEADLINE, **fields: Any
    ) -> list[Frame]:
        """Read until such a frame comes; return all frames read, that one last."""
        start = len(self.seen)
        try:
            async with deadline(within, f"{type_} {fields}"):
                while True:
                    frame = await self._receive()
                    if frame["type"] == type_ and fields.items() <= frame.items():
                        return self.seen[start:]
        except (AssertionError, ConnectionClosed) as error:
            raise AssertionError(f"{error}\nall frames seen:\n{self._history()}") from error

    async def settled(self) -> list[Frame]:
        """Return what comes in before the answer to a `mark_read` sent now: what was under way
        has arrived by then.
        """
        await self.send({"type": "mark_read"})
        return (await self.frames_until("messages_marked_read"))[:-1]

    async def closed(self, within: float = DEADLINE) -> int:
        """Read until the server closes; return the close code."""
        try:
            async with deadline(within, "the server to close"):
                while True:
                    await self._receive()
        except ConnectionClosed:
            pass
        except AssertionError as error:
            raise AssertionError(f"{error}\nall frames seen:\n{self._history()}") from error
        code = self.socket.close_code
        assert code is not None
        return code

    async def close(self) -> None:
        """Leave as a closed tab does."""
        await self.socket.close()

    def vanish(self) -> None:
        """Cut the TCP connection without a goodbye, as a lost network or a killed browser does."""
        self.socket.transport.abort()

    def of(self, type_: str) -> list[Frame]:
        """Return the frames of this type seen so far."""
        return [frame for frame in self.seen if frame["type"] == type_]

    async def _receive(self) -> Frame:
        frame: Frame = json.loads(await self.socket.recv())
        self.seen.append(frame)
        return frame

    def _history(self) -> str:
        return "\n".join(json.dumps(frame, ensure_ascii=False) for frame in self.seen) or "none"
