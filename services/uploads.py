"""Files on their way here."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from config import Settings
from models import File, Membership, Refusal
from models.database import shielded
from models.file import Quotas, discard
from services.file_types import HEAD, content_type_of
from services.files import THUMBNAIL, keys_of
from services.picture_files import PICTURES, PictureFiles
from services.policy import Right, require
from services.rate_limits import RateLimits
from services.storage import Storage
from services.storage.threads import in_thread
from services.unfinished_file import held, refusal_of

log = structlog.get_logger(__name__)

# Bodies that come in at once: each has up to a megabyte in memory.
IN_HAND_MAX = 200
IN_HAND_OF_ONE = 64


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
            try:
                await self._append(file, body)
                return await self._complete(file)
            except BaseException:
                await self._discard(file)
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

    async def _append(self, file: File, body: AsyncIterator[bytes]) -> int:
        with held(self._path(file)) as unfinished:
            return await unfinished.append(body, int(file.size))

    @shielded
    async def _complete(self, file: File) -> File:
        path = self._path(file)
        if (await in_thread(path.stat)).st_size < file.size:
            raise Refusal("bad_request", problem="Content-Length")
        try:
            file.content_type = content_type_of(await in_thread(_head, path))
            if file.content_type in PICTURES:
                await self._prepare(file, path)
            await self._storage.take(file.storage_key, path)
        except OSError as error:
            raise refusal_of(error) from None
        if not await file.complete():
            await self._storage.delete(*keys_of(file.storage_key))
            raise Refusal("not_found")
        log.info("file_uploaded", user=file.user_id, room=file.room_id, file=file.id)
        return file

    async def _prepare(self, file: File, path: Path) -> None:
        """What is kept of a picture is another file than the one that came."""
        key = f"{file.storage_key}{THUMBNAIL}"
        thumbnail = self._storage.workplace / key
        prepared = await self._pictures.prepare(path, thumbnail)
        file.width, file.height = prepared.width, prepared.height
        file.size = (await in_thread(path.stat)).st_size
        await self._storage.take(key, thumbnail)
        file.has_thumbnail = True

    @shielded
    async def _discard(self, file: File) -> None:
        await discard(file)
        await self._storage.delete(*keys_of(file.storage_key))

    def _path(self, file: File) -> Path:
        return self._storage.workplace / str(file.storage_key)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)
