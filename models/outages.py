"""Whether an error says that the database is away or busy, and no more than that."""

import sqlite3
import traceback

from tortoise.exceptions import DBConnectionError, OperationalError

# Locked, full, and what a disk that fails or a file that has gone looks like: SQLite's primary
# codes.
_SQLITE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}
# By name: asyncpg is not imported where SQLite serves.
_POSTGRES = {
    "PostgresConnectionError",
    "CannotConnectNowError",
    "AdminShutdownError",
    "CrashShutdownError",
    "InsufficientResourcesError",  # Too many connections, a full disk.
}
_DRIVERS = ("tortoise", "asyncpg")


def is_outage(error: BaseException) -> bool:
    """Whether the same question may be answered later, without anything being changed here."""
    if isinstance(error, OperationalError) and error.__context__:
        error = error.__context__
    if isinstance(error, sqlite3.OperationalError):
        return (error.sqlite_errorcode & 0xFF) in _SQLITE
    names = _asyncpg_names(error)
    if "InterfaceError" in names:
        # It has no class of its own for a connection that was lost before it was used.
        return "closed" in str(error)
    if names & _POSTGRES or isinstance(error, DBConnectionError):
        return True
    return isinstance(error, OSError) and _is_of_driver(error)


def _asyncpg_names(error: BaseException) -> set[str]:
    kinds = type(error).__mro__
    return {kind.__name__ for kind in kinds if kind.__module__.partition(".")[0] == "asyncpg"}


def _is_of_driver(error: OSError) -> bool:
    """A socket that nobody listens at, and not any other file or network."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    modules = [str(frame.f_globals.get("__name__", "")) for frame in frames]
    return any(name.partition(".")[0] in _DRIVERS for name in modules)
