"""Passwords: how hard they are to guess, and their hashes. Both are work for a thread."""

import asyncio
import re
from collections.abc import Callable
from functools import cache
from typing import Any, ParamSpec, TypeVar

import icu
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from errors import Refusal, Text
from models.fair_queue import FairQueue

P = ParamSpec("P")
R = TypeVar("R")

LENGTH_MIN = 8
LENGTH_MAX = 256
# Of zxcvbn's 0 to 4. 2 takes a million guesses or more: with the limits on logins, years.
SCORE_MIN = 2
# The time that an estimate takes grows faster than the length: 2 ms for a sentence, 13 ms for the
# worst of 40 characters, 35 ms for the worst of 72. What is good in its beginning is good.
ESTIMATED_MAX = 40
# What is to be left of a password without the names in it.
BESIDES_NAMES_MIN = 4
# One hash takes some 20 ms, two at a time: whoever comes last waits for about a second.
WAITING_MAX = 100
RETRY_SECONDS = 2

# OWASP's second profile: 19 MiB, two passes, one lane; about 20 ms of one core. More memory would
# let a handful of simultaneous logins push a small server into swap.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Checked against when the name is unknown, so that the answer takes the same time. Of no password.
NOBODYS_HASH = (
    f"$argon2id$v=19$m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    f"${'A' * 22}${'A' * 43}"
)
# Of whoever has none: no hash, and no password fits it.
NO_HASH = "none"
_hashing = FairQueue(2)
_waiting = 0

# Everybody's first thought here, in both alphabets.
_SITE = ("beseda", "беседа", "chat", "чат", "пароль", "привет", "люблю")
# The keys of a Russian keyboard as those of an English one: "йцукен" is "qwerty".
_KEYS = str.maketrans("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`")
_YEAR = r"(?:19|20)[0-9]{2}"
# Up to four digits, and signs, at either end.
_AROUND = re.compile(
    r"^[\W_]*(?:[0-9]{1,4}(?![0-9]))?[\W_]*|[\W_]*(?:(?<![0-9])[0-9]{1,4})?[\W_]*$"
)
_BETWEEN = re.compile(rf"[\W_]*{_YEAR}[\W_]*|\s+")
_NAMES_HINT = "Your names and the site's are the first that others try."
# What zxcvbn has to say; texts that it does not have yet are left out.
_HINTS = frozenset(
    (
        "Use a few words, avoid common phrases.",
        "No need for symbols, digits, or uppercase letters.",
        "Add another word or two. Uncommon words are better.",
        "Straight rows of keys are easy to guess.",
        "Short keyboard patterns are easy to guess.",
        "Use a longer keyboard pattern with more turns.",
        'Repeats like "aaa" are easy to guess.',
        'Repeats like "abcabcabc" are only slightly harder to guess than "abc".',
        "Avoid repeated words and characters.",
        'Sequences like "abc" or "6543" are easy to guess.',
        "Avoid sequences.",
        "Recent years are easy to guess.",
        "Avoid recent years.",
        "Avoid years that are associated with you.",
        "Dates are often easy to guess.",
        "Avoid dates and years that are associated with you.",
        "This is a top-10 common password.",
        "This is a top-100 common password.",
        "This is a very common password.",
        "This is similar to a commonly used password.",
        "A word by itself is easy to guess.",
        "Names and surnames by themselves are easy to guess.",
        "Common names and surnames are easy to guess.",
        "Capitalization doesn't help very much.",
        "All-uppercase is almost as easy to guess as all-lowercase.",
        "Reversed words aren't much harder to guess.",
        "Predictable substitutions like '@' instead of 'a' don't help very much.",
    )
)


def check_form(password: str) -> None:
    """Raises Refusal bad_password, for what is too short, too long or no text."""
    if not LENGTH_MIN <= len(password) <= LENGTH_MAX or not _encodable(password):
        raise Refusal("bad_password", min=LENGTH_MIN, max=LENGTH_MAX)


