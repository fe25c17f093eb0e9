"""Passkeys by the JSON API: added, used alone and as second factor, and what attackers try."""

import asyncio
from typing import Any

import pytest

from models import NameKey, Passkey, User
from models.names import name_keys
from tests.support.authenticator import PRESENT, Authenticator
from tests.support.factories import MakePerson
from tests.support.person import PASSWORD, Person, unique
from tests.support.second_factor import ask, is_logged_in, let_pass, run_sql, ticket
from tests.support.server import Server
from tests.support.tables import opened

OK = (200, "")
BAD = (422, "bad_passkey")
ALONE = "/api/session/passkey"
OPTIONS = f"{ALONE}/options"


async def options(person: Person, path: str = OPTIONS, **body: str) -> dict[str, Any]:
    """What the server wants signed."""
    answer = await person.http.post(path, json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def add(person: Person, label: str = "My phone") -> Authenticator:
    """Add a passkey to the person's account."""
    device = Authenticator(person.server.url)
    made = device.create(await options(person, "/api/passkeys/options"))
    answer = await person.http.post("/api/passkeys", json={"label": label, "credential": made})
    assert answer.status_code == 201, answer.text
    return device


async def log_in(person: Person, device: Authenticator) -> tuple[int, str]:
    """By the passkey alone."""
    signed = device.get(await options(person))
    return await ask(person, ALONE, credential=signed)


async def test_add_use_rename_remove(shared_server: Server, person: MakePerson) -> None:
    anna = await person("anna")
    device = await add(anna)
    (mine,) = (await anna.http.get("/api/factors")).json()["passkeys"]
    assert (mine["label"], mine["last_used_at"]) == ("My phone", None)
    asked = await options(anna, "/api/passkeys/options")
    assert len(asked["excludeCredentials"]) == 1
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    async with Person(shared_server) as new:
        assert await log_in(new, device) == OK
        assert await is_logged_in(new)
    async with Person(shared_server) as new:
        token = await ticket(new, anna.username)
        signed = device.get(await options(new, ticket=token))
        assert await ask(new, "/api/session/factor", ticket=token, credential=signed) == OK
    path = f"/api/passkeys/{mine['id']}"
    assert (await anna.http.patch(path, json={"label": "  Key \t ring "})).status_code == 204
    for bad in ("", " ", "x" * 65, "a\u0000b"):
        assert (await anna.http.patch(path, json={"label": bad})).json()["code"] == "bad_label"
    (mine,) = (await anna.http.get("/api/factors")).json()["passkeys"]
    assert mine["label"] == "Key ring"
    assert mine["last_used_at"]
    boris = await person("boris")
    assert (await boris.http.delete(path)).status_code == 404
    assert (await boris.http.patch(path, json={"label": "mine"})).status_code == 404
    assert (await anna.http.delete(path)).status_code == 204
    async with Person(shared_server) as new:
        assert await log_in(new, device) == BAD
        await new.login(anna.username)


async def test_an_account_is_made_with_a_passkey_alone(
    shared_server: Server, person: MakePerson
) -> None:
    anna = await person("anna")
    room = await anna.create_room()
    link = (await anna.http.post("/api/invites", json={"room_id": room})).json()["token"]
    site, name, there = shared_server.url, unique("boris"), "/api/users/passkey/options"
    async with Person(shared_server) as new:
        for wrong, code in (
            ({"username": anna.username}, "username_taken"),
            ({"username": "!"}, "bad_username"),
            ({"username": name, "invite": "A" * 43}, "not_found"),
        ):
            assert (await ask(new, there, **wrong))[1] == code
        invited = {"username": name, "invite": link}

        async def made(device: Authenticator, asked: dict[str, Any]) -> tuple[int, str]:
            return await ask(new, "/api/users", **invited, credential=device.create(asked))

        wrong_site = Authenticator("https://evil.example")
        assert await made(wrong_site, await options(new, there, **invited)) == BAD
        assert await made(Authenticator(site), await options(anna, "/api/passkeys/options")) == BAD
        device, asked = Authenticator(site), await options(new, there, **invited)
        assert (await made(device, asked))[0] == 201
        assert await made(Authenticator(site), asked) == BAD, "a challenge is good once"
        assert await log_in(new, device) == OK
        assert [each["id"] for each in await new.rooms()] == [room]
        assert len((await new.http.get("/api/factors")).json()["passkeys"]) == 1
        assert await log_in(new, device.like(handle="MQ")) == BAD
    async with Person(shared_server) as new:
        alone = {"username": unique("clara")}
        asked = await options(new, there, **alone)
        assert await ask(new, "/api/users", **alone, credential=device.create(asked)) == BAD
        clara = Authenticator(site)
        asked = await options(new, there, **alone)
        assert (await ask(new, "/api/users", **alone, credential=clara.create(asked)))[0] == 201
        assert await log_in(new, clara) == OK
        assert (await ask(new, "/api/users", **alone))[1] == "bad_password"


async def test_only_what_this_site_has_asked_for_is_added(
    shared_server: Server, person: MakePerson
) -> None:
    anna, boris = await person("anna"), await person("boris")
    site = shared_server.url

    async def added(device: Authenticator, asked: dict[str, Any]) -> tuple[int, str]:
        return await ask(anna, "/api/passkeys", label="x", credential=device.create(asked))

    path = "/api/passkeys/options"
    assert await added(Authenticator("https://evil.example"), await options(anna, path)) == BAD
    assert await added(Authenticator(site, "evil.example"), await options(anna, path)) == BAD
    assert await added(Authenticator(site, flags=PRESENT), await options(anna, path)) == BAD
    assert await added(Authenticator(site), await options(boris, path)) == BAD
    assert await added(Authenticator(site, id=bytes(1024)), await options(anna, path)) == BAD
    assert await added(Authenticator(site), {**await options(anna), "user": {"id": "MQ"}}) == BAD
    asked = await options(anna, path)
    device = Authenticator(site)
    assert (await added(device, asked))[0] == 201
    assert await added(Authenticator(site), asked) == BAD, "a challenge is good once"
    assert await added(device, await options(anna, path)) == BAD, "it is there already"
    let_pass(shared_server, anna)
    assert await ask(anna, path) == (403, "confirmation_required")


async def test_signature_is_good_once_here_and_for_its_owner(
    shared_server: Server, person: MakePerson
) -> None:
    anna, boris = await person("anna"), await person("boris")
    device, other = await add(anna), await add(boris)
    async with Person(shared_server) as new:
        signed = device.get(await options(new))
        assert sorted(
            await asyncio.gather(*(ask(new, ALONE, credential=signed) for _ in range(3)))
        ) == [OK, BAD, BAD]
        for wrong in (
            device.like(origin="https://evil.example"),
            device.like(origin=f"{shared_server.url}0"),
            device.like(rp_id="evil.example"),
            device.like(flags=PRESENT),
            device.like(handle=other.handle),
            device.like(id=other.id),
            device.like(id=other.id, handle=other.handle),
            device.like(key=other.key),
            device.like(count=0),
        ):
            assert await log_in(new, wrong) == BAD, wrong
        device.count = 10
        assert await log_in(new, device) == OK


async def test_challenge_is_for_one_purpose_and_ends(
    shared_server: Server, person: MakePerson
) -> None:
    anna, boris = await person("anna"), await person("boris")
    device, other = await add(anna), await add(boris)
    factor = "/api/session/factor"
    async with Person(shared_server) as new:
        token = await ticket(new, anna.username)
        signed = device.get(await options(new))
        assert await ask(new, factor, ticket=token, credential=signed) == BAD
        signed = device.get(await options(new, ticket=token))
        assert await ask(new, ALONE, credential=signed) == BAD
        signed = other.get(await options(new, ticket=token))
        assert await ask(new, factor, ticket=token, credential=signed) == BAD, "of another user"
        signed = device.get(await options(new))
        over = "UPDATE passkey_challenge SET expires_at = '2026-01-01 00:00:00+00:00'"
        run_sql(shared_server, over)
        assert await ask(new, ALONE, credential=signed) == BAD
        await options(new)
        left = "SELECT count(*) FROM passkey_challenge WHERE expires_at < '2026-02-01'"
        assert run_sql(shared_server, left) == [(0,)]
        assert await log_in(new, device) == OK
    confirm = "/api/session/confirm"
    let_pass(shared_server, anna)
    for who, key in ((boris, device), (anna, other)):
        signed = key.get(await options(who, f"{confirm}/options"))
        assert await ask(anna, confirm, credential=signed) == BAD
    signed = device.get(await options(anna, f"{confirm}/options"))
    assert await ask(anna, confirm, credential=signed) == (204, "")


@pytest.mark.parametrize(
    "credential",
    [
        None,
        [],
        {},
        "text",
        {"id": "x", "rawId": "x", "type": "public-key", "response": {}},
        {"id": 1, "rawId": "é", "type": "public-key", "response": {"clientDataJSON": "e30"}},
        {"deep": [[[[[[]]]]]] * 100},
    ],
    ids=lambda value: str(value)[:20],
)
async def test_nonsense_is_no_passkey(person: MakePerson, credential: object) -> None:
    anna = await person("anna")
    assert await ask(anna, ALONE, credential=credential) == BAD
    assert await ask(anna, "/api/passkeys", label="x", credential=credential) == BAD


async def test_number_of_passkeys(shared_server: Server, person: MakePerson) -> None:
    anna = await person("anna")
    await add(anna)
    sql = "INSERT INTO passkey (user_id, credential_id, public_key, label, created_at)"
    sql += " VALUES (?, ?, '', '', '2026-01-01 00:00:00+00:00')"
    for number in range(Passkey.MAX - 1):
        run_sql(shared_server, sql, anna.id, f"{anna.id:04}{number:04}")
    made = Authenticator(shared_server.url).create(await options(anna, "/api/passkeys/options"))
    found = await ask(anna, "/api/passkeys", label="one more", credential=made)
    assert found == (422, "too_many_passkeys")


@pytest.mark.parametrize("second", ["passkey", "password"])
async def test_of_two_at_once_by_one_invitation_one_comes(
    each_server: Server, person: MakePerson, second: str
) -> None:
    """Of the other one nothing is left: no half an account, no key, and the name is free."""
    anna = await person("anna", on=each_server)
    room, names = await anna.create_room(), [unique("one"), unique("other")]
    link = (await anna.http.post("/api/invites", json={"room_id": room})).json()["token"]
    async with Person(each_server) as one, Person(each_server) as other:
        proofs = [await proof_of(one, names[0], link), {"password": PASSWORD}]
        if second == "passkey":
            proofs[1] = await proof_of(other, names[1], link)
        sent = [
            ask(new, "/api/users", username=name, invite=link, **proof)
            for new, name, proof in zip((one, other), names, proofs, strict=True)
        ]
        codes = [code for _, code in await asyncio.gather(*sent)]
        assert sorted(codes) == ["", "invite_used_up"]
        there = names[codes.index("")]
        lost = codes.index("invite_used_up")
        members = {each["username"] for each in (await anna.room(room))["members"]}
        assert members == {anna.username, there}
        async with opened(each_server.database_url):
            assert await User.filter(username__in=names).count() == 1
            assert not await NameKey.filter(key__in=name_keys(names[lost])).exists()
            theirs = await Passkey.all().values_list("user_id", flat=True)
            assert await User.filter(id__in=theirs).count() == len({*theirs})
        new = (one, other)[lost]
        assert not await is_logged_in(new)
        assert (await ask(new, "/api/users", username=names[lost], password=PASSWORD))[0] == 201


async def proof_of(new: Person, name: str, link: str) -> dict[str, Any]:
    """A new passkey, for an account that is to be made by this invitation."""
    asked = await options(new, "/api/users/passkey/options", username=name, invite=link)
    return {"credential": Authenticator(new.server.url).create(asked)}
