"""Structured logs: one JSON object a line on standard error.

Every line has time, level, event and logger; actions add who (user), where (room, connection) and
how long (duration_ms). Message bodies, names, passwords and tokens are never logged.
"""

import contextlib
import logging
import sys

import msgspec
import structlog


def configure() -> None:
    """Set up structlog. Safe to call again."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            structlog.processors.format_exc_info,
            _encode,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.BytesLoggerFactory(_Unfailing()),  # type: ignore[arg-type]
        cache_logger_on_first_use=True,
    )


class _Unfailing:
    """Standard error, on a full disk as well: a line that cannot be written is no reason for a
    message not to be delivered.
    """

    def write(self, line: bytes) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.buffer.write(line)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.buffer.flush()


def _encode(_: object, __: str, event: structlog.typing.EventDict) -> bytes:
    return msgspec.json.encode(event, enc_hook=str)
