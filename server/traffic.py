"""What a connection has cost the network, as the kernel has counted it anyway."""

import asyncio
import socket
import struct
import sys
from typing import Any, NamedTuple

# struct tcp_info of Linux: bytes that the peer has acknowledged and sent, what is not sent yet, and
# how long an answer takes in microseconds. It only grows, so that places stay.
_ACKED_AND_RECEIVED = struct.Struct("=120xQQ")
_ROUND_TRIP = struct.Struct("=68xI")
_NOT_SENT = struct.Struct("=144xI")
_SIZE = 148


class Traffic(NamedTuple):
    """Bytes to the peer and from it since the connection was opened, what waits here, and the time
    to the peer and back in milliseconds; the peer is the proxy, where there is one.
    """

    sent: int
    received: int
    waiting: int
    round_trip_ms: float


def traffic_of(transport: asyncio.WriteTransport | None) -> Traffic | None:
    """Of this connection; None where the kernel does not say."""
    if transport is None or transport.is_closing() or sys.platform != "linux":
        return None
    peer: Any = transport.get_extra_info("socket")
    try:
        info = peer.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    except (OSError, AttributeError):  # No TCP.
        return None
    if len(info) < _SIZE:
        return None
    sent, received = _ACKED_AND_RECEIVED.unpack_from(info)
    (micros,), (not_sent,) = _ROUND_TRIP.unpack_from(info), _NOT_SENT.unpack_from(info)
    return Traffic(sent, received, transport.get_write_buffer_size() + not_sent, micros / 1e3)
