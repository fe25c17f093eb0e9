"""Which names people can have, and which of them look alike, by Unicode's UTS 39.

Two names are confusable when their skeletons are equal: `аlice` with a Cyrillic а, `aIice` and
`alice` with an invisible letter have that of `alice`. The skeleton alone keeps upper and lower case
apart, and folding the case first makes an i of the I that looks like an l: a name has a key of each
order.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from itertools import groupby

import icu

from cooperative import in_slices

ALL = "all"  # Behind an @: everybody in the room.
KEY_LENGTH = 32
LONGEST = 256
# Of a display name in the form of NFKC, in which one character can become eighteen.
PLAIN_MAX = 128
# More in a row is text that runs into the lines around it; no language writes so many.
MARKS_MAX = 4
EMOJI_MAX = 10  # Characters of the longest emoji: a family with skin tones.

_PUNCTUATION = "._-"
_NON_JOINER, _JOINER = "\u200c", "\u200d"
# Nothing to see, though Unicode does not call them ignorable: a blank, a stand-in for what is
# missing, a note without a head, and marks that only say how others are joined.
_UNSEEN = frozenset("\u2800\ufffc\u2d7f\U0001107f\U00011a47\U00011a99\U00016fe4\U0001d159")
# The palochka looks like an l in both cases; Unicode takes its small one for an i.
_PALOCHKA = str.maketrans("\u04c0\u04cf", "ll")
_NO_SCRIPT = {icu.UScriptCode.COMMON, icu.UScriptCode.INHERITED}
_VIRAMA = 9
_DUAL_JOINING, _LEFT_JOINING, _RIGHT_JOINING = 2, 3, 4

_checker = icu.SpoofChecker()
_checker.setChecks(
    icu.USpoofChecks.RESTRICTION_LEVEL | icu.USpoofChecks.INVISIBLE | icu.USpoofChecks.MIXED_NUMBERS
)
# One script, or Latin beside those that Japanese, Chinese and Korean are written in.
_checker.setRestrictionLevel(icu.URestrictionLevel.HIGHLY_RESTRICTIVE)
_usual = _checker.getRecommendedUnicodeSet()
_emoji = icu.UnicodeSet(r"\p{RGI_Emoji}")


def username_key(username: str) -> str:
    """What two spellings of one name have in common."""
    return unicodedata.normalize("NFKC", cut_username(username)).casefold()


def cut_username(username: str) -> str:
    """As much of it, without space around it, as can be a name."""
    # Marks that are out of order are sorted by moving each past the others: 64 KiB of them, in
    # anybody's request, took 0.7 seconds. No name is made of so many characters, however composed.
    return username.strip()[:LONGEST]


def can_be_username(name: str) -> bool:
    """Whether this name, normalized, has only letters of one script, digits, dots, dashes and
    underscores, and begins with a letter or a digit.
    """
    return (
        name[:1].isalnum()
        and all(_is_in_usernames(character) for character in name)
        and not _has_stacked_marks(name)
        and _checker.check(name) == 0
    )


def _is_in_usernames(character: str) -> bool:
    if character in _PUNCTUATION:
        return True
    kind = unicodedata.category(character)[0]
    # Marks that strike letters through or lie on them are not among the usual ones.
    is_letter = kind in "LN" or (kind == "M" and _usual.contains(character))
    return is_letter and character not in _UNSEEN and not _is_ignorable(character)


def can_be_display_name(name: str) -> bool:
    """Whether there is a letter, a digit or an emoji in this name; nothing that cannot be seen, but
    for what holds an emoji together or belongs to a script; no mark without its letter, nothing
    that turns the direction of the text, and no @: what stands behind one is read as a username.
    """
    plain = unicodedata.normalize("NFKC", name)
    return (
        len(plain) <= PLAIN_MAX
        and "@" not in plain
        and any(_says_something(name, index) for index in range(len(name)))
        and all(_is_shown(name, index) for index in range(len(name)))
        and not _has_stacked_marks(name)
        and all(_is_of_one_script(run) for run in _runs_of_letters(name))
    )


def _says_something(name: str, index: int) -> bool:
    character = name[index]
    is_picture = icu.Char.hasBinaryProperty(character, icu.UProperty.EXTENDED_PICTOGRAPHIC)
    return character.isalnum() or is_picture or _is_in_emoji(name, index)


def _is_shown(name: str, index: int) -> bool:
    character = name[index]
    if _is_ignorable(character):
        return _is_in_emoji(name, index) or (
            character in (_JOINER, _NON_JOINER) and _is_joined(name, index)
        )
    kind = unicodedata.category(character)
    if kind == "Me":  # It encloses, or strikes through, what stands before it.
        return _is_in_emoji(name, index)
    if kind[0] == "M" and not _has_letter(name, index):
        return False
    return character not in _UNSEEN and character.isprintable()


def _has_letter(name: str, index: int) -> bool:
    """Whether the mark at this index has a letter or a digit to stand on, of a script that it
    belongs to.
    """
    before = name[:index].rstrip(_JOINER + _NON_JOINER)
    while before and unicodedata.category(before[-1])[0] == "M":
        before = before[:-1].rstrip(_JOINER + _NON_JOINER)
    if not before or not before[-1].isalnum():
        return False
    scripts = set(icu.Script.getScriptExtensions(name[index]))
    return scripts <= _NO_SCRIPT or bool(scripts & set(icu.Script.getScriptExtensions(before[-1])))


def _runs_of_letters(name: str) -> list[str]:
    kinds = groupby(name, lambda character: unicodedata.category(character)[0] in "LM")
    return ["".join(signs) for is_letters, signs in kinds if is_letters]


def _is_in_emoji(name: str, index: int) -> bool:
    """Whether this index is inside of an emoji of several signs."""
    return any(
        _emoji.contains(name[start:end])
        for start in range(max(0, index - EMOJI_MAX + 1), index + 1)
        for end in range(index + 1, min(len(name), start + EMOJI_MAX) + 1)
    )


def _is_joined(name: str, index: int) -> bool:
    """Whether a joiner stands where a script has a use for it (RFC 5892, appendix A)."""
    before, after = name[index - 1 : index], name[index + 1 : index + 2]
    if not before or not after:
        return False
    if icu.Char.getCombiningClass(before) == _VIRAMA:
        return True
    return (
        name[index] == _NON_JOINER
        and _joining(before) in (_LEFT_JOINING, _DUAL_JOINING)
        and _joining(after) in (_RIGHT_JOINING, _DUAL_JOINING)
    )


def _joining(character: str) -> int:
    kind: int = icu.Char.getIntPropertyValue(character, icu.UProperty.JOINING_TYPE)
    return kind


def _is_of_one_script(letters: str) -> bool:
    # Not of a whole word: "100м²" and "Ω-tech" are no way to look like somebody else.
    found: int = _checker.check(letters) & icu.USpoofChecks.RESTRICTION_LEVEL
    return found == 0


def _has_stacked_marks(name: str) -> bool:
    run = 0
    for character in unicodedata.normalize("NFD", name):
        run = run + 1 if unicodedata.combining(character) else 0
        if run > MARKS_MAX:
            return True
    return False


def _is_ignorable(character: str) -> bool:
    found: bool = icu.Char.hasBinaryProperty(character, icu.UProperty.DEFAULT_IGNORABLE_CODE_POINT)
    return found


def means_all(username: str) -> bool:
    """Whether @ and this username is read as @all, at the end of a sentence too, or looks so."""
    return not name_keys(username.rstrip(_PUNCTUATION)).isdisjoint(name_keys(ALL))


@lru_cache(maxsize=16_384)
def name_keys(name: str) -> frozenset[str]:
    """One key or a few; names that look alike have one in common. Digests of KEY_LENGTH characters,
    for a skeleton can be many times as long as its name.

    Another version of ICU may give other skeletons: it needs a migration that empties `name_key`.
    """
    # Cut for those who had a longer one before there was a limit.
    plain = unicodedata.normalize("NFKC", name)[:PLAIN_MAX]
    skeletons = {
        skeleton
        for text in {plain, plain.translate(_PALOCHKA)}
        for skeleton in (_skeleton(text.casefold()), _skeleton(_skeleton(text).casefold()))
    }
    return frozenset(
        blake2b(each.encode(), digest_size=KEY_LENGTH // 2).hexdigest() for each in skeletons
    )


def display_keys(name: str) -> frozenset[str]:
    """The keys of a display name: also of what is left without signs around it, for `alice ·` is
    read as `alice`.
    """
    return name_keys(name) | name_keys(bare(name)) if name else frozenset()


def bare(name: str) -> str:
    """The name without what stands before its first letter or digit and behind its last; the name
    itself where it has none.
    """
    indices = [index for index, character in enumerate(name) if _is_letter(character)]
    return name[indices[0] : indices[-1] + 1] if indices else name


def _is_letter(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def _skeleton(text: str) -> str:
    found: str = _checker.getSkeleton(0, text)
    return found


async def confusables(names: Mapping[int, str]) -> set[int]:
    """Those of these people whose shown names look like that of another of them, signs and spaces
    left out: there are `ali ce` and `alice`, as there are Anna Kim and annakim.
    """
    by_key = defaultdict(set)
    # A name that is seen for the first time takes up to 150 µs, and a room has a thousand.
    async for user_id, name in in_slices(names.items()):
        letters = "".join(character for character in name if _is_letter(character))
        for key in name_keys(name) | name_keys(letters or name):
            by_key[key].add(user_id)
    return {user_id for ids in by_key.values() if len(ids) > 1 for user_id in ids}
