"""Structured logs: one JSON object a line on standard error.

Every line has time, level, event and logger; actions add who (user), where (room, connection) and
how long (duration_ms). Message bodies, names, passwords and tokens are never logged.
"""

import asyncio
import contextlib
import logging
import sys
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec
import structlog


def configure() -> None:
    """Set up structlog, and Python's own logging to write through it. Safe to call again."""
    structlog.configure(
        processors=_processors,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.BytesLoggerFactory(_output),  # type: ignore[arg-type]
        cache_logger_on_first_use=True,
    )
    # Once, also when configured again. Hypercorn's loggers have handlers of their own.
    logging.getLogger().addHandler(_libraries)
    logging.captureWarnings(True)


class _Libraries(logging.Handler):
    """What libraries say by Python's own logging, such as asyncpg's pool without its database: a
    line like all others, with the stack trace in it instead of below it.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Log it as `library_log`."""
        try:
            log = structlog.get_logger(__name__)
            write = log.error if record.levelno >= logging.ERROR else log.warning
            about = {"library": record.name, "message": record.getMessage()}
            write("library_log", exc_info=record.exc_info, **about)
        except Exception:  # As each handler does: a line that cannot be written stops nothing.
            self.handleError(record)


_libraries = _Libraries(logging.WARNING)


def warn_once(log: structlog.typing.FilteringBoundLogger, event: str, **about: object) -> None:
    """Warn of what is likely to be a mistake in the settings the first time that it shows; any
    client can make it show again.
    """
    if event not in _warned:
        _warned.add(event)
        log.warning(event, **about)


_warned: set[str] = set()


def log_all(event: str, lines: Iterable[dict[str, object]]) -> None:
    """As `log.info(event, **line)` for each of these, which takes three times as long: for what is
    logged of every message.
    """
    head = {"event": event, "level": "info", "time": datetime.now(UTC)}
    _output.write(_encoder.encode_lines([line | head for line in lines]))
    _output.flush()


class _Unfailing:
    """Standard error, on a full disk as well: a line that cannot be written is no reason for a
    message not to be delivered. All lines of one turn of the loop are written together: a system
    call for each cost as much as storing a message.
    """

    def __init__(self) -> None:
        self._is_flush_due = False

    def write(self, line: bytes) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.buffer.write(line)

    def flush(self) -> None:
        if self._is_flush_due:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # Before the loop, or after it.
            self._flush()
        else:
            self._is_flush_due = True
            loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._is_flush_due = False
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.buffer.flush()


_output = _Unfailing()


def _encode(_: object, level: str, event: structlog.typing.EventDict) -> bytes:
    # In one step: structlog's own two take twice the time, for every message.
    event["level"] = "error" if level == "exception" else level
    event["time"] = datetime.now(UTC)
    return _encoder.encode(event)


_encoder = msgspec.json.Encoder(enc_hook=str)

# One list, also when configured again: loggers keep the one of their first use.
_processors: list[structlog.typing.Processor] = [structlog.processors.format_exc_info, _encode]