async def hash_new(password: str, *names: str) -> str:
    """The hash of a new password of somebody with these names.

    Raises:
        Refusal: bad_password, weak_password, overloaded.
    """
    check_form(password)
    return await in_thread(_hash_new, password, names)


async def is_hash_of(password_hash: str, password: str) -> bool:
    """Raises Refusal: overloaded."""
    if password_hash == NO_HASH:
        password_hash = NOBODYS_HASH  # Nor does the time tell who has no password.
    return await in_thread(verify, password_hash, password[: LENGTH_MAX + 1])


def verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, UnicodeEncodeError):
        return False


def _hash_new(password: str, names: tuple[str, ...]) -> str:
    check_strength(password, names)
    return _hasher.hash(password)


def check_strength(password: str, names: tuple[str, ...] = ()) -> None:
    """Raises Refusal weak_password, with a hint. Takes milliseconds, the first time some 50."""
    # Its dictionaries take 25 ms and 7 MB, in every process: most get no new password.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    password = " ".join(password.split())  # Spaces around a word make it no harder to guess.
    known = [word.lower() for name in (*names, *_SITE) if (word := name[:ESTIMATED_MAX])]
    if len(_without(password.lower(), known)) < BESIDES_NAMES_MIN:
        raise Refusal("weak_password", hint=Text([_NAMES_HINT]))
    known = list(dict.fromkeys((*known, *(word.translate(_KEYS) for word in known))))
    for typed in _ways(password):
        found = zxcvbn(typed, user_inputs=known)
        if found["score"] < SCORE_MIN:
            raise Refusal("weak_password", hint=Text(_hint(found["feedback"])))


@cache
def _to_latin() -> Any:
    return icu.Transliterator.createInstance("Any-Latin; Latin-ASCII")  # It takes 15 ms.


def _ways(password: str) -> list[str]:
    """What is to be hard to guess: the beginning, and if it is a word with a year or signs, the
    word; each also as typed on an English keyboard, or written in Latin letters.
    """
    beginning = password[:ESTIMATED_MAX]
    word = _lone_word(beginning)
    latin = (word.lower().translate(_KEYS), _to_latin().transliterate(word)) if word else ()
    found = (beginning, beginning.lower().translate(_KEYS), word, *latin)
    return list(dict.fromkeys(filter(None, found)))


def _lone_word(password: str) -> str:
    """The word that this is with a year, a few digits or signs, as often as it is repeated; "" for
    more than a word, and for what has no letters. zxcvbn takes the year and the sign for worth
    100,000 guesses, and of a language that is not English it knows no words.
    """
    bare = _AROUND.sub("", password)
    words = {part.casefold(): part for part in _BETWEEN.split(bare) if part}
    if len(words) != 1:
        return ""
    (word,) = words.values()
    return word if any(sign.isalpha() for sign in word) else ""


def _without(password: str, words: list[str]) -> str:
    # zxcvbn takes each further part for worth 10,000 guesses, the same name again as well.
    for word in words:
        password = password.replace(word, "") if len(word) > 1 else password
    return password


def _hint(feedback: dict[str, object]) -> list[str]:
    """The warning and the first of its suggestions."""
    suggestions = feedback["suggestions"]
    assert isinstance(suggestions, list)  # noqa: S101
    texts = [feedback["warning"], *suggestions]
    return [text for text in texts if isinstance(text, str) and text in _HINTS][:2]


def _encodable(text: str) -> bool:
    return text.isprintable() or text.encode(errors="ignore").decode() == text


async def in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run what takes long. Argon2 releases the GIL; two at a time, so that a burst of logins leaves
    the loop its core.

    Raises:
        Refusal: overloaded, when too many are waiting already.
    """
    global _waiting  # noqa: PLW0603 - as global as the processor
    if _waiting >= WAITING_MAX:
        raise Refusal("overloaded", retry_after=RETRY_SECONDS)
    _waiting += 1
    try:
        async with _hashing:
            return await asyncio.to_thread(function, *args, **kwargs)
    finally:
        _waiting -= 1
