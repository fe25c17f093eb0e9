"""The part of a text in which something was found, with marks, as HTML."""

import re
from collections.abc import Iterable
from html import escape

from models.search_terms import composed, has_any, words_in

BEFORE = 60
LENGTH = 240


def excerpt(text: str, terms: frozenset[str], phrases: Iterable[re.Pattern[str]]) -> str:
    """At most 240 characters around the first word that has one of these terms, or is in one of
    these phrases; where there is none, the beginning.
    """
    text = composed(text)
    spans = _merged([*_words(text, terms), *_phrases(text, phrases)])
    start = max(0, spans[0][0] - BEFORE) if spans and spans[0][1] > LENGTH else 0
    end = min(len(text), start + LENGTH)
    html, at = ["…"] if start else [], start
    for span in spans:
        first, last = max(span[0], at), min(span[1], end)
        if first < last:
            html += [escape(text[at:first]), f"<mark>{escape(text[first:last])}</mark>"]
            at = last
    return "".join([*html, escape(text[at:end]), "…" if end < len(text) else ""])


def _words(text: str, terms: frozenset[str]) -> Iterable[tuple[int, int]]:
    if terms:
        for word in words_in(text):
            if has_any(word[0], terms):
                yield word.span()


def _phrases(text: str, phrases: Iterable[re.Pattern[str]]) -> Iterable[tuple[int, int]]:
    folded = text.casefold()
    if len(folded) != len(text):  # Places are others there.
        folded = text
    for phrase in phrases:
        yield from (found.span() for found in phrase.finditer(folded))


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged
