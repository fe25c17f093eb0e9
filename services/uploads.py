"""Files on their way here."""

import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import structlog

from config import Settings
from models import File, Membership, Refusal
from models.database import shielded
from models.fair_queue import use_queue_of_user
from models.file import discard
from models.file_quotas import Quotas
from services.box_metadata import blank
from services.file_types import HEAD, content_type_of
from services.files import keys_of
from services.picture_files import PICTURES, PictureFiles
from services.policy import Right, require
from services.rate_limits import RateLimits
from services.storage import Storage
from services.storage.threads import in_thread
from services.unfinished_file import UnfinishedFile, held, refusal_of

log = structlog.get_logger(__name__)

# Bodies that come in at once: each has up to a megabyte in memory.
IN_HAND_MAX = 200
IN_HAND_OF_ONE = 8
# With these nothing of an upload can be used that has come whole.
UNUSABLE = ("disk_full", "broken_picture", "too_many_pixels", "too_large", "quota")


class Uploads:
    """Row first, then the bytes, in the storage's workplace; when they are all there they are
    stored, and the row says so.
    """

    def __init__(
        self, storage: Storage, pictures: PictureFiles, limits: RateLimits, settings: Settings
    ) -> None:
        self._storage = storage
        self._pictures = pictures
        self._limits = limits
        self._quotas = Quotas(settings.max_files_bytes_per_user, settings.max_files_bytes)
        self.most = settings.max_file_bytes
        self._in_hand: Counter[int] = Counter()

    async def begin(self, member: Membership, name: str, size: int, alt: str = "") -> File:
        """A file of so many bytes is announced.

        Raises:
            Refusal: too_large, quota, bad_field, rate_limited; room_archived, owners_only,
                not_a_member.
        """
        require(Right.POST, member)
        self._limits.uploads.check(member.user_id)
        if size > self.most:
            raise Refusal("too_large")
        return await File.begin(member, name, size, alt, self._quotas)

    async def whole(
        self, member: Membership, name: str, size: int, alt: str, body: AsyncIterator[bytes]
    ) -> File:
        """A file that comes at once. Where it does not come whole, nothing is left of it.

        Raises:
            Refusal: as begin; bad_request, disk_full, request_timeout, overloaded.
        """
        with self._place(member.user_id):
            file = await self.begin(member, name, size, alt)
            new = held(self._path(file), is_new=True)
            async with self._or_nothing(file), new as unfinished:
                if await unfinished.append(body, size) < size:
                    raise Refusal("bad_request", problem="Content-Length")
                await self._complete(file)
            return file

    async def announced(self, member: Membership, name: str, size: int, alt: str = "") -> File:
        """A file whose bytes come by and by.

        Raises:
            Refusal: as begin; disk_full.
        """
        file = await self.begin(member, name, size, alt)
        async with self._or_nothing(file), held(self._path(file), is_new=True):
            if not size:
                await self._complete(file)
        return file

    async def offset(self, file: File) -> int:
        """How many bytes of it have come, and are on the disk.

        Raises:
            Refusal: not_found, where what has come is not here; as append, where all has.
        """
        size = int(file.size)
        if file.is_complete:
            return size
        with contextlib.suppress(FileNotFoundError):
            come = (await in_thread(self._path(file).stat)).st_size
            if come < size:
                return come
            async with held(self._path(file)):  # Whoever was about to store it was killed.
                await self._complete(file)
            return int(file.size)
        return await self._stored(file)

    async def _stored(self, file: File) -> int:
        """Whoever has stored it was killed before they said so, or is about to say so: what was
        found out of it is in its row before its bytes are in the storage.
        """
        stored = await self._storage.size(str(file.storage_key))
        now = await File.get_or_none(id=file.id)
        if now is None:
            raise Refusal("not_found")
        if not now.is_complete and (stored != now.size or not await now.complete()):
            raise Refusal("not_found")
        return int(now.size)

    async def append(self, file: File, offset: int, body: AsyncIterator[bytes]) -> int:
        """Bytes from this offset on; with the last of them the file is complete. Returns how many
        have come. What a body brings before it breaks off stays.

        Raises:
            Refusal: upload_offset, where others are to come; upload_busy; too_large, for more than
                was announced; request_timeout, overloaded; and where nothing is left of it
                disk_full, broken_picture, too_many_pixels, and too_large or quota for what would
                be kept of a picture.
        """
        with self._place(file.user_id):
            async with held(self._path(file)) as unfinished:
                if unfinished.size != offset:
                    raise Refusal("upload_offset")
                return await self._append(file, unfinished, body)

    async def _append(
        self, file: File, unfinished: UnfinishedFile, body: AsyncIterator[bytes]
    ) -> int:
        try:
            offset = await unfinished.append(body, int(file.size))
        except Refusal as refusal:
            if refusal.code == "disk_full":
                await self.discard(file)
            raise
        if offset == file.size:
            await self._complete(file)
        return offset

    @shielded
    async def discard(self, file: File) -> bool:
        """Nothing is left of a file that belongs to no message. Where the storage does not answer
        the sweeper does the rest. False: it belongs to one by now, and stays.
        """
        if not await discard(file):
            return False
        with contextlib.suppress(OSError):
            await self._storage.delete(*keys_of(str(file.storage_key)))
        return True

    @asynccontextmanager
    async def _or_nothing(self, file: File) -> AsyncIterator[None]:
        try:
            yield
        except BaseException:
            await self.discard(file)
            raise

    @contextmanager
    def _place(self, user_id: int) -> Iterator[None]:
        """For as long as bytes come in."""
        if self._in_hand.total() >= IN_HAND_MAX or self._in_hand[user_id] >= IN_HAND_OF_ONE:
            raise Refusal("overloaded", retry_after=1)
        self._in_hand[user_id] += 1
        try:
            yield
        finally:
            self._in_hand[user_id] -= 1
            if not self._in_hand[user_id]:
                del self._in_hand[user_id]

    @shielded
    async def _complete(self, file: File) -> None:
        try:
            await self._store(file)
        except Refusal as refusal:
            if refusal.code in UNUSABLE:
                await self.discard(file)
            raise
        log.info("file_uploaded", user=file.user_id, room=file.room_id, file=file.id)

    async def _store(self, file: File) -> None:
        path = self._path(file)
        try:
            file.content_type = content_type_of(await in_thread(_head, path))
            kept = await self._kept(file, path)
            # What came of a picture stays until all is stored, and is as long as was announced.
            if kept == path:
                await file.store_type()
            await self._storage.take(str(file.storage_key), kept)
        except OSError as error:
            raise refusal_of(error) from None
        if not await file.complete():
            await self._storage.delete(*keys_of(str(file.storage_key)))
            raise Refusal("not_found")
        if kept != path:
            await in_thread(path.unlink)

    async def _kept(self, file: File, path: Path) -> Path:
        """Of a picture it is another file than the one that came, which stays until all is stored:
        whoever was killed in between begins again.
        """
        if file.content_type not in PICTURES:
            await in_thread(blank, path)
            return path
        _, small, made = (path.with_name(key) for key in keys_of(path.name))
        use_queue_of_user(file.user_id)
        prepared = await self._pictures.prepare(path, made, small)
        file.width, file.height, file.has_thumbnail = prepared.width, prepared.height, True
        file.is_animated = prepared.is_animated
        file.size, file.thumbnail_bytes = await in_thread(_sizes, made, small)
        if file.size > self.most:
            raise Refusal("too_large")
        await file.store_growth(self._quotas)
        await self._storage.take(small.name, small)
        return made

    def _path(self, file: File) -> Path:
        return self._storage.workplace / str(file.storage_key)


def _sizes(*paths: Path) -> list[int]:
    return [path.stat().st_size for path in paths]


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)
