"""Pictures of rooms: made as those of people are, kept where files are, and shown to members."""

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

import structlog

from models import Membership, Refusal
from models.database import shielded
from models.fair_queue import use_queue_of_user
from models.file import File, discard
from models.room_picture import begin_picture, set_room_picture
from realtime.lobby.lobby import Lobby
from services.files import THUMBNAIL
from services.picture_process import PictureProcess
from services.pictures import made_of
from services.policy import Right, require
from services.rate_limits import RateLimits
from services.storage import Storage
from services.storage.folder import make_private
from services.sweeper import Sweeper

log = structlog.get_logger(__name__)

# The room's id, the key, and the number of pixels.
_NAME = re.compile(r"(\d{1,18})-([0-9a-f]{32})-(64|256)")
# What the keys of the sizes end with, the smallest first.
_ENDS = (THUMBNAIL, "")


class RoomPictures:
    """The pictures of all rooms."""

    def __init__(
        self,
        storage: Storage,
        process: PictureProcess,
        lobby: Lobby,
        sweeper: Sweeper,
        limits: RateLimits,
    ) -> None:
        self._storage = storage
        self._process = process
        self._lobby = lobby
        self._sweeper = sweeper
        self._limits = limits

    async def put(self, owner: Membership, upload: bytes) -> None:
        """Make this the picture of the room; everybody in it sees it.

        Raises:
            Refusal: not_owner, forbidden, rate_limited; picture_too_large, bad_picture,
                upload_busy; picture_not_stored, where the disk is full, or the machine has no
                memory or time.
        """
        require(Right.RENAME_ROOM, owner)
        self._limits.changes.check(owner.user_id)
        use_queue_of_user(owner.user_id)
        made = await made_of(self._process, upload)
        file = await begin_picture(owner, len(made[-1]))
        try:
            await self._store(str(file.storage_key), made)
        except OSError as error:
            log.error("picture_not_stored", error=str(error))
            await discard(file)
            raise Refusal("picture_not_stored") from None
        try:
            await self._set(owner, file)
        except Refusal:
            await discard(file)
            raise
        owner.room.picture = str(file.storage_key)

    async def remove(self, owner: Membership) -> None:
        """From now on the room is shown by a letter.

        Raises:
            Refusal: not_owner, forbidden, rate_limited.
        """
        require(Right.RENAME_ROOM, owner)
        self._limits.changes.check(owner.user_id)
        await self._set(owner, None)

    def room_of(self, name: str) -> int | None:
        """Of which room this is the name of a picture; None: of none."""
        found = _NAME.fullmatch(name)
        return int(found[1]) if found else None

    async def read(self, member: Membership, name: str) -> bytes:
        """One of the sizes of the picture that their room has now. Raises Refusal: not_found."""
        found = _NAME.fullmatch(name)
        if found is None or found[2] != member.room.picture:
            raise Refusal("not_found")
        key = f"{found[2]}{THUMBNAIL if found[3] == '64' else ''}"
        try:
            size = await self._storage.size(key)
            parts = [part async for part in self._storage.read(key, 0, size or 0)]
        except OSError:
            raise Refusal("not_found") from None
        return b"".join(parts)

    @shielded
    async def _set(self, owner: Membership, file: File | None) -> None:
        if await set_room_picture(owner, file):
            self._lobby.changed(owner.room_id)
            self._sweeper.soon()
            log.info("room_picture_set", user=owner.user_id, room=owner.room_id, has=bool(file))

    async def _store(self, key: str, made: Sequence[bytes]) -> None:
        for end, data in zip(_ENDS, made, strict=True):
            source = self._storage.workplace / f"{key}{end}"
            await asyncio.to_thread(_write, source, data)
            await self._storage.take(f"{key}{end}", source)


def _write(path: Path, data: bytes) -> None:
    make_private(path.parent)
    path.touch(mode=0o600)
    path.write_bytes(data)
