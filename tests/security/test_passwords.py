"""Passwords that are easy to guess are refused, with a hint; passphrases pass."""

import contextlib

import pytest
from argon2 import PasswordHasher, extract_parameters
from zxcvbn import zxcvbn

from commands.demo import PASSWORD as DEMO
from models import Refusal, User, passwords
from models.passwords import ESTIMATED_MAX, LENGTH_MAX, check_strength
from tests.support.factories import MakePerson, OpenTab, StartServer
from tests.support.guest import Guest
from tests.support.person import PASSWORD, Person, unique
from tests.support.tables import opened

WEAK = [
    "password",
    "12345678",
    "qwertyuiop",
    "iloveyou1",
    "aaaaaaaaaaaaaaaaaaaaaaaa",
    "ab" * 128,
    "beseda123",
    "беседа123",
    "пароль123",
    "йцукен12345",
    "ЙЦУКЕНГШ",
    "привет123",
    "gfhjkm123",
    "margarita.k1",
    "margarita.k-margarita.k",
    "Маргарита1",
    "alice2024!",
    "Summer2024!",
    "!!2024 summer",
    "P@ssw0rd2024!",
    "любовь2024",
    "маша1990маша",
    "Солнышко-2024",
    "  password  ",
    "margarita.k          ",
]
STRONG = [
    PASSWORD,
    DEMO,
    "a new password",
    "мама мыла раму",
    "tr0ub4dor&3x",
    "kv8wq2zt",
    "summer rain 2024",
    "лето дождь 2024",
    "👍🏽🚲🌧🥁🐙🎹🧂🪑",
    "correct horse battery staple " * 8,
]


@pytest.mark.parametrize("password", WEAK)
def test_easy_to_guess(password: str) -> None:
    with pytest.raises(Refusal, match="weak_password"):
        check_strength(password, ("margarita.k", "Маргарита"))


@pytest.mark.parametrize("password", STRONG)
def test_hard_enough(password: str) -> None:
    check_strength(password, ("margarita.k", "Маргарита"))


@pytest.mark.parametrize("sign", ["4@3$5", "aA4@({[<", "1234567890", "12/31/1999", "password", "й"])
def test_estimate_takes_its_time_from_nobody(sign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the password and its owner's names: its time grows with what is looked at."""
    looked_at: list[str] = []

    def estimate(password: str, user_inputs: list[str]) -> object:
        looked_at.extend((password, *user_inputs))
        return zxcvbn(password, user_inputs=user_inputs)

    monkeypatch.setattr("zxcvbn.zxcvbn", estimate)
    with contextlib.suppress(Refusal):
        check_strength((sign * LENGTH_MAX)[:LENGTH_MAX], ("x" * LENGTH_MAX,))
    assert max(map(len, looked_at)) == ESTIMATED_MAX == 40


async def test_nobodys_hash_costs_as_much_as_anybodys() -> None:
    made = await passwords.hash_new(PASSWORD)
    assert extract_parameters(passwords.NOBODYS_HASH) == extract_parameters(made)
    assert await passwords.is_hash_of(made, PASSWORD)
    assert not await passwords.is_hash_of(passwords.NOBODYS_HASH, PASSWORD)


async def test_refused_at_registration_and_change_and_old_ones_serve(database_url: str) -> None:
    async with opened(database_url):
        with pytest.raises(Refusal, match="weak_password"):
            await User.register("alice", "password1")
        assert not await User.exists()
        alice = await User.register("alice", PASSWORD)
        with pytest.raises(Refusal, match="weak_password"):
            await alice.change_password(PASSWORD, "alice-alice")
        await User.filter(id=alice.id).update(password_hash=weak_hash())
        alice = await User.authenticate("alice", "password")
        await alice.change_password("password", "a new password")


def weak_hash() -> str:
    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash("password")


@pytest.mark.parametrize(
    ("locale", "hint"),
    [
        ("ru", "Он в десятке самых распространённых паролей."),
        ("en", "This is a top-10 common password."),
    ],
)
async def test_api_says_why(server: StartServer, locale: str, hint: str) -> None:
    node = await server(LOCALE=locale)
    async with Person(node) as alice:
        await alice.register("alice")
        await alice.login()
        body = {"username": "bob", "password": "password"}
        answer = await alice.http.post("/api/users", json=body)
        change = {"password": PASSWORD, "new_password": "password"}
        changed = await alice.http.post("/api/password", json=change)
    for each in (answer, changed):
        assert (each.status_code, each.json()["code"]) == (422, "weak_password")
        assert hint in each.json()["message"]


async def test_pages_say_why_beside_the_field(person: MakePerson, tab: OpenTab) -> None:
    alice = await person("alice")
    window = await tab(alice.server, locale="en")
    window.allow("422")
    page = window.page
    await page.goto("/register")
    await page.fill("[name=username]", unique("bob"))
    await page.fill("[name=password]", "qwertyuiop")
    await page.locator("main form .primary").click()
    assert "too easy to guess" in await page.locator("#password-error").inner_text()
    assert await page.locator("[name=password]").get_attribute("aria-invalid") == "true"
    guest = await Guest.of(window, alice)
    await guest.page.goto("/profile")
    await page.fill("[name=password]", PASSWORD)
    await page.fill("[name=new_password]", "qwertyuiop")
    await page.locator("form[action$='/profile/password'] button[type=submit]").click()
    assert "too easy to guess" in await page.locator("#new_password-error").inner_text()
