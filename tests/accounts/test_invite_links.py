"""Links by which people come, on both databases: races, refusals that use nothing up, and makers
who may no longer invite.
"""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import pytest
from tortoise.exceptions import IntegrityError
from tortoise.timezone import now

from models import AuditEntry, InviteLink, InviteUse, Membership, Refusal, RoomChange, User
from models.admission import Leave
from models.database import atomically
from models.invite_admission import ComeByLink, RegisterByLink, TakeBack, good_link
from models.invite_link import digest_of, forget_dead_links, make_link, revoke_link
from models.queries.invite_links import find_link, uses_of
from models.site_settings import store_setting
from tests.support.tables import opened, people, room_of

WEEK = InviteLink.LIFETIME
MANY = 100


async def come(token: str, room_id: int, user: User, most: int = MANY) -> Any:
    """Come into a room as somebody who has an account."""
    return await atomically(ComeByLink(digest_of(token), room_id, user, most).store)


async def register(
    token: str, name: str, room_id: int | None = None, most: int = MANY, *, waits: bool = False
) -> User:
    """Make an account by a link."""
    about = (name, "no hash", digest_of(token), room_id, most, waits)
    user, _ = await atomically(RegisterByLink(*about).store)
    return user


async def code(work: Awaitable[Any]) -> str:
    """Return the code of the refusal, "in" for none."""
    try:
        await work
    except Refusal as refusal:
        return refusal.code
    except IntegrityError:
        return "taken"
    return "in"


async def admin() -> User:
    """Store an administrator."""
    (user,) = await people("root")
    await User.filter(id=user.id).update(server_role=User.ADMIN)
    return await User.get(id=user.id)


async def test_of_many_at_once_as_many_come_as_may(database_url: str) -> None:
    async with opened(database_url):
        anna, *others = await people("anna", *(f"guest{number}" for number in range(8)))
        room = await room_of(anna)
        link, token = await make_link(anna, room, 3, WEEK)
        came = await asyncio.gather(*(code(come(token, room, user)) for user in others))
        assert sorted(came) == ["in"] * 3 + ["invite_used_up"] * 5
        assert await Membership.filter(room_id=room).count() == 4
        inside = {user.id for user, how in zip(others, came, strict=True) if how == "in"}
        uses = await uses_of([link])
        assert {use.person.id for use in uses[link]} == inside
        acts = await AuditEntry.filter(action="invite_used")
        assert {(act.actor_id, act.room_id) for act in acts} == {(id_, room) for id_ in inside}
        changes = await RoomChange.filter(room_id=room).order_by("change")
        assert [change.change for change in changes] == [1, 2, 3], "as many joined, without a gap"


async def test_of_many_new_ones_as_many_come_as_may(database_url: str) -> None:
    async with opened(database_url):
        _, token = await make_link(await admin(), None, 2, WEEK)
        names = [f"new{number}" for number in range(6)]
        came = await asyncio.gather(*(code(register(token, name)) for name in names))
        assert sorted(came) == ["in"] * 2 + ["invite_used_up"] * 4
        assert await User.filter(username__startswith="new").count() == 2
        same = (await make_link(await User.get(username="root"), None, 2, WEEK))[1]
        came = await asyncio.gather(*(code(register(same, "twin")) for _ in range(2)))
        assert sorted(came) == ["in", "taken"]
        found = await find_link(digest_of(same))
        assert found is not None
        assert found.uses == 1, "whose name is taken uses nothing up"


async def test_what_is_refused_uses_nothing_up(database_url: str) -> None:
    async with opened(database_url):
        root = await admin()
        boris, clara = await people("boris", "clara")
        room = await room_of(root, boris)
        link, token = await make_link(root, room, 1, WEEK)
        assert await code(come(token, room, clara, most=2)) == "too_many_members"
        assert await code(register(token, "new", room, most=2)) == "too_many_members"
        assert await code(register(token, "boris", room)) == "taken"
        assert not await User.exists(username="new")
        assert await come(token, room, boris) == (False, []), "who is in it already"
        assert (await InviteLink.get(id=link)).uses == 0
        assert not await InviteUse.exists()
        assert await code(come(token, room, clara)) == "in"
        assert await code(register(token, "new", room)) == "invite_used_up"
        assert await come(token, room, clara) == (False, []), "the same one again"


async def test_a_link_dies_with_the_right_to_make_it(database_url: str) -> None:
    async with opened(database_url):
        root = await admin()
        anna, boris = await people("anna", "boris")
        room = await room_of(anna, root)
        _, to_server = await make_link(root, None, None, None)
        _, to_room = await make_link(anna, room, None, WEEK)
        assert await code(make_link(anna, room, 1, None)) == "not_admin", "for ever"
        assert await code(make_link(boris, None, 1, WEEK)) == "not_admin"
        assert await code(make_link(boris, room, 1, WEEK)) == "not_owner"

        async def states() -> list[str]:
            return [await code(good_link(digest_of(each))) for each in (to_server, to_room)]

        assert await states() == ["in", "in"]
        await User.filter(id=root.id).update(server_role="")
        await Membership.filter(room_id=room, user_id=anna.id).update(role="member")
        assert await states() == ["invite_revoked", "invite_revoked"]
        await User.filter(id=root.id).update(server_role=User.ADMIN)
        await Membership.filter(room_id=room, user_id=anna.id).update(role="owner")
        assert await states() == ["in", "in"]
        await User.filter(id__in=[root.id, anna.id]).update(state=User.DISABLED)
        assert await states() == ["invite_revoked", "invite_revoked"]
        await User.filter(id__in=[root.id, anna.id]).update(state="")
        await atomically(Leave(await Membership.of(anna.id, room), anna.id).store)
        assert await states() == ["in", "invite_revoked"]


