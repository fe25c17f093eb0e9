"""Everything that people read goes through gettext, and there is a Russian for all of it."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import Environment

from blueprints.pages.audit_actions import ACTIONS
from blueprints.pages.script_texts import PLURALS, script_texts
from errors import CODES, Refusal
from models.room_change import ARCHIVED, RULES, UNARCHIVED
from tests.support.server import ROOT
from translations import SUPPORTED

TEMPLATES = sorted((ROOT / "templates").glob("*.html"))
SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))
PACKAGES = ("blueprints", "models", "protocol", "realtime", "services")
SOURCES = [*ROOT.glob("*.py")]
SOURCES += [path for part in PACKAGES for path in (ROOT / part).rglob("*.py")]
PLACEHOLDER = re.compile(r"%\(\w+\)s")
LETTERS = re.compile(r"[^\W\d_]{2,}")
# What is read by people, of an element's attributes.
READ = ("aria-label", "title", "placeholder", "alt")
# The same in every language.
NAMES = {"English", "Русский"}


@pytest.fixture(scope="module")
def russian() -> Catalog:
    """The catalogue as it is written."""
    with (ROOT / "translations/ru/LC_MESSAGES/messages.po").open("rb") as source:
        return read_po(source, locale="ru")


def asked_for() -> set[str | tuple[str, ...]]:
    """Every text that the code asks gettext for, plurals as pairs."""
    methods = [("templates/**.html", "jinja2.ext.babel_extract"), ("**.py", "python")]
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}
    found: set[str | tuple[str, ...]] = set()
    for part in ("templates", "blueprints", "realtime", "services"):
        for item in extract_from_dir(
            ROOT / part, [(p.removeprefix("templates/"), m) for p, m in methods], keywords=keywords
        ):
            found.add(item[2])
    filled = ("error_message_too_long", "error_bad_room_name")
    others = {*filled, *PLURALS}
    texts = {key: text for key, text in script_texts("en").items() if key not in others}
    found |= set(PLURALS.values())
    return found | {sentence for _, sentence in CODES.values()} | set(texts.values())


def constants() -> set[str]:
    """Every string in the Python sources, and the texts of the templates."""
    found: set[str] = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    for text in asked_for():
        found.update([text] if isinstance(text, str) else text)
    return found


def test_everything_asked_for_has_a_translation(russian: Catalog) -> None:
    missing = []
    for text in asked_for():
        message = russian.get(text if isinstance(text, str) else text[0])
        if text not in NAMES and (message is None or not all(forms(message.string))):
            missing.append(text)
    assert missing == []


def test_no_translation_is_left_over(russian: Catalog) -> None:
    known = constants()
    ids = [
        message.id if isinstance(message.id, str) else message.id[0]
        for message in russian
        if message.id
    ]
    assert [text for text in ids if text not in known] == []


def test_translations_name_the_same_things(russian: Catalog) -> None:
    for message in russian:
        if not message.id:
            continue
        wanted = set().union(*(PLACEHOLDER.findall(text) for text in forms(message.id)))
        for text in forms(message.string):
            assert set(PLACEHOLDER.findall(text)) <= wanted, message.id


def forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or [""])


# Names that only an expression makes, and one that is stored past record_act.
COMPUTED = {f"room_{kind}" for kind in (*RULES, ARCHIVED, UNARCHIVED)} | {"message_deleted"}
RECORDED = re.compile(r"(?:record_act\(\s*connection,|_added\(user,|_removed\(user,)\s*\"(\w+)\"")
CHOSEN = re.compile(r"\baction = \"(\w+)\" if .* else \"(\w+)\"")


def test_acts_of_the_audit_log_have_words() -> None:
    sources = [path.read_text() for path in (ROOT / "models").rglob("*.py")]
    names = {name for source in sources for name in RECORDED.findall(source)}
    names |= {name for source in sources for pair in CHOSEN.findall(source) for name in pair}
    assert len(names) > len(COMPUTED)
    assert sorted((names | COMPUTED) - set(ACTIONS)) == []
    assert sorted(set(ACTIONS) - names - COMPUTED) == []


def test_every_language_is_there() -> None:
    for locale in SUPPORTED:
        assert locale == "en" or (ROOT / f"translations/{locale}/LC_MESSAGES/messages.po").exists()


class Shown(HTMLParser):
    """Collects the words in a page that people read."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words += [
            value for name, value in attrs if name in READ and value and LETTERS.search(value)
        ]

    def handle_data(self, data: str) -> None:
        if LETTERS.search(data):
            self.words.append(data.strip())


# Blocks whose contents go into an attribute that nobody reads.
_NAMED = re.compile(r"{% block (?:body_class|skip_to) %}.*?{% endblock %}")


def bare(template: Path) -> str:
    """The template without anything that Jinja makes."""
    source = _NAMED.sub("", template.read_text())
    tokens = Environment(extensions=["jinja2.ext.i18n"]).lex(source)  # noqa: S701
    return "".join(value for _, kind, value in tokens if kind == "data")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_templates_have_no_words_of_their_own(template: Path) -> None:
    words = [word for word in Shown(bare(template)).words if word not in NAMES]
    assert words == []


def test_a_word_in_a_template_would_be_found() -> None:
    assert Shown('<p title="Hello there">Some words <b>1</b></p>').words == [
        "Hello there",
        "Some words",
    ]


def spoken() -> Iterator[tuple[str, str]]:
    """Every key that a script asks its texts for, as far as it stands there."""
    for path in SCRIPTS:
        for key in re.findall(r"""\bt\(\s*["'`](\w+)["'`]""", path.read_text()):
            yield path.name, key


def test_scripts_ask_for_texts_that_exist() -> None:
    known = script_texts("en")
    assert [(name, key) for name, key in spoken() if key not in known] == []


def test_no_text_for_scripts_is_left_over() -> None:
    everything = "".join(path.read_text() for path in SCRIPTS)
    unused = [key for key in script_texts("en") if not re.search(rf"\b{key}\b", everything)]
    assert [key for key in unused if not key.startswith("error_")] == []


def test_scripts_have_no_words_of_their_own() -> None:
    """Words are put on a page as texts; what scripts write there themselves has none."""
    written = re.compile(
        r"""(?:textContent|innerText|title|ariaLabel|placeholder)\s*[:=]\s*["'`]([^"'`$]*)["'`]"""
        r"""|setAttribute\(\s*["'](?:aria-label|title)["']\s*,\s*["'`]([^"'`$]*)["'`]"""
    )
    for path in SCRIPTS:
        for groups in written.findall(path.read_text()):
            assert not LETTERS.search("".join(groups)), f"{path.name}: {groups}"
        assert not re.search(
            r"[а-яё]", re.sub(r"//.*|/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        ), path


@pytest.mark.parametrize(
    ("locale", "number", "text"),
    [
        ("en", 1, "1 invitation of yours has no answer yet"),
        ("en", 50, "50 invitations of yours have no answer yet"),
        ("ru", 21, "21 ваше приглашение ещё без ответа"),
        ("ru", 3, "3 ваших приглашения ещё без ответа"),
        ("ru", 50, "50 ваших приглашений ещё без ответа"),
    ],
)
def test_refusals_go_by_their_number(locale: str, number: int, text: str) -> None:
    assert Refusal("too_many_invitations", num=number).text(locale) == text
