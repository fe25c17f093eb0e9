"""As much of the protocol as the references speak."""

import itertools

import msgspec


class Said(msgspec.Struct, tag="chat_message"):
    """A chat_message, from a client and to all."""

    message: str
    client_id: str
    message_id: int = 0
    user_id: int = 0
    username: str = ""
    timestamp: str = "2026-01-01T00:00:00.000Z"
    is_read: bool = False


class Sent(msgspec.Struct, tag="message_sent"):
    """The acknowledgement, to the sender."""

    message_id: int
    message: str
    timestamp: str
    client_id: str


class Ready(msgspec.Struct, tag="ready"):
    """The number of the room's latest message."""

    revision: int


_decoder = msgspec.json.Decoder(Said)
_encoder = msgspec.json.Encoder()
_people = itertools.count(1)


class Counter:
    """Gives a room's messages their numbers."""

    def __init__(self) -> None:
        self.count = 0

    def ready(self) -> str:
        """The first frame of a connection."""
        return _encoder.encode(Ready(self.count)).decode()

    def answer(self, text: str | bytes, user_id: int) -> tuple[str, str]:
        """The frame for everybody and the one for the sender."""
        said = _decoder.decode(text)
        self.count += 1
        said.message_id, said.user_id, said.username = self.count, user_id, f"person{user_id}"
        sent = Sent(said.message_id, said.message, said.timestamp, said.client_id)
        return _encoder.encode(said).decode(), _encoder.encode(sent).decode()


def newcomer() -> int:
    """The id of somebody new: nobody is asked who they are."""
    return next(_people)
