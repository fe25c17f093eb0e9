"""Settings by which administrators bind each other, and what of archived rooms is seen in lists."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.nodes import running
from tests.support.person import Person
from tests.support.second_factor import run_sql, set_up
from tests.support.server import Server

ENGLISH = {"Accept-Language": "en"}
NEEDED = {"admins_need_factor": True}


@pytest.fixture(scope="module")
async def node(folder: Path, sqlite: Any) -> AsyncIterator[Server]:
    """A server of its own, so that it is known who is the administrator."""
    async with running(folder, DATABASE_URL=sqlite.fresh(), RATE_LIMITS="off") as server:
        yield server


async def test_administrators_need_a_second_factor(node: Server) -> None:
    """Whoever turns it on has one: they cannot lock themselves out."""
    async with await Person.join(node, "chief") as chief, await Person.join(node) as other:
        run_sql(node, "UPDATE user_account SET server_role = 'admin'")
        refused = await chief.http.patch("/api/admin/settings", json=NEEDED)
        assert (refused.status_code, refused.json()["code"]) == (409, "own_factor_first")
        form = {"site_name": "Place", "registration": "open", "admins_need_factor": "on"}
        page = await chief.http.post("/admin/settings", data=form, headers=ENGLISH)
        assert page.status_code == 409
        assert "Set up a second factor" in page.text
        kept = (await chief.http.get("/api/admin/settings")).json()
        assert (kept["site_name"], kept["admins_need_factor"]) == ("Beseda", False)
        await set_up(chief)
        assert (await chief.http.post("/admin/settings", data=form)).status_code == 303
        assert (await chief.http.get("/api/admin/settings")).json()["admins_need_factor"] is True
        assert "checked" in (await chief.http.get("/admin/settings")).text
        assert (await other.http.get("/api/admin/settings")).json()["code"] == "factor_required"
        page = await chief.http.get("/admin/audit", headers=ENGLISH)
        assert "Administrators need a second factor" in page.text
        del form["admins_need_factor"]
        assert (await chief.http.post("/admin/settings", data=form)).status_code == 303
        assert (await other.http.get("/api/admin/settings")).is_success
        run_sql(node, "UPDATE user_account SET server_role = '' WHERE id = ?", other.id)


async def test_archived_rooms_are_marked_in_the_list(node: Server) -> None:
    async with await Person.join(node, "owner") as owner:
        old, room = await owner.create_room(name="Old plans"), await owner.create_room()
        run_sql(node, "UPDATE room SET archived_at = created_at WHERE id = ?", old)
        marks = {each["id"]: each.get("is_archived") for each in await owner.rooms()}
        assert marks == {old: True, room: None}
        page = await owner.http.get("/rooms/", headers=ENGLISH)
        assert page.text.count(">archived<") == 1
