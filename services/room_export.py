"""All that was said in a room: as lines that are chained by their hashes, and as a page."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import msgspec

from cooperative import in_slices
from models import Membership, StoredMessage
from models.exported_lines import (
    EndLine,
    ExportedFile,
    ExportedReaction,
    Line,
    MessageLine,
    RoomLine,
)
from models.exports import record_room_export
from models.hash_chain import HashChain
from models.queries.room_export import messages_behind
from services.chained_page import ChainedPage
from services.export_files import Draft, ExportFiles, Workplace
from services.export_pages import Words
from services.exported_files import ExportedFiles
from services.files import Files
from services.jobs import Running
from services.policy import Right, require

FORMAT = 1


class RoomExport:
    """Makes the zip: `messages.jsonl` for programs, and `index.html` for people."""

    def __init__(self, files: ExportFiles, stored: Files) -> None:
        self._files = files
        self._stored = stored

    async def __call__(self, running: Running) -> tuple[str, int]:
        """See services.jobs.Work. Whoever owns the room no more gets nothing."""
        job = running.job
        owner = await Membership.of(job.user_id, job.room_id or 0)
        require(Right.EXPORT_ROOM, owner)
        words = Words(msgspec.json.decode(job.payload, type=dict[str, str]).get("locale", ""))
        async with self._files.workplace(job.id) as place:
            files = ExportedFiles(self._stored, place, running)
            chain = await _Export(owner, running, words, files).run(place)
            packed = await place.pack(running.keep)
        await record_room_export(job, chain.length - 2, chain.hash)
        return packed


class _Export:
    def __init__(
        self, owner: Membership, running: Running, words: Words, files: ExportedFiles
    ) -> None:
        self._room = owner.room
        self._from_number: int = owner.bound
        self._by = owner.user
        self._running = running
        self._files = files
        self._chain = HashChain()
        self._page = ChainedPage(words)

    async def run(self, place: Workplace) -> HashChain:
        async with place.file("messages.jsonl") as lines, place.file("index.html") as page:
            await page.write(self._page.head(self._room.name).encode())
            await self._add(self._about(), lines, page)
            async for part in self._parts():
                async for message in in_slices(part):
                    files = await self._files.add(message.files) if message.files else ()
                    await self._add(line_of(message, files), lines, page)
            await self._add(EndLine(self._chain.length), lines, page)
            await page.write(self._page.end(self._chain.hash).encode())
        return self._chain

    async def _add(self, line: Line, lines: Draft, page: Draft) -> None:
        await lines.write(f"{self._chain.add(line)}\n".encode())
        await page.write(self._page.line(line, self._chain.hash).encode())

    async def _parts(self) -> AsyncIterator[list[StoredMessage]]:
        after, upto = self._unseen, self._room.revision
        while part := await messages_behind(self._room.id, after, upto):
            after = part[-1].message_id
            yield part
            await self._running.report(after, upto)

    def _about(self) -> RoomLine:
        return RoomLine(
            format=FORMAT,
            room_id=self._room.id,
            name=self._room.name,
            exported_at=_stamp(datetime.now(UTC)),
            exported_by=self._by.username,
            messages=self._room.revision - self._unseen,
            history_from=self._from_number,
        )

    @property
    def _unseen(self) -> int:
        """How many messages they do not see: those that were there before them."""
        return max(self._from_number - 1, 0)


def line_of(message: StoredMessage, files: tuple[ExportedFile, ...] = ()) -> MessageLine:
    """A message as a line."""
    is_deleted = message.is_deleted
    reactions = [ExportedReaction(each.emoji, each.count) for each in message.tallies]
    return MessageLine(
        message_id=message.message_id,
        timestamp=_stamp(message.created_at),
        user_id=message.author_id,
        username=message.username,
        display_name=message.display_name,
        message=None if is_deleted else message.body,
        edited_at=_stamp(message.edited_at) if message.edited_at else "",
        reply_to=None if is_deleted else message.reply_to,
        reactions=tuple(reactions),
        is_deleted=is_deleted,
        files=files,
    )


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
