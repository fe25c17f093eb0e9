"""Nobody is shown as somebody else: which display names there are, and which are taken."""

import asyncio

import pytest

from models import Profile, Refusal, User, profile
from tests.support.factories import MakePerson
from tests.support.names import register, show_as
from tests.support.person import PASSWORD, unique
from tests.support.tables import opened

ZWJ, ZWNJ = "\u200d", "\u200c"


@pytest.mark.parametrize(
    "name",
    [
        "Anna\ufe0f",
        "An\u034fna",
        "\u2800",
        "\u3164",
        "An\u200bna",
        f"An{ZWJ}na",
        "Anna\u202e",
        "@anna",
        "Anna @boris",
        "Anna \uff20boris",
        "\u0410nna",  # Cyrillic А
        "Z\u0301\u0301\u0301\u0301\u0301\u0301",
        "\U000e0041nna",
        "Anna\U0001d159",  # A note without a head.
        "\U0001d159",
        "Anna\U00016fe4",
        "\ufffc",
        "Anna\u0489",
        "Anna\u20e3",
        "\u0301",
        "Anna \u0301",
        "Anna\U0001107f",  # Joiners of other scripts.
        "Anna\U00011a47",
        "Anna\U00011a99",
        "Anna\u093e",  # A vowel of another script.
        "\u0410nna\u00b7",
        "\u0410\u043dna-",
        "...",
        "\u00b7 \u2013 \u00b7",
        "\ufdfa" * 60,  # A thousand characters, in a simpler form.
    ],
    ids=ascii,
)
async def test_display_names_that_there_are_not(person: MakePerson, name: str) -> None:
    anna = await person("anna")
    assert await show_as(anna, "Anna") == (200, "Anna"), "another name would do"
    assert await show_as(anna, name) == (422, "bad_display_name")


@pytest.mark.parametrize(
    "name",
    [
        "Анна Kim",
        "Ким Чхоль Су (金哲洙)",
        "Anna ❤\ufe0f",
        f"👩{ZWJ}💻 Anna",
        "Joe 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "No 1\ufe0f\u20e3",
        f"نامه{ZWNJ}ای",
        f"क्{ZWJ}ष",
        "O'Neil, Ω-tech 2°",
        "🇷🇺",
        "❤",
        "हिन्दी é พี่",
        "Đặng Thị 3 · 100м²",
    ],
    ids=ascii,
)
async def test_display_names_that_there_are(person: MakePerson, name: str) -> None:
    assert await show_as(await person("anna"), name) == (200, name)


async def test_nobody_is_shown_by_what_looks_like_the_username_of_another(
    person: MakePerson,
) -> None:
    name = unique("scope")
    alice, eve = await person("alice"), await person("eve")
    assert (await register(alice.server, name)).status_code == 201
    lookalike = name.replace("scope", "\u0455\u0441\u043e\u0440\u0435")
    signs = (f"{name} ·", f"«{name}»", f"{lookalike}.", f"{name} ✅", f"- {name}")
    for taken in (name, lookalike, name.upper(), name.replace("o", "0"), *signs):
        assert await show_as(eve, taken) == (409, "username_taken"), taken
    assert await show_as(alice, alice.username.title()) == (200, alice.username.title())


async def test_display_name_is_no_username_of_somebody_new(person: MakePerson) -> None:
    """As long as it is shown: another one sets it free, so that each person holds two names."""
    alice = await person("alice")
    name = unique("Scope")
    assert (await show_as(alice, name))[0] == 200
    for taken in (name, name.lower(), name.replace("Scope", "\u0405\u0441\u043e\u0440\u0435")):
        assert (await register(alice.server, taken)).json()["code"] == "username_taken", taken
    assert (await show_as(alice, ""))[0] == 200
    assert (await register(alice.server, name)).status_code == 201


async def test_username_and_display_name_chosen_at_once(database_url: str) -> None:
    """Neither sees the other's before it is stored: at most one of them stands."""
    async with opened(database_url):
        eve = await User.register("eve", PASSWORD)
        for number in range(5):
            name = f"scope{number}"
            results = await asyncio.gather(
                User.register(name, PASSWORD),
                Profile(display_name=name).save(eve),
                return_exceptions=True,
            )
            shown = (await User.get(id=eve.id)).display_name
            assert not (shown == name and await User.exists(username=name)), results


async def test_display_name_that_somebody_registers_meanwhile(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking whether it is free and storing it."""
    store = profile._store  # noqa: SLF001

    async def slowly(user: User, choices: dict[str, str]) -> None:
        if choices["display_name"]:
            await User.register("scope", PASSWORD)
        await store(user, choices)

    monkeypatch.setattr(profile, "_store", slowly)
    async with opened(sqlite_url):
        eve = await User.register("eve", PASSWORD)
        with pytest.raises(Refusal, match="username_taken"):
            await Profile(display_name="Scope").save(eve)
        assert (await User.get(id=eve.id)).display_name == ""


async def test_display_name_in_signs_is_no_username_of_somebody_new(person: MakePerson) -> None:
    alice = await person("alice")
    name = unique("scope")
    assert (await show_as(alice, f"«{name}»"))[0] == 200
    assert (await register(alice.server, name)).json()["code"] == "username_taken"
