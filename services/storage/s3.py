"""Files in a bucket of S3, or of what speaks as it does."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from services.storage.threads import in_thread

REGION = "us-east-1"
PUT_PART = 5 << 20  # The least that S3 takes as a part of a file.
PARTS_AT_ONCE = 2
READ_PART = 1 << 20  # Of each file that is read, so much is in memory.
RETRY_SECONDS = 15


class S3Storage:
    """One bucket, which is there and is nobody else's. Files that are not whole yet lie on this
    machine.
    """

    def __init__(self, url: str, workplace: Path) -> None:
        """See setting_parsers.files_url."""
        parts = urlsplit(url)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        endpoint = asked.get("endpoint")
        self._workplace = workplace
        self._store = S3Store(
            parts.hostname or "",
            prefix=parts.path.strip("/") or None,
            config={
                "access_key_id": unquote(parts.username or ""),
                "secret_access_key": unquote(parts.password or ""),
                "region": asked.get("region", REGION),
                **({"endpoint": endpoint} if endpoint else {}),
            },
            client_options={"allow_http": (endpoint or "").startswith("http://")},
            retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=RETRY_SECONDS)},
        )

    @property
    def workplace(self) -> Path:
        """See Storage."""
        return self._workplace

    async def take(self, key: str, source: Path) -> None:
        """See Storage."""
        with _told():
            await obstore.put_async(
                self._store, key, source, chunk_size=PUT_PART, max_concurrency=PARTS_AT_ONCE
            )
        length = (await in_thread(source.stat)).st_size
        if await self.size(key) != length:  # The only other copy goes next.
            raise OSError(f"the bucket has not all of {key}")
        await in_thread(source.unlink)

    async def size(self, key: str) -> int | None:
        """See Storage."""
        try:
            with _told():
                return (await obstore.head_async(self._store, key))["size"]
        except FileNotFoundError:
            return None

    async def read(self, key: str, first: int, end: int) -> AsyncIterator[bytes]:
        """See Storage."""
        # Each part is asked for by itself: one answer has to be over in half a minute, and whoever
        # takes what is read may be slow.
        while first < end:
            upto = min(first + READ_PART, end)
            with _told():
                part = await obstore.get_range_async(self._store, key, start=first, end=upto)
            if len(part) != upto - first:
                raise OSError(f"the bucket has not sent all of {key}")
            yield bytes(part)
            first = upto

    async def delete(self, *keys: str) -> None:
        """See Storage."""
        for key in keys:
            await in_thread((self._workplace / key).unlink, missing_ok=True)
            with _told():
                await obstore.delete_async(self._store, key)


@contextmanager
def _told() -> Iterator[None]:
    """What the library says, as a storage says it."""
    try:
        yield
    except BaseError as error:
        raise OSError(str(error).partition("\n")[0]) from None
