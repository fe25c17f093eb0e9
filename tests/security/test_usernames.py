"""Nobody is registered by what looks like the username of somebody else, in whatever letters."""

import asyncio
from pathlib import Path

import pytest

from models import NameKey, Refusal, User
from models.name_key import fill_name_keys
from tests.support.databases import migrate
from tests.support.names import register
from tests.support.person import PASSWORD, unique
from tests.support.server import Server
from tests.support.tables import opened, people

ZWJ = "\u200d"


@pytest.mark.parametrize("name", ["all", "ALL", "aIl", "all.", "al1-_", "\uff41ll"])
async def test_nobody_is_called_as_everybody_is(shared_server: Server, name: str) -> None:
    answer = await register(shared_server, name)
    assert (answer.status_code, answer.json()["code"]) == (409, "username_taken")


@pytest.mark.parametrize(
    "pair",
    [
        ("{}alice", "{}aIice"),
        ("{}alice", "{}AIice"),
        ("{}modern", "{}rnodern"),
        ("{}bobo", "{}bob0"),
        ("{}hall", "{}ha1l"),
        ("{}alice", "{}\uff41lice"),
        # Whole names in Cyrillic, or Greek, that look like Latin ones.
        ("{}scope", "{}\u0455\u0441\u043e\u0440\u0435"),
        ("{}TOM", "{}\u0422\u041e\u041c"),
        ("{}oo", "{}\u03bf\u03bf"),
        ("{}alice", "{}\u0430\u04cf\u0456\u0441\u0435"),  # With a palochka.
        ("{}alice", "{}\u0430\u04c0\u0456\u0441\u0435"),
    ],
    ids=ascii,
)
async def test_names_that_look_alike_are_given_once(
    shared_server: Server, pair: tuple[str, str]
) -> None:
    # Digits and a dot belong to no script.
    prefix = unique("") + "." + unique("") + "."
    first, second = (name.format(prefix) for name in pair)
    assert (await register(shared_server, first)).status_code == 201
    answer = await register(shared_server, second)
    assert (answer.status_code, answer.json()["code"]) == (409, "username_taken")
    answer = await register(shared_server, first + "x")
    assert answer.status_code == 201, "another name is free"


@pytest.mark.parametrize(
    "name",
    [
        "\u0430lice",  # Cyrillic а
        "\u03b1lice",  # Greek α
        "Дмитрий-ivan",
        "alice\u3164",
        "alice\u115f",
        "alice\u2800",
        "ali\u034fce",
        "alice\ufe0f",
        f"ali{ZWJ}ce",
        "ali\u00adce",
        "ali\u0337ce",  # A stroke through the letter.
        "a" + "\u0301" * 9,
        "12\u0663",  # Digits of two systems.
        "_alice",
    ],
    ids=ascii,
)
async def test_names_that_there_are_not(shared_server: Server, name: str) -> None:
    answer = await register(shared_server, name)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_username")
    assert "одного алфавита" in answer.json()["message"]


@pytest.mark.parametrize(
    "name",
    ["Алёна", "Élise", "محمد", "山田たろう", "김철수", "हिन्दी", "Ελένη", "a_b.c-d", "Anna山田"],
)
async def test_names_in_any_one_script(shared_server: Server, name: str) -> None:
    answer = await register(shared_server, unique(f"{name}."))
    assert answer.status_code == 201, answer.text


async def test_of_names_that_look_alike_one_wins(database_url: str) -> None:
    names = ["modern", "rnodern", "Modern", "MODERN", "RNODERN"]
    async with opened(database_url):
        tried = (User.register(name, PASSWORD) for name in names)
        results = await asyncio.gather(*tried, return_exceptions=True)
        winners = [result for result in results if isinstance(result, User)]
        refused = [result.code for result in results if isinstance(result, Refusal)]
        assert len(winners) == 1, results
        assert refused == ["username_taken"] * 4
        assert await User.all().count() == 1


async def test_who_was_here_before_there_were_keys(database_url: str) -> None:
    """Their names may look alike: they keep them and log in, and nobody else gets one."""
    async with opened(database_url):
        alice = await User.register("alice", PASSWORD)
        imposter = await User.register("imposter", PASSWORD)
        name = "\u0430lice"
        await User.filter(id=imposter.id).update(username=name, username_key=name)
        await User.filter(id=alice.id).update(display_name="Алиса")
        await NameKey.all().delete()
        # The version before has registered somebody while this one serves already.
        with pytest.raises(Refusal, match="username_taken"):
            await User.register("aIice", PASSWORD)
        await NameKey.all().delete()
        await fill_name_keys()
        await fill_name_keys()
        assert (await User.authenticate(name, PASSWORD)).id == imposter.id
        assert (await User.authenticate("alice", PASSWORD)).id == alice.id
        holders = await NameKey.filter(display_of=0).values_list("user_id", flat=True)
        assert holders == [alice.id], "the first has the key"
        with pytest.raises(Refusal, match="username_taken"):
            await User.register("Алиса", PASSWORD)


async def test_many_get_their_keys(database_url: str) -> None:
    async with opened(database_url):
        crowd = await people(*(f"user{number}" for number in range(600)))
        await fill_name_keys()
        holders = await NameKey.all().values_list("user_id", flat=True)
        assert set(holders) == {each.id for each in crowd}


async def test_migrate_gives_keys(database_url: str, folder: Path) -> None:
    async with opened(database_url):
        await people("alice")
    await migrate(database_url, folder)
    async with opened(database_url):
        assert await NameKey.all().count() == 1


async def test_database_alone_lets_one_win(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of processes that have looked at the same time."""

    async def free(*_: object, **__: object) -> bool:
        return False

    monkeypatch.setattr(NameKey, "are_held", free)
    async with opened(database_url):
        await User.register("modern", PASSWORD)
        with pytest.raises(Refusal, match="username_taken"):
            await User.register("rnodern", PASSWORD)
        assert await User.all().count() == 1
