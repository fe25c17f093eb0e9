"""What a query means: for the database, and for each row that it finds."""

import re
from collections.abc import Iterable

from msgspec import Struct

from errors import Refusal
from models.search_terms import (
    HAS_LINK,
    Alternatives,
    asked,
    composed,
    has_any,
    has_ends,
    is_beginning,
    text_terms,
    words_in,
)
from models.stored_message import StoredMessage
from services.search.query import Query

# Texts that are to be there exactly, or not to be: each is looked for in each message by itself.
EXACT_MAX = 32


class Matcher(Struct, frozen=True):
    """Whether a text is what is looked for.

    Attributes:
        required: words, and the words of what is to be there exactly.
        excluded: words of which none is to be there.
        beginnings: those among the terms of both.
        exact, not_exact: in spaced texts.
    """

    required: tuple[Alternatives, ...]
    excluded: tuple[Alternatives, ...]
    beginnings: tuple[str, ...]
    exact: tuple[re.Pattern[str], ...]
    not_exact: tuple[re.Pattern[str], ...]

    @classmethod
    def of(cls, query: Query) -> "Matcher":
        """Raises Refusal: bad_search, for too many texts that are to be looked for exactly."""
        # Signs without a letter in them have no terms: they are looked for as they are.
        words = [asked(word) for word in query.words]
        signs = [word for word, some in zip(query.words, words, strict=True) if not some]
        without = [asked(word) for word in query.unwanted_words]
        bare = [word for word, some in zip(query.unwanted_words, without, strict=True) if not some]
        required = [each for some in words for each in some]
        required += [each for phrase in query.phrases for each in asked(phrase)]
        required += [((HAS_LINK,),)] if "link" in query.has else []
        # Several parts of one word exclude only what has all of them.
        excluded = tuple(_together(some) for some in without if some)
        return cls(
            tuple(dict.fromkeys(required)),
            excluded,
            tuple(filter(is_beginning, _terms(required) | _terms(excluded))),
            _exactly(query.phrases + signs),
            _exactly(query.unwanted_phrases + bare),
        )

    @property
    def terms(self) -> frozenset[str]:
        """All that are to be marked."""
        return frozenset(_terms(self.required))

    def weight(self, text: str) -> float:
        """How much of a text is what is looked for: more often, and in a shorter text, is more."""
        terms = self.terms
        words = [word[0] for word in words_in(composed(text))]
        hits = sum(1 for word in words if has_any(word, terms))
        return hits / (10 + len(words))

    def matches(self, message: StoredMessage) -> bool:
        """Whether this message, as it is now, is one of those."""
        texts = [message.body, *(file.name for file in message.files)]
        terms = text_terms(texts, self.beginnings)
        if not all(_has(terms, each) for each in self.required):
            return False
        if any(_has(terms, each) for each in self.excluded):
            return False
        if not self.exact and not self.not_exact:
            return True
        texts = [spaced(text) for text in texts]
        return all(_is_in(texts, each) for each in self.exact) and not any(
            _is_in(texts, each) for each in self.not_exact
        )


def spaced(text: str) -> str:
    """As exact words are compared: composed, casefolded, with one space for several."""
    return " ".join(composed(text).casefold().split())


def _is_in(texts: list[str], pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(text) for text in texts)


def _terms(some: Iterable[Alternatives]) -> set[str]:
    return {term for alternatives in some for terms in alternatives for term in terms}


def _has(terms: set[str], alternatives: Alternatives) -> bool:
    return any(terms.issuperset(each) for each in alternatives)


def _together(some: list[Alternatives]) -> Alternatives:
    return some[0] if len(some) == 1 else (tuple(t for each in some for t in each[0]),)


def _exactly(texts: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    different = list(dict.fromkeys(text for each in texts if (text := spaced(each))))
    if len(different) > EXACT_MAX:
        raise Refusal("bad_search", problem=different[EXACT_MAX][:80])
    return tuple(map(_pattern, different))


def _pattern(text: str) -> re.Pattern[str]:
    """Whole words, where the writing has any."""
    before = r"(?<!\w)" if has_ends(text[0]) else ""
    after = r"(?!\w)" if has_ends(text[-1]) else ""
    return re.compile(before + re.escape(text).replace(r"\ ", r"\s+") + after)
