"""What replaces parts of Hypercorn and Quart: each class, what it mends, and what would end it.

`install` replaces those of Hypercorn, `install_http` and `install_websocket` those of Quart.
Nothing here knows Beseda. Under any other ASGI server nothing of it takes effect; with
PLAIN_ASGI=on nothing is replaced: docs/server.md says what is lost then. Written against Hypercorn
0.18.0, which is pinned; tests/resilience/test_hypercorn.py fails where a point no longer works.

server/tcp.py, for hypercorn.asyncio.run.TCPServer
- Write deadline. Hypercorn waits for ever until an answer has been taken, and holds it meanwhile.
- Lingering close (RFC 9112, 9.6). It closes while the peer is still sending. The kernel then resets
  the connection, and the reset overtakes what was said last: a 413, a close frame.
- TLS close. It waits 30 s for a peer that does not agree to the end.
Ends with: a write time-out, a lingering close and `ssl_shutdown_timeout` in Hypercorn.

server/worker.py, for hypercorn.asyncio.run.WorkerContext
- Graceful shutdown. Hypercorn tells no application that it is stopping before its sockets are gone
  (from Python 3.12 on it waits for them without limit: hypercorn issue 308). Its context knows.
- Late connections. Hypercorn waits for the tasks that it knows of when its sockets are closed, and
  not for those that are about to begin: their requests were broken off, and answered with 500.
- Orphans. A worker whose parent was killed with -9 goes on, and keeps the port from the next one.
Ends with: an event before the connections are closed, in ASGI's lifespan or in Hypercorn.

server/closing.py, for hypercorn.protocol.ws_stream.WSStream: the closing handshake
- Ending. An application that ends with ten frames unread leaves Hypercorn waiting for ever to hand
  it the next one, and the connection open.
- Aborting. There is no way in ASGI to drop a peer that takes nothing, not even a close frame.
- Close frames (RFC 6455, 5.5.1 and 7). Hypercorn ends a connection that breaks the protocol without
  one. After one for a message that is too large it goes on, tells nobody, and is not told of what
  we write past it; what comes after the peer's close frame is still handled.
- Refused handshakes. Hypercorn answers 400 by itself, tells nobody, and keeps the connection.
Ends with: a closing handshake with a time-out in Hypercorn, and a way in ASGI to drop a peer.

server/websocket.py, server/framing.py, for the same: frames
- permessage-deflate (RFC 7692). Hypercorn accepts it always (hypercorn issue 307): 100 KB a
  connection, and inflating has no limit, so that a frame of 39 KB can fill 78 MB. Here it is not
  offered.
  Ends with: a setting that refuses it, and a limit.
- Ping time-out (RFC 6455, 5.5.2). Hypercorn sends pings and never looks for pongs. `read_timeout`
  would do, but it ends every HTTP request that takes longer as well.
  Ends with: a ping time-out in Hypercorn.
- Writing. Through ASGI and wsproto each delivery of a frame costs 17 to 35 µs. Framed once and
  handed to each transport it costs 5, and what is written in one turn of uvloop's goes to the
  kernel in one call. The transport's buffer is the back-pressure.
  Ends with: a way through ASGI that costs as little; none is in sight.
- Reading. A message goes straight to its handler, not through two queues and two tasks.
  Ends with: the same.
- Turns. What one read brings is handled in one go: 64 KiB of pings hold the loop for 200 ms. The
  loop is given away in between, and the application is told of each frame that is no message.
  Ends with: pauses in Hypercorn, and control frames in ASGI.

server/http1.py, for hypercorn.protocol.H11Protocol
- h2c. Hypercorn lets any client turn a plain connection into HTTP/2. Through a proxy that passes
  `Upgrade` on, that is a tunnel in which the client writes X-Forwarded-For itself. HTTP/2 is
  spoken over TLS alone, where ALPN has agreed on it.
- Pipelining. Whoever disconnects with a second request waiting leaves a task that waits for ever.
Ends with: a setting that refuses h2c, and that task ended.

server/http_stream.py, for hypercorn.protocol.http_stream.HTTPStream
- Stopping. What the process cannot wait for any longer is answered with 500, by Hypercorn: proxies
  and clients take that for a fault. 503 it is.
- Parts of a body. 64 KiB in chunks of one byte take more than a second of the processor.
Ends with: a limit in Hypercorn, or chunks put together before they are handed on.

server/http2.py, server/http2_frames.py, for hypercorn.protocol.H2Protocol and its StreamBuffer
- Flow control (RFC 9113, 5.2). An answer that the peer's window does not let out is kept without
  limit.
- Turns. The library below handles what one read brings in one go.
- Long heads. `h2_max_header_list_size` is told to the peer, and nobody is held to it.
- Frames that bring nothing. Pings, settings, resets and the like are answered without limit.
- Priorities. 25 KB of them hold the loop for 100 ms; the 1,001st stream ends the connection with a
  stack trace.
- Crashes. A body that goes on after its answer, or a path that is not ASCII, ends the connection
  with a stack trace. A stream that has been answered early, or whose WebSocket ends, is not ended.
- Idle. A connection whose last stream the peer has reset has no time-out any more: it stays for
  ever, and holds up a restart.
Ends with: each mended in Hypercorn and h2.

server/quart_websocket.py, for quart.asgi.ASGIWebsocketConnection
- Queue. Quart's has no limit, and takes a task of its own to fill, also where the server delivers
  messages by itself.
- Empty binary messages. Quart looks for a text then, which not every server sends along.
Ends with: a length for that queue, and a class of Quart's that calls a handler.

server/quart_http.py, for quart.asgi.ASGIHTTPConnection
- Back-pressure. Quart takes a body as fast as it comes, and keeps in memory what nobody has read
  yet (quart issue 152).
Ends with: a limit there.
"""

from hypercorn import protocol
from hypercorn.asyncio import run
from hypercorn.protocol import h2, h11

from server.http1 import Http1
from server.http2 import Http2, SendBuffer
from server.http_stream import HttpStream
from server.quart_http import BoundedBody, install_http
from server.quart_websocket import SEND, install_websocket
from server.tcp import TcpConnection
from server.websocket import WebSocketStream, stream_of
from server.worker import OnShutdown, worker_context

__all__ = [
    "SEND",
    "BoundedBody",
    "WebSocketStream",
    "install",
    "install_http",
    "install_websocket",
    "stream_of",
]


def install(on_shutdown: OnShutdown) -> None:
    """Let Hypercorn serve with what is here, and await `on_shutdown()` when it begins to stop."""
    run.WorkerContext = worker_context(on_shutdown)  # type: ignore[attr-defined]
    run.TCPServer = TcpConnection  # type: ignore[attr-defined]
    protocol.H11Protocol = Http1  # type: ignore[attr-defined]
    protocol.H2Protocol = Http2  # type: ignore[attr-defined]
    h2.StreamBuffer = SendBuffer  # type: ignore[misc]
    h11.HTTPStream = HttpStream  # type: ignore[attr-defined]
    h2.HTTPStream = HttpStream  # type: ignore[attr-defined]
    h11.WSStream = WebSocketStream  # type: ignore[attr-defined]
    h2.WSStream = WebSocketStream  # type: ignore[attr-defined]
