"""How a message begins, as plain text; what the list of rooms shows of the latest of a room."""

from functools import lru_cache

from msgspec import UNSET, Struct, UnsetType

from protocol.plain_text import plain_text

LENGTH = 80  # Characters of the excerpt.
READ = 400  # So much of a text is looked at: marks and addresses take room; as models read it.


class LastMessage(Struct):
    """The latest message of a room that is not deleted. `message` is its beginning as plain text in
    one line, at most 80 characters. `change` is its own.
    """

    message_id: int
    change: int
    user_id: int
    username: str
    display_name: str | UnsetType = UNSET
    message: str = ""

    @property
    def shown_name(self) -> str:
        """What others see of the author's two names."""
        return self.display_name or self.username


def excerpt(text: str, length: int = LENGTH) -> str:
    """The beginning of a message in one line of at most `length` characters, which are no more than
    READ, without the signs of its markup; code as it is.
    """
    return _excerpt(text[:READ], length)


# 6 µs for a text with markup; most lists have the same texts as the one before.
@lru_cache(maxsize=4_096)
def _excerpt(text: str, length: int) -> str:
    line = " ".join(plain_text(text).split())
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"
