"""The files that messages are posted with, within the transaction that stores these."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from errors import Refusal
from models.attached_file import AttachedFile
from models.sql.fast_path import Steps
from models.sql.values import flat, marks, padded, table
from models.stored_message import Post

Owned = tuple[int, int, int]  # (room, user, file)


class Attachments:
    """Read by `steps`, where there are any: most messages have none, and pay nothing for it."""

    def __init__(self, is_sqlite: bool) -> None:
        self._is_sqlite = is_sqlite
        self._waiting: dict[Owned, AttachedFile] = {}
        self._numbers: dict[int, int] = {}

    def steps(self, posts: Sequence[Post]) -> Steps[None]:
        """Lock and read those that are to be attached: nobody deletes them before the commit."""
        if asked := sorted({file_id for post in posts for file_id in post.files}):
            ids = padded(asked)
            for row in (yield _select(len(ids), self._is_sqlite), ids):
                file = AttachedFile(*(*row[2:9], bool(row[9]), bool(row[10])))
                self._waiting[row[0], row[1], file.id] = file

    def of(self, post: Post) -> tuple[AttachedFile, ...]:
        """The post's files, in its order.

        Raises:
            Refusal: bad_files, where one of them is not its author's, not in this room, not
                complete, or attached already.
        """
        keys = [(post.room_id, post.author_id, file_id) for file_id in post.files]
        if len(set(keys)) < len(keys) or not all(key in self._waiting for key in keys):
            raise Refusal("bad_files")
        return tuple(self._waiting.pop(key) for key in keys)

    def attach(self, files: Iterable[AttachedFile], number: int) -> None:
        """They belong to the message with this number now."""
        self._numbers.update((file.id, number) for file in files)

    def store(self) -> Steps[None]:
        """Write it."""
        if self._numbers:
            pairs = padded(sorted(self._numbers.items()))
            yield _update(len(pairs)), flat(pairs)


@lru_cache
def _select(count: int, is_sqlite: bool) -> str:
    return (
        "SELECT room_id, user_id, id, name, content_type, size, width, height, alt, has_thumbnail,"
        " is_animated FROM file WHERE number IS NULL AND is_complete"
        f" AND id IN ({marks(count)}) ORDER BY id"
        f"{'' if is_sqlite else ' FOR UPDATE'}"
    )


@lru_cache
def _update(count: int) -> str:
    asked = table(count, "BIGINT", "BIGINT")
    return f"UPDATE file SET number = asked.column2 FROM {asked} AS asked WHERE id = asked.column1"
