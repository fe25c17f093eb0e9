"""What films of telephones and cameras (MP4, QuickTime), and AVIF and HEIC pictures, say beside
themselves is overwritten where it lies: the place, the camera, titles. The file stays as long as
it was, and nothing of it moves. These files are made of boxes, some of which are made of boxes.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

BOXES_MAX = 20_000  # What is behind these stays as it came.
_HEAD_MAX = 1 << 20  # Bytes of a box that is read whole.
_PART = bytes(64 << 10)
_CONTAINERS = frozenset((b"moov", b"trak", b"moof", b"traf", b"edts", b"mdia"))
_SAID = frozenset((b"udta", b"uuid", b"meta"))
# What is there instead: of Exif, which some decoders insist on, one without an entry. By "mime"
# pictures have XMP.
_ITEMS_SAID = {b"Exif": b"\0\0\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0", b"mime": b""}
_RAW = b"crx "  # Of Canon's raw pictures nothing can be seen without what they say.


class _Box(NamedTuple):
    """Where it begins, where what is in it begins, and where it ends."""

    kind: bytes
    start: int
    body: int
    end: int


def blank(path: Path) -> None:
    """Overwrite it in this file, if it is one of those. What is damaged stays as it is."""
    with path.open("r+b", buffering=0) as file:
        brand = os.pread(file.fileno(), 8, 4)
        if brand.startswith(b"ftyp") and brand[4:] != _RAW:
            _Boxes(file.fileno()).blank()


class _Boxes:
    """Those of one file. What is done is bounded: so many boxes, and as many bytes as it has."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._size = self._left = os.fstat(descriptor).st_size
        self._boxes = BOXES_MAX

    def blank(self) -> None:
        """A picture has its parts in the outermost `meta`: of that one only what they say goes."""
        for box in self._in(0, self._size):
            if box.kind != b"meta" or not self._blank_items(box):
                self._blank_box(box)

    def _blank_box(self, box: _Box, depth: int = 0) -> None:
        if box.kind in _SAID:
            os.pwrite(self._descriptor, b"free", box.start + 4)
            self._erase(box.body, box.end)
        elif box.kind in _CONTAINERS and depth < len(_CONTAINERS):
            for each in self._in(box.body, box.end):
                self._blank_box(each, depth + 1)

    def _in(self, at: int, end: int) -> Iterator[_Box]:
        while at + 8 <= end and self._boxes:
            self._boxes -= 1
            head = os.pread(self._descriptor, 16, at)
            size, kind, body = int.from_bytes(head[:4]), head[4:8], at + 8
            if size == 1:
                size, body = int.from_bytes(head[8:16]), at + 16
            elif size == 0:
                size = end - at
            if not body - at <= size <= end - at:
                return
            yield _Box(kind, at, body, at + size)
            at += size

    def _blank_items(self, meta: _Box) -> bool:
        """Whether it has any."""
        boxes = {box.kind: box for box in self._in(meta.body + 4, meta.end)}
        if b"iinf" not in boxes or b"iloc" not in boxes:
            return False
        said = self._items_said(boxes[b"iinf"])
        inner = boxes[b"idat"].body if b"idat" in boxes else self._size
        with contextlib.suppress(IndexError):
            for item, is_inner, offset, length in _extents(self._read(boxes[b"iloc"])):
                if item in said:
                    start = offset + (inner if is_inner else 0)
                    self._erase(start, start + length, said[item])
        return True

    def _items_said(self, iinf: _Box) -> dict[int, bytes]:
        count_size = 2 if self._read(iinf)[:1] == b"\0" else 4
        found = {}
        for box in self._in(iinf.body + 4 + count_size, iinf.end):
            about = self._read(box)
            id_end = 6 if about[:1] < b"\3" else 8
            if (kind := about[id_end + 2 : id_end + 6]) in _ITEMS_SAID:
                found[int.from_bytes(about[4:id_end])] = _ITEMS_SAID[kind]
        return found

    def _read(self, box: _Box) -> bytes:
        return os.pread(self._descriptor, min(box.end - box.body, _HEAD_MAX), box.body)

    def _erase(self, start: int, end: int, instead: bytes = b"") -> None:
        end = min(end, self._size, start + self._left)
        self._left -= max(0, end - start)
        if 0 < len(instead) <= end - start:
            start += os.pwrite(self._descriptor, instead, start)
        while start < end:
            start += os.pwrite(self._descriptor, _PART[: end - start], start)


def _extents(iloc: bytes) -> Iterator[tuple[int, bool, int, int]]:
    """(item, whether it is in `idat`, where it begins, how long it is) of each part of an item.

    Raises:
        IndexError: it ends too soon.
    """
    version, at = iloc[0], 6
    sizes = iloc[4] >> 4, iloc[4] & 15, iloc[5] >> 4, iloc[5] & 15 if version else 0

    def number(size: int) -> int:
        nonlocal at
        at += size
        return int.from_bytes(iloc[at - size : at]) if at <= len(iloc) else iloc[at]

    for _ in range(number(2 if version < 2 else 4)):
        item = number(2 if version < 2 else 4)
        is_inner = bool(version and number(2) & 15)
        number(2)
        base = number(sizes[2])
        for _ in range(number(2)):
            number(sizes[3])
            start, length = base + number(sizes[0]), number(sizes[1])
            yield item, is_inner, start, length
