"""Pictures of people: taken, made small and harmless, kept as files."""

import asyncio
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from config import INSTANCE
from models import Refusal
from models.fair_queue import use_queue_of_user
from services.actor import Actor
from services.picture_process import WAIT_SECONDS_MAX, PictureProcess, UnusablePictureError
from services.profiles import Profiles

log = structlog.get_logger(__name__)

UPLOAD_MAX = 5 << 20
# Pictures that are being sent or made at once, each a body in memory; of one person it is one.
IN_HAND_MAX = 32
FOLDER = INSTANCE / "avatars"
_SIZES = (64, 256)
_NAME = re.compile(r"[0-9a-f]{32}-(64|256)")
# How the files of the three kinds begin: nobody starts a process for anything else.
_BEGINNINGS = re.compile(rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|RIFF....WEBP", re.DOTALL)


class Pictures:
    """The pictures of all users."""

    def __init__(self, profiles: Profiles, process: PictureProcess) -> None:
        self._profiles = profiles
        self._process = process
        self._in_hand: set[int] = set()

    @contextmanager
    def place(self, actor: Actor) -> Iterator[None]:
        """For as long as the actor sends a picture, and it is made.

        Raises:
            Refusal: overloaded.
        """
        if actor.user_id in self._in_hand or len(self._in_hand) >= IN_HAND_MAX:
            raise Refusal("overloaded", retry_after=WAIT_SECONDS_MAX)
        self._in_hand.add(actor.user_id)
        try:
            yield
        finally:
            self._in_hand.discard(actor.user_id)

    async def put(self, actor: Actor, upload: bytes) -> None:
        """Make this the actor's picture; everybody who sees them sees it.

        Raises:
            Refusal: picture_too_large, bad_picture; picture_not_stored, where the disk is full,
                or the machine has no memory or time; upload_busy;
                unauthorized, where the account has been disabled or deleted meanwhile.
        """
        use_queue_of_user(actor.user_id)
        made = await made_of(self._process, upload)
        # Nobody finds out by it whether somebody else has the same picture.
        name = hashlib.sha256(f"{actor.user_id} ".encode() + made[-1]).hexdigest()[:32]
        try:
            await asyncio.to_thread(_store, name, made)
        except OSError as error:
            log.error("picture_not_stored", error=str(error))
            await _discard(name, actor)
            raise Refusal("picture_not_stored") from None
        try:
            await self._change(actor, name)
        except Refusal:
            await _discard(name, actor)
            raise
        log.info("picture_put", user=actor.user_id)

    async def remove(self, actor: Actor) -> None:
        """From now on the actor is shown by a letter."""
        await self._change(actor, "")

    async def read(self, name: str) -> bytes:
        """The file of this name. Raises Refusal: not_found."""
        if not _NAME.fullmatch(name):
            raise Refusal("not_found")
        try:
            return await asyncio.to_thread((FOLDER / f"{name}.webp").read_bytes)
        except OSError:
            raise Refusal("not_found") from None

    async def _change(self, actor: Actor, name: str) -> None:
        before = await self._profiles.change_picture(actor, name)
        if before != name:
            await remove_picture(before)


async def made_of(process: PictureProcess, upload: bytes) -> list[bytes]:
    """The uploaded picture as a square in each of the sizes, the smallest first.

    Raises:
        Refusal: picture_too_large, bad_picture, upload_busy; picture_not_stored, where the machine
            has no memory or time.
    """
    if len(upload) > UPLOAD_MAX:
        raise Refusal("picture_too_large", max=UPLOAD_MAX >> 20)
    if not _BEGINNINGS.match(upload):
        raise Refusal("bad_picture")
    try:
        return _parts(await process.run("profile", upload=upload))
    except UnusablePictureError:
        raise Refusal("bad_picture") from None
    except OSError as error:
        log.error("picture_not_made", error=str(error))
        raise Refusal("picture_not_stored") from None


async def largest(name: str) -> bytes:
    """The largest of these files; nothing where there is none."""
    if not name:
        return b""
    try:
        return await asyncio.to_thread(_path(name, max(_SIZES)).read_bytes)
    except OSError:
        return b""


async def remove_picture(name: str) -> None:
    """Delete the files of this name, if there is one and they are here."""
    if name:
        await asyncio.to_thread(_remove, name)


async def _discard(name: str, actor: Actor) -> None:
    """What was stored in vain, unless it is what they have already."""
    if name != actor.user.picture:
        await remove_picture(name)


def _parts(written: bytes) -> list[bytes]:
    parts, start = [], 0
    for _ in _SIZES:
        length = int.from_bytes(written[start : start + 4])
        parts.append(written[start + 4 : start + 4 + length])
        start += 4 + length
    return parts


def _store(name: str, made: list[bytes]) -> None:
    FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    for size, data in zip(_SIZES, made, strict=True):
        path = _path(name, size)
        # Another process may be reading it, or writing the same.
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            draft.touch(mode=0o600)
            draft.write_bytes(data)
            draft.replace(path)
        except OSError:
            draft.unlink(missing_ok=True)  # Of a full disk it would keep what is left.
            raise


def _remove(name: str) -> None:
    for size in _SIZES:
        _path(name, size).unlink(missing_ok=True)


def _path(name: str, size: int) -> Path:
    return FOLDER / f"{name}-{size}.webp"
