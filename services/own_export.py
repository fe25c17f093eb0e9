"""All that somebody has left here, in one file for themselves."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace

from cooperative import in_slices
from models import Refusal, User
from models.own_data import OwnMessage, ProfileData, RoomData
from models.queries import own_data as data
from services.export_files import Draft, ExportFiles, Workplace
from services.export_pages import PAGE_END, Words, facts, page_head, shown, when
from services.exported_files import ExportedFiles, list_of
from services.files import Files
from services.jobs import Running
from services.pictures import largest


class OwnExport:
    """Makes the zip: JSON for programs, and a page for people."""

    def __init__(self, files: ExportFiles, stored: Files) -> None:
        self._files = files
        self._stored = stored

    async def __call__(self, running: Running) -> tuple[str, int]:
        """See services.jobs.Work."""
        job = running.job
        user = await User.get_or_none(id=job.user_id)
        if user is None or user.is_deleted:
            raise Refusal("not_found")
        async with self._files.workplace(job.id) as place:
            words, files = Words(_locale(job.payload)), ExportedFiles(self._stored, place, running)
            await _Export(user, running, place, words, files).run()
            return await place.pack(running.keep)


class _Export:
    def __init__(
        self, user: User, running: Running, place: Workplace, words: Words, files: ExportedFiles
    ) -> None:
        self._user = user
        self._running = running
        self._place = place
        self._words = words
        self._files = files

    async def run(self) -> None:
        profile = await data.profile_data(self._user)
        rooms = await data.room_data(self._user.id)
        lists: dict[str, Sequence[msgspec.Struct]] = {
            "rooms": rooms,
            "logins": await data.login_data(self._user.id),
            "drafts": await data.draft_data(self._user.id),
            "reports": await data.report_data(self._user.id),
            "held": await data.held_data(self._user.id),
            "notices": await data.notice_data(self._user.id),
            "bans": await data.ban_data(self._user.id),
        }
        await self._store("profile.json", profile)
        for name, rows in lists.items():
            await self._store(f"{name}.json", list(rows))
        if picture := await largest(self._user.picture):
            async with self._place.file("picture.webp") as file:
                await file.write(picture)
        await self._store_parts()
        async with self._place.file("index.html") as page:
            await page.write(self._head(profile).encode())
            await self._messages(rooms, page)
            await page.write(PAGE_END.encode())

    async def _store(self, name: str, content: object) -> None:
        async with self._place.file(name) as file:
            await file.write(msgspec.json.format(msgspec.json.encode(content), indent=2))

    async def _store_parts(self) -> None:
        async with self._place.file("audit.jsonl") as file:
            after, upto = -1, 0
            while upto > after:
                after = upto
                acts, upto = await data.act_data(self._user.id, after)
                await file.write(_lines(acts))
                await self._running.keep()
        async with self._place.file("reactions.jsonl") as file:
            last = 0
            while reactions := await data.own_reactions(self._user.id, last):
                last = reactions[-1].id
                await file.write(_lines(reactions))
                await self._running.keep()

    async def _messages(self, rooms: list[RoomData], page: Draft) -> None:
        counts = {}
        for room in rooms:
            counts[room.id] = await data.count_messages(self._user.id, room.id)
            await self._running.keep()
        total, done = sum(counts.values()), 0
        async with self._place.file("messages.jsonl") as file:
            for room in rooms:
                if counts[room.id]:
                    await page.write(self._room_head(room, counts[room.id]).encode())
                async for part in self._parts(room):
                    await file.write(_lines(part))
                    async for message in in_slices(part):
                        await page.write(self._message(message).encode())
                    done += len(part)
                    await self._running.report(done, max(total, done))

    async def _parts(self, room: RoomData) -> AsyncIterator[list[OwnMessage]]:
        after = 0
        while part := await data.own_messages(self._user.id, room, after):
            after = part[-1][0].message_id
            yield [
                replace(message, files=await self._files.add(files)) if files else message
                for message, files in part
            ]

    def _head(self, profile: ProfileData) -> str:
        _ = self._words
        return (
            page_head(_.locale, _("Data of %(name)s", name=self._user.shown_name))
            + facts(
                [
                    (_("Made on"), when(datetime.now(UTC)) + " UTC"),
                    (_("Username"), profile.username),
                    (_("Display name"), profile.display_name or "—"),
                    (_("Created"), when(profile.created_at)),
                    (_("Last seen"), when(profile.last_seen)),
                ]
            )
            + f'<p class="note">{shown(_(_ABOUT))}</p>\n'
        )

    def _room_head(self, room: RoomData, count: int) -> str:
        _ = self._words
        name = room.name or _("A room that you have left (number %(id)s)", id=room.id)
        left = f" · {_('You left: %(time)s', time=when(room.left_at))}" if room.left_at else ""
        return (
            f'<h2>{shown(name)}</h2>\n<p class="note">{shown(_.messages(count))}{shown(left)}</p>\n'
        )

    def _message(self, message: OwnMessage) -> str:
        _ = self._words
        edited = f" · {_('edited')}" if message.edited_at else ""
        answers = (
            f" · {_('reply to #%(number)s', number=message.reply_to)}" if message.reply_to else ""
        )
        head = f"#{message.message_id} · {when(message.timestamp)}{edited}{answers}"
        texts = f'<p class="gone">{shown(_("Message deleted"))}</p>'
        if message.deleted_at is None:
            texts = f'<div class="text">{shown(message.message)}</div>{list_of(message.files)}'
        for version in message.versions:
            earlier = shown(_("Earlier text, of %(time)s", time=when(version.written_at)))
            text = shown(version.message)
            texts += f'<p class="note">{earlier}</p><div class="text">{text}</div>'
        return f'<article><div class="head">{shown(head)}</div>{texts}</article>\n'


_ABOUT = (
    "All that you have written here, in rooms that you have left too. The other files have the same"
    " and more for programs. What others have written is not in it, but for the"
    " reasons that you were given."
)


def _lines(rows: Sequence[msgspec.Struct]) -> bytes:
    return b"".join(msgspec.json.encode(each) + b"\n" for each in rows)


def _locale(payload: str) -> str:
    locale: str = msgspec.json.decode(payload, type=dict[str, str]).get("locale", "")
    return locale