async def test_dead_links_are_forgotten_but_not_who_came_by_them(database_url: str) -> None:
    async with opened(database_url):
        anna, boris = await people("anna", "boris")
        room = await room_of(anna)
        made = [await make_link(anna, room, None, WEEK) for _ in range(5)]
        (used, token), (over, _), (revoked, _), (late, _), (good, _) = made
        assert await code(come(token, room, boris)) == "in"
        long_ago = now() - InviteLink.KEPT - timedelta(minutes=1)
        await InviteLink.filter(id__in=[used, over]).update(expires_at=long_ago)
        await InviteLink.filter(id=revoked).update(revoked_at=long_ago)
        await InviteLink.filter(id=late).update(revoked_at=long_ago + timedelta(minutes=2))
        assert await forget_dead_links() == 2
        left = [link.id for link in await InviteLink.all().order_by("id")]
        assert left == [used, late, good]
        assert [use.person.id for use in (await uses_of([used]))[used]] == [boris.id]


async def test_members_invite_where_that_is_set(database_url: str) -> None:
    async with opened(database_url):
        (anna,) = await people("anna")
        await atomically(lambda connection: store_setting("members_invite", True, connection))
        _, token = await make_link(anna, None, 1, WEEK)
        assert await code(make_link(anna, None, 1, None)) == "not_admin"
        assert not (await register(token, "boris", waits=True)).state, "needs no approval"
        await atomically(lambda connection: store_setting("members_invite", False, connection))
        assert await code(good_link(digest_of(token))) == "invite_used_up"
        assert await code(make_link(anna, None, 1, WEEK)) == "not_admin"


async def test_approval_is_not_got_round_by_a_room(database_url: str) -> None:
    async with opened(database_url):
        (anna,) = await people("anna")
        room = await room_of(anna)
        _, token = await make_link(anna, room, None, WEEK)
        assert (await register(token, "boris", room, waits=True)).state == User.WAITING
        assert not (await register(token, "clara", room, waits=False)).state
        root = await admin()
        await atomically(ComeByLink(digest_of(token), room, root, MANY).store)
        await Membership.filter(room_id=room, user_id=root.id).update(role="owner")
        _, by_admin = await make_link(root, room, None, WEEK)
        assert not (await register(by_admin, "dora", room, waits=True)).state


async def test_who_was_removed_needs_a_later_link(database_url: str) -> None:
    async with opened(database_url):
        anna, boris = await people("anna", "boris")
        room = await room_of(anna, boris)
        link, token = await make_link(anna, room, None, WEEK)
        await atomically(Leave(await Membership.of(boris.id, room), boris.id).store)
        assert await code(come(token, room, boris)) == "in", "who has left comes back"
        await atomically(Leave(await Membership.of(boris.id, room), anna.id).store)
        assert await code(come(token, room, boris)) == "removed_by_owner"
        assert (await InviteLink.get(id=link)).uses == 1
        _, later = await make_link(anna, room, None, WEEK)
        assert await code(come(later, room, boris)) == "in"


async def test_links_end(database_url: str) -> None:
    async with opened(database_url):
        anna, boris, clara = await people("anna", "boris", "clara")
        room = await room_of(anna, clara)
        link, token = await make_link(anna, room, None, WEEK)
        assert len(token) == 43
        assert (await InviteLink.get(id=link)).token_digest != token
        assert not await revoke_link(link, boris, as_admin=False)
        assert not await revoke_link(link, clara, as_admin=False), "a mere member"
        assert not await revoke_link(link + 1, anna)
        assert await revoke_link(link, anna)
        assert await revoke_link(link, anna)
        assert await AuditEntry.filter(action="invite_revoked").count() == 1
        assert await code(come(token, room, boris)) == "invite_revoked"
        assert await code(good_link(digest_of("guessed"))) == "not_found"
        other, expired = await make_link(anna, room, None, WEEK)
        await InviteLink.filter(id=other).update(expires_at=now() - timedelta(seconds=1))
        assert await code(come(expired, room, boris)) == "invite_expired"
        root = await admin()
        await User.filter(id=root.id).update(state=User.DISABLED)
        assert await code(revoke_link(other, root)) == "not_admin", "who may not log in by now"
        await User.filter(id=root.id).update(state="")
        assert await revoke_link(other, root), "administrators revoke any"


async def test_one_person_has_so_many_living_links(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(InviteLink, "MAX_LIVING", 2)
    async with opened(database_url):
        (anna,) = await people("anna")
        room = await room_of(anna)
        made = await asyncio.gather(*(code(make_link(anna, room, 1, WEEK)) for _ in range(4)))
        assert sorted(made) == ["in", "in", "too_many_invite_links", "too_many_invite_links"]
        link = await InviteLink.first()
        assert link is not None
        assert await revoke_link(link.id, anna)
        assert await code(make_link(anna, room, 1, WEEK)) == "in"


async def test_an_account_that_is_taken_back_leaves_nothing(database_url: str) -> None:
    """Whoever chose the same name as a display name at this very moment was first."""
    async with opened(database_url):
        (anna,) = await people("anna")
        room = await room_of(anna)
        link, token = await make_link(anna, room, 1, WEEK)
        user = await register(token, "boris", room)
        _, changes = await atomically(TakeBack(user, link, room).store)
        assert [change.kind for change in changes] == ["left"]
        assert not await User.exists(username="boris")
        assert await Membership.filter(room_id=room).count() == 1
        assert await code(register(token, "boris", room)) == "in"
