"""Links: addresses with a scheme, "www." and of e-mail, and [words](https://…).

Each is looked for where its sign is: "://", ".", "@" or "[". Words are followed by the host that
they lead to, whatever they are. To decide which words claim to be an address would be a race
against everybody who finds one more sign that looks like a dot; to show it when the mouse is over
the link, as many do, is to show it to nobody with a phone.
"""

import re

from markdown_it.rules_inline import StateInline

from protocol.markdown_tokens import FastToken, push, spend

LINK, WORDS = 1, 3  # Steps, besides the one of a mark.
SIGNS = 8  # So many signs at the end of an address are a step.
LOCAL_MAX = 64  # Characters of an e-mail address before its "@".

# An address must read as what it is: without the marks that turn the writing direction.
_DIRECTIONS = r"\u202a-\u202e\u2066-\u2069"
_NOT = rf"\s<>\"'`{_DIRECTIONS}"
# As a browser would find it: without the names before an "@", and what it takes for "/" or ".".
_HOST = r"(?:[^\W_][\w-]{0,62}+\.){1,8}[^\W_][\w-]{0,62}+"
_SCHEME = re.compile(r"(?<![^\W_])https?$", re.IGNORECASE)
_REST = re.compile(rf"://[^{_NOT}]+")
_WWW = re.compile(rf"\.{_HOST}(?::[0-9]{{1,5}}+)?(?:[/?#][^{_NOT}]*+)?")
_MAIL = re.compile(
    r"@(?:[^\W_][\w-]{0,62}+\.){1,8}[^\W\d_][\w-]{1,62}+(?![@:/]\S|\.[^\W_])",
)
_LOCAL = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-"
_WORDS = re.compile(
    rf"\[(?P<words>[^\[\]\n{_DIRECTIONS}]{{1,200}}+)\]"
    rf"\((?P<address>https?://(?P<host>(?:{_HOST}|localhost)(?::[0-9]{{1,5}}+)?)"
    rf"(?:[/?#](?:[^{_NOT}\[\]()]++|\([^{_NOT}\[\]()]*+\))*+)?)"
    rf"(?:[ \t]{{1,8}}+(?P<sign>[\"'])(?P<title>[^{_DIRECTIONS}\"\n]{{0,200}}?)(?P=sign))?"
    r"[ \t]{0,8}+\)",
    re.IGNORECASE,
)
_TRAILING = ".,:;!?…»*_~"
_OPENING = {")": "(", "]": "[", "}": "{"}


def address(state: StateInline, _silent: bool) -> bool:
    """At the ":" of "https://"."""
    # The last six characters decide; a look at all of them would take the square of their number.
    scheme = _SCHEME.search(state.pending[-6:])
    found = scheme and _REST.match(state.src, state.pos)
    return bool(scheme and found and _add(state, scheme.group(), found.group()))


def www(state: StateInline, _silent: bool) -> bool:
    """At the first "." of "www.example.org"; which sites answer to by https, nearly all of them."""
    begins = not re.search(r"[\w/.@-]", state.pending[-4:-3])
    found = _WWW.match(state.src, state.pos) if begins else None
    return bool(found and _add(state, state.pending[-3:], found.group(), "https://"))


def mail(state: StateInline, _silent: bool) -> bool:
    """At the "@" of an e-mail address."""
    before = state.pending[-LOCAL_MAX - 1 :]
    name = before[len(before.rstrip(_LOCAL)) :].lstrip("._+-")
    is_whole = name and len(name) <= LOCAL_MAX and not re.search(r"[\w/@]$", before[: -len(name)])
    found = _MAIL.match(state.src, state.pos) if is_whole else None
    return bool(found and _add(state, name, found.group(), "mailto:"))


def words(state: StateInline, _silent: bool) -> bool:
    """At the "[" of a link that has words. Marks may stand in them, addresses are only text."""
    spend(state.env, WORDS)
    found = _WORDS.match(state.src, state.pos)
    if not found or not found["words"].strip() or state.env.get("is_in_words"):
        return False
    host = _host(found["words"], found["address"], found["host"])
    token = FastToken(host, "words", found["address"])
    token.markup = found["title"] or ""
    state.env["is_in_words"] = True
    token.children = state.md.inline.parse(found["words"].strip(), state.md, state.env, [])
    state.env["is_in_words"] = False
    push(state, token)
    state.pos = found.end()
    return True


def _host(words: str, address: str, host: str) -> str:
    """What is shown after the words: nothing, where they are the address itself."""
    _, _, rest = address.partition("://")
    whole = words.strip().casefold().rstrip("/")
    return "" if whole in {each.casefold().rstrip("/") for each in (address, rest, host)} else host


def _add(state: StateInline, before: str, after: str, scheme: str = "") -> bool:
    """Add a link whose address began in the text before `state.pos`."""
    signs = len(after) - len(after.rstrip(_TRAILING + "".join(_OPENING)))
    spend(state.env, LINK + signs // SIGNS)
    after = _without_punctuation(after)
    if after == "" or after == "://"[: len(after)] or state.env.get("is_in_words"):
        return False
    state.pending = state.pending.removesuffix(before)
    push(state, FastToken(before + after, "address", scheme + before + after))
    state.pos += len(after)
    return True


def _without_punctuation(address: str) -> str:
    """Without the end of the sentence, and the brackets that were opened before it."""
    surplus = {
        closing: address.count(closing) - address.count(opening)
        for closing, opening in _OPENING.items()
    }
    end = len(address)
    while end and ((last := address[end - 1]) in _TRAILING or surplus.get(last, 0) > 0):
        if last in surplus:
            surplus[last] -= 1
        end -= 1
    return address[:end]
