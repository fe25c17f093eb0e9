"""Exports that are meant to harm who is here already: by names, mentions, times and markup."""

import json
from datetime import UTC, datetime
from pathlib import Path

from models import Membership, Mention, Message, QueuedMail, User
from protocol.markup import to_html
from tests.imports.test_import_writer import counts, run
from tests.support.exports_of_others import DAY, GENERAL, mattermost, said, slack
from tests.support.tables import opened, people

RULER = {"id": "U1", "name": "ruler", "is_admin": True, "is_owner": True, "profile": {}}
THERE = [RULER, {**RULER, "name": "second"}, {"id": "U2", "name": "bob"}, {"id": "U2"}]
SCRIPT = '<script>alert(1)</script> &lt;img src=x onerror="alert(1)"&gt;'
TALK = [
    said(0, f"{SCRIPT} <javascript:alert(1)|click> <data:text/html,x|here>"),
    said(1, "<!channel> <!here> <@U1> @ruler @all", "U2"),
    said(1, "The same time again", "U2"),
    said(2, "\u202egnp.exe\u0000 <@U1|admin>"),
    said(4 * 10**9, "From the next century"),
    said(-(10**9) * 60, "From before all clocks"),
]


async def test_nobody_here_says_what_an_export_says(sqlite_url: str, tmp_path: Path) -> None:
    file = slack(tmp_path / "slack.zip", TALK, users=THERE, dms=[], channels=[GENERAL, GENERAL])
    async with opened(sqlite_url):
        (ruler,) = await people("ruler")
        await User.filter(id=ruler.id).update(server_role=User.ADMIN)
        report = await run(file)
        assert counts(report)["people"] == (2, 0, {"duplicate": 2})
        assert counts(report)["messages"] == (
            *(3, 0),
            {"duplicate": 1, "bad_time": 1, "future": 1, "unknown_room": 2},
        )
        # Whoever has the name there is somebody else here, with no rights, and is who was meant.
        accounts = {each.username: each.server_role for each in await User.all()}
        assert accounts == {"ruler": User.ADMIN, "ruler2": "", "bob": ""}
        assert not await Message.filter(author_id=ruler.id).exists()
        assert not await Membership.filter(user_id=ruler.id).exists()
        assert not await Mention.filter(user_id=ruler.id).exists()
        # "@all" and "<!channel>" call nobody together.
        assert not await Mention.filter(user_id=0).exists()
        assert not await QueuedMail.exists()
        for each in await Message.all():
            shown = to_html(each.body) or ""
            assert "<script" not in shown
            assert "<img" not in shown
            assert 'href="javascript' not in shown
            assert 'href="data' not in shown
            assert "\0" not in each.body
            assert each.created_at < datetime.now(UTC)


async def test_nor_does_mattermost(sqlite_url: str, tmp_path: Path) -> None:
    """Whose export says who is an administrator, and what was said by whom."""
    user = {"username": "ruler", "roles": "system_admin system_user", "teams": []}
    post = {"team": "t", "channel": "town", "user": "ruler", "message": "@all obey"}
    lines = [
        {"type": "user", "user": user},
        {"type": "post", "post": {**post, "create_at": DAY * 1_000 + 5}},
        {"type": "post", "post": {**post, "create_at": -(10**18)}},
        {"type": "post", "post": {**post, "create_at": 10**17}},
        {"type": "post", "post": {**post, "create_at": 10**400}},
    ]
    file = mattermost(tmp_path / "mattermost.zip", *map(json.dumps, lines))
    async with opened(sqlite_url):
        (ruler,) = await people("ruler")
        await User.filter(id=ruler.id).update(server_role=User.ADMIN)
        left = (await run(file)).tallies["messages"].left
        assert left["bad_time"] + left["future"] + left.get("broken", 0) >= 2
        assert await User.filter(server_role=User.ADMIN).count() == 1
        assert not await Message.filter(author_id=ruler.id).exists()
        (said_so,) = await Message.filter(body__contains="obey")
        assert (await User.get(id=said_so.author_id)).username == "ruler2"
        assert not await Mention.filter(user_id__in=(0, ruler.id)).exists()
