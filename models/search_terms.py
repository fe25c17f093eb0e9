"""The terms by which messages are found: the same of what was written and of what is asked for."""

import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b

import Stemmer

# To be raised with whatever changes the terms of a text: the index is then made anew.
ANALYZER = 1

# A word as it is asked for: one of these has to be in a text, each with all its terms.
Alternatives = tuple[tuple[str, ...], ...]

_CJK = (
    "\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\uff66-\uff9f\U00020000-\U0003ffff"
)
# Words, in stretches of 64 at most, so that none costs more than it is long.
_WORD = re.compile(rf"[{_CJK}]+|[^\W{_CJK}]{{1,64}}")
_IS_CJK = re.compile(f"[{_CJK}]")
_RUSSIAN = re.compile("[а-я]")
_LOWER, _UPPER = "a-zа-яё", "A-ZА-ЯЁ"
# Where camelCase, HTTPServer and iPhone15 have their parts.
_SEAM = re.compile(
    rf"(?<=[{_LOWER}])(?=[{_UPPER}])|(?<=[{_UPPER}])(?=[{_UPPER}][{_LOWER}])"
    r"|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])"
)
_LINK = re.compile(r"https?://\w|\bwww\.\w", re.IGNORECASE)
# The terms of longer words are not kept in memory: there is no end of these.
KEPT_MAX = 24
# Of texts that enter or leave the index in one transaction, for which whoever writes on SQLite
# waits: one in Chinese takes 2.5 µs a character.
CHARACTERS = 8_000
# Words never begin with an underscore: these are of nothing that was written.
HAS_LINK = "_link"


class _Stemmers(threading.local):
    """A stemmer is no thing for two threads at once."""

    def __init__(self) -> None:
        self.english = Stemmer.Stemmer("english", 0)
        self.russian = Stemmer.Stemmer("russian", 0)


_stemmers = _Stemmers()


def in_room(room_id: int) -> str:
    """The term of all messages of a room."""
    return f"_room{room_id}"


def by_author(user_id: int) -> str:
    """The term of all messages of a person."""
    return f"_author{user_id}"


def composed(text: str) -> str:
    """The text with its accents in one character with their letters. Words are looked for in it."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def has_ends(sign: str) -> bool:
    """Whether this is a sign of words that have something between them."""
    return _WORD.match(sign) is not None and _IS_CJK.match(sign) is None


def words_in(text: str) -> Iterator[re.Match[str]]:
    """The words of a composed text."""
    return _WORD.finditer(text)


def asked(text: str) -> list[Alternatives]:
    """What has to be in a text for each of these words, or parts of words, to be found in it."""
    return [each for word in words_in(composed(text)) for each in _parts(word[0])]


def terms_of(text: str) -> set[str]:
    """The terms of the words of a text."""
    found: set[str] = set()
    for word in set(_WORD.findall(composed(text))):
        found.update(word_terms(word))
    return found


def document_terms(room_id: int, author_id: int, text: str) -> set[str]:
    """All terms of a message."""
    extra = {in_room(room_id), by_author(author_id)}
    if _LINK.search(text):
        extra.add(HAS_LINK)
    return terms_of(text) | extra


def fitting(texts: Sequence[str]) -> int:
    """How many of these texts are few enough for one transaction; one at least, if there is any."""
    whole = 0
    for count, text in enumerate(texts):
        whole += len(text)
        if count and whole > CHARACTERS:
            return count
    return len(texts)


@lru_cache(100_000)
def number_of(term: str) -> int:
    """The term as the index has it: a number of 32 bits, so that no word that was deleted is left
    in a database's files. Whoever reads a hit looks at its terms again.
    """
    return int.from_bytes(blake2b(term.encode(), digest_size=4).digest(), "big", signed=True)


def word_terms(word: str) -> frozenset[str]:
    """All by which a text with this word is found."""
    return (_known_terms if _is_kept(word) else _terms)(word)


def _is_kept(word: str) -> bool:
    """A stretch of CJK may be a whole message, with as many terms: nobody writes it again."""
    return len(word) <= KEPT_MAX and not _IS_CJK.match(word)


def _terms(word: str) -> frozenset[str]:
    found = {term for part in _parts(word) for terms in part for term in terms}
    return frozenset(found.union(word) if _IS_CJK.match(word) else found)


_known_terms = lru_cache(50_000)(_terms)


def _parts(word: str) -> tuple[Alternatives, ...]:
    if _IS_CJK.match(word):
        pairs = tuple(word[n : n + 2] for n in range(len(word) - 1))
        return ((pairs or (word,),),)
    pieces = unicodedata.normalize("NFKC", word).split("_")
    return tuple(_alternatives(piece) for piece in pieces if piece)


def _alternatives(piece: str) -> Alternatives:
    whole = (_stem(piece),)
    parts = _SEAM.split(piece)
    return (whole,) if len(parts) == 1 else (whole, tuple(_stem(part) for part in parts))


def _stem(word: str) -> str:
    folded = word.casefold().replace("ё", "е")
    if folded.isascii():
        return str(_stemmers.english.stemWord(folded))
    return str(_stemmers.russian.stemWord(folded)) if _RUSSIAN.search(folded) else folded
