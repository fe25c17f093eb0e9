"""What it costs to colour code: no more than the bound, whatever it is made of.

By the clock, beside prose of the greatest length: Pygments' rules are regular expressions, which
the interpreter does in one instruction.
"""

import time
from functools import cache
from random import Random

import pytest
from pygments.lexers import get_lexer_by_name

from protocol.highlighting import CHARACTERS_MAX, TOKENS_MAX, highlight
from protocol.lexers import LANGUAGES, lexer
from tests.security.test_markup_cost import LENGTH, LINE, seconds

# Of prose, on a machine that does many things at once. What takes the square took 40 to 250 times.
FACTOR = 30
PATTERNS = 40  # Of each language, at random; the worst that a long search found stands below.
WORDS = """ " ' ` ( ) [ ] { } < > / * \\ # $ @ & | ! ? ~ ^ % _ - + . , : ; = a A q 0 1 1. 0x я /*
*/ // \\" \\' #{ ${ $( -- => -> <!-- --> <a </ [[ ]] --[[ %q( << <<EOF :: E' r" b' f" <?php r#"
<![CDATA[ class function import return public static type if struct int def fn let #include #if
impl SELECT a( a. a= a: a b """
SIGNS = WORDS.split()
SIGNS += [
    "\n",
    " ",
    "\t",
    "\n\n",
    "\n ",
    '"""',
    "'''",
    "    ",
    "\n#",
    "return\n",
    "int a",
    "- ",
    "q\n",
]
KNOWN = [
    '\\"',
    "\n ",
    "//",
    "/",
    "q\n",
    "a.",
    ".a",
    "a b",
    "return\n",
    " public ",
    '"aaa\\',
    "&",
    '\\"/*',
]
KNOWN += ["\t%", "&\r", "<a -.0x", "_1a.", "A$", "$aя", "int a(a)", "/*[[", "#include /*[["]
lexers = pytest.mark.parametrize("path", dict.fromkeys(LANGUAGES.values()))


@cache
def allowed() -> float:
    return FACTOR * seconds((LINE * 50)[:LENGTH])


def name_of(path: str) -> str:
    return next(name for name, each in LANGUAGES.items() if each == path)


def time_of(code: str, path: str) -> float:
    """Return the CPU time of colouring it, the shortest of three."""
    times = []
    for _ in range(3):
        began = time.thread_time()
        highlight(code, name_of(path), {})
        times.append(time.thread_time() - began)
        if times[-1] < allowed() / 4:
            break
    return min(times)


def check(pattern: str, path: str) -> None:
    code = (pattern * CHARACTERS_MAX)[:CHARACTERS_MAX]
    assert time_of(code, path) < allowed(), repr(pattern)


@lexers
def test_hostile_code_is_bounded(path: str) -> None:
    lexer(path)
    for pattern in [*SIGNS, *KNOWN]:
        check(pattern, path)


@lexers
def test_random_code_is_bounded(path: str) -> None:
    random = Random(path)  # noqa: S311
    for _ in range(PATTERNS):
        check("".join(random.choices(SIGNS, k=random.choice([2, 3, 4, 8]))), path)


def test_bounds_are_of_the_whole_message() -> None:
    env: dict[str, object] = {}
    code = "a = 1\n" * 150
    assert highlight(code, "py", env)
    assert highlight(code, "py", env) is None
    assert highlight("a" * CHARACTERS_MAX, "py", {})
    assert highlight("a" * (CHARACTERS_MAX + 1), "py", {}) is None
    html = highlight("1+" * (TOKENS_MAX // 2) + "1", "py", {}) or ""
    assert html.endswith("+1")
    assert html.count("<span") == TOKENS_MAX // 2


@lexers
def test_languages_are_called_as_pygments_does(path: str) -> None:
    found = get_lexer_by_name(name_of(path))
    assert type(found).__name__ == path.partition(".")[2]
