"""The lexers of Pygments that colour code here, and what is changed in them.

Many of their rules take the square of a text's length where it is made for it: an opening quote or
comment is looked for to the end, in vain, at each of a thousand of them. Where such a rule is
replaced, whatever is opened ends with its line or with the text. tests/security/
test_highlighting_cost.py holds every lexer to that, also one that is added or renewed.
"""

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from pygments.lexer import Lexer, RegexLexer, bygroups, include, words
from pygments.token import Keyword, Punctuation, Text

_COMMENT = r"/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)"
# In all lexers.
_REPLACED = {
    r'"(\\\\|\\[^\\]|[^"\\])*"': r'"(?:\\.|[^"\\\n])*+"?',
    r"'(\\\\|\\[^\\]|[^'\\])*'": r"'(?:\\.|[^'\\\n])*+'?",
    r"&\S*?;": r"&[\w#]{1,32};",
    r"(.*?)([ \t]*)([=:])": r"([^=:\n]*?)([ \t]*)([=:])",  # A key of an ini file.
    r")\s+)*)": r")\s+){0,8})",  # Modifiers of Kotlin.
    # A key of YAML, as far as its colon.
    r"""([^#,?\[\]{}"'\n]+)(:)""": r"""([^#,?\[\]{}"'\n]{1,80})(:)""",
    r"""([^,:?\[\]{}"'\n]+)(:)""": r"""([^,:?\[\]{}"'\n]{1,80})(:)""",
    r"/\*.*?\*/": _COMMENT,
    r"/\*[\s\S]*?\*/": _COMMENT,
    r"/\*(.|\n)*?\*/": _COMMENT,
    r"/[*].*?[*]/": _COMMENT,
    r"/(\\\n)?[*][\s\S]*?[*](\\\n)?/": _COMMENT,
}
WORDS_MAX = 60  # In one rule about CSS.
# Letters of all scripts, as thousands of ranges: right, and what takes the time to load a lexer.
_LETTERS = re.compile(r"\[[^\]]{300,}\](?P<rest>(?=\[))?")

Rules = dict[str, list[Any]]


def _c_family(rules: Rules) -> None:
    # Functions are found by what stands around them, over any number of lines.
    rules["root"] = [include("whitespace"), include("statements"), (r"[{};]", Punctuation)]


def _java(rules: Rules) -> None:
    _drop(rules, "root", r"\s+)+?)", r"(^\s*)((?:")


def _javascript(rules: Rules) -> None:
    _drop(rules, "root", r"[\w?.$]*", r"\([\w,?.$\s]+", r"([\w?.$]+)(\s*)(:)")


def _css(rules: Rules) -> None:
    # A thousand names of properties and values, which take longest of all to load.
    for state, found in rules.items():
        rules[state] = [rule for rule in found if not _is_long(rule)]
    name = (r"([a-zA-Z_-][\w-]*+)(\s*+)(:)", bygroups(Keyword, Text, Punctuation), "value-start")
    rules["content"].insert(0, name)


def _is_long(rule: Any) -> bool:
    is_list = isinstance(rule, tuple) and isinstance(rule[0], words)
    return len(rule[0].words) > WORDS_MAX if is_list else _regex(rule).count("|") > WORDS_MAX


def _drop(rules: Rules, state: str, *parts: str) -> None:
    rules[state] = [
        rule for rule in rules[state] if not any(part in _regex(rule) for part in parts)
    ]


def _regex(rule: Any) -> str:
    return rule[0] if isinstance(rule, tuple) and isinstance(rule[0], str) else ""


# By a class of Pygments: the names by which a block asks for it, and what is changed.
_LEXERS: dict[str, tuple[str, Callable[[Rules], None] | None]] = {
    "python.PythonLexer": ("py python python3", None),
    "javascript.JavascriptLexer": ("js javascript jsx mjs", _javascript),
    "javascript.TypeScriptLexer": ("ts typescript tsx", _javascript),
    "data.JsonLexer": ("json jsonc json5", None),
    "data.YamlLexer": ("yaml yml", None),
    "shell.BashLexer": ("bash sh shell zsh", None),
    "html.XmlLexer": ("xml html svg", None),
    "css.CssLexer": ("css", _css),
    "sql.SqlLexer": ("sql", None),
    "c_cpp.CLexer": ("c h", _c_family),
    "c_cpp.CppLexer": ("cpp c++ cc hpp", _c_family),
    "jvm.JavaLexer": ("java", _java),
    "jvm.KotlinLexer": ("kotlin kt", None),
    "go.GoLexer": ("go golang", None),
    "rust.RustLexer": ("rs rust", None),
    "php.PhpLexer": ("php", None),
    "objective.SwiftLexer": ("swift", None),
    "diff.DiffLexer": ("diff patch", None),
    "configs.IniLexer": ("ini cfg conf", None),
    "configs.TOMLLexer": ("toml", None),
    "configs.DockerLexer": ("dockerfile docker", None),
    "configs.NginxConfLexer": ("nginx", None),
}
LANGUAGES = {name: path for path, (names, _) in _LEXERS.items() for name in names.split()}


@cache
def lexer(path: str) -> Lexer:
    """The lexer of one of the values of LANGUAGES."""
    module, _, name = path.partition(".")
    original: type[Lexer] = getattr(import_module(f"pygments.lexers.{module}"), name)
    if not issubclass(original, RegexLexer):
        return original()
    rules: Rules = {
        state: [_replaced(rule) for rule in found]
        for state, found in original.get_tokendefs().items()
    }
    if change := _LEXERS[path][1]:
        change(rules)
    return type(name, (original,), {"tokens": rules})()


def _replaced(rule: Any) -> Any:
    regex = _regex(rule)
    for part, other in _REPLACED.items():
        regex = regex.replace(part, other)
    regex = _LETTERS.sub(lambda found: r"[^\W\d]" if found["rest"] is not None else r"[\w$]", regex)
    return (regex, *rule[1:]) if regex else rule
