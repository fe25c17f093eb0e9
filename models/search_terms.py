"""The terms by which messages are found: the same of what was written and of what is asked for."""

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

import Stemmer

# To be raised with whatever changes the terms of a text: the index is then made anew.
ANALYZER = 2

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
# Words never begin with an underscore: these are of nothing that was written.
HAS_LINK = "_link"
# As many letters at least has the beginning of a word that words are found by. As a term it ends
# with an asterisk, as no word does.
BEGINNING = 4


class _Stemmers(threading.local):
    """A stemmer is no thing for two threads at once."""

    def __init__(self) -> None:
        self.english = Stemmer.Stemmer("english", 0)
        self.russian = Stemmer.Stemmer("russian", 0)


_stemmers = _Stemmers()


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
    """What has to be in a text for each of these words, or parts of words, to be found in it. With
    an asterisk at its end the last word is the beginning of one.
    """
    found = [each for word in words_in(composed(text)) for each in _parts(word[0])]
    if text.endswith("*") and found:
        found[-1] = _beginning(composed(text).rstrip("*")) or found[-1]
    return found


def _beginning(text: str) -> Alternatives | None:
    words = _WORD.findall(text)
    if not words or not text.endswith(words[-1]) or _IS_CJK.match(words[-1]):
        return None
    folded = _folded(_pieces(words[-1])[-1]) if _pieces(words[-1]) else ""
    # The stems of some are shorter: елка* is to find ёлка, of which only елк is known.
    return ((f"{folded}*",), (_stem(folded),)) if len(folded) >= BEGINNING else None


def is_beginning(term: str) -> bool:
    """Whether it stands for all words that begin so."""
    return term.endswith("*")


def has_any(word: str, terms: Iterable[str]) -> bool:
    """Whether a text with this word is found by one of these terms."""
    own = word_terms(word)
    return any(_begins(word, term) if is_beginning(term) else term in own for term in terms)


def _begins(word: str, term: str) -> bool:
    forms = (_known_forms if _is_kept(word) else _forms)(word)
    return any(form.startswith(term[:-1]) for form in forms)


def _forms(word: str) -> frozenset[str]:
    """Its parts as they are written."""
    return frozenset(
        _folded(part) for piece in _pieces(word) for part in (piece, *_SEAM.split(piece))
    )


_known_forms = lru_cache(20_000)(_forms)


def text_terms(texts: Iterable[str], beginnings: Iterable[str] = ()) -> set[str]:
    """The terms of the words of these texts, and which of these beginnings there are."""
    found: set[str] = set()
    for text in texts:
        words = set(_WORD.findall(composed(text)))
        for word in words:
            found.update(word_terms(word))
        found.update(term for term in beginnings if any(_begins(word, term) for word in words))
        if _LINK.search(text):
            found.add(HAS_LINK)
    return found


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
    return tuple(_alternatives(piece) for piece in _pieces(word))


def _pieces(word: str) -> list[str]:
    return [piece for piece in unicodedata.normalize("NFKC", word).split("_") if piece]


def _alternatives(piece: str) -> Alternatives:
    whole = (_stem(piece),)
    parts = _SEAM.split(piece)
    return (whole,) if len(parts) == 1 else (whole, tuple(_stem(part) for part in parts))


def _stem(word: str) -> str:
    folded = _folded(word)
    if folded.isascii():
        return str(_stemmers.english.stemWord(folded))
    return str(_stemmers.russian.stemWord(folded)) if _RUSSIAN.search(folded) else folded


def _folded(word: str) -> str:
    return word.casefold().replace("ё", "е")
