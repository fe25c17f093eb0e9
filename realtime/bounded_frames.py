"""What those are sent of a room's changes who do not see all of its messages.

What everybody is sent is encoded once. Of that they get what is about messages that they see, and
of a quote that they do not see its number alone; of all else, live, that there was a change.
"""

import re
from collections.abc import Sequence

import msgspec
from msgspec import UNSET, Raw

from protocol.encoding import encode_json
from protocol.server_frames import UnseenChange, encode
from realtime.encoded_change import EncodedChange
from realtime.quote_views import unseen_quote

# As `encode` writes it. In a text each of these quotation marks has a backslash before it.
_QUOTED = re.compile(rb'"reply_to":\{"message_id":(\d+)')
_ALL = 2**63


def resumed(page: Sequence[EncodedChange], from_number: int, locale: str) -> list[bytes]:
    """The frames of changes that were missed, as somebody sees them from this message on (0: from
    the first). What they do not see is left out: the numbers of what is resumed have gaps anyway.
    """
    if not from_number:
        return [each.frame for each in page]
    return [
        BoundedChange(each, locale).seen(from_number)
        for each in page
        if not 0 < each.message_id < from_number
    ]


class BoundedChange:
    """One change, and what is sent of it to those who see less: made when it is needed, once."""

    def __init__(self, change: EncodedChange, locale: str) -> None:
        self._change = change
        self._locale = locale
        quoted = _QUOTED.search(change.frame) if change.message_id else None
        self._quoted = int(quoted[1]) if quoted else _ALL
        self._unseen = self._without_quote = b""

    @property
    def oldest(self) -> int:
        """The oldest message that it is about, or quotes: who sees that one sees all of it."""
        return min(self._change.message_id or _ALL, self._quoted)

    def seen(self, from_number: int) -> bytes:
        """The frame for who sees messages from this one on."""
        if from_number <= self.oldest:
            return self._change.frame
        if self._change.message_id < from_number:
            self._unseen = self._unseen or self._as_unseen()
            return self._unseen
        self._without_quote = self._without_quote or self._with_unseen_quote()
        return self._without_quote

    def _as_unseen(self) -> bytes:
        first, change = self._change.first, self._change.change
        return encode(UnseenChange(change, first if first < change else UNSET))

    def _with_unseen_quote(self) -> bytes:
        fields = msgspec.json.decode(self._change.frame, type=dict[str, Raw])
        quote = encode_json(unseen_quote(self._quoted, self._locale))
        return encode_json({**fields, "reply_to": Raw(quote)})


class BoundedRun:
    """Changes that follow each other, for those who see less."""

    def __init__(self, run: Sequence[EncodedChange], locale: str) -> None:
        self._whole = [each.frame for each in run]
        self._changes = [BoundedChange(each, locale) for each in run]
        self._oldest = min(each.oldest for each in self._changes)

    def frames(self, from_number: int) -> list[bytes]:
        """The frames for who sees messages from this one on; 0: all of them."""
        if from_number <= self._oldest:
            return self._whole
        return [each.seen(from_number) for each in self._changes]
