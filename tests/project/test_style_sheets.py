"""Style sheets: small files, layers instead of an order of files, tokens instead of literals."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.server import ROOT

LINES_MAX = 250
SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
TEMPLATES = [path.read_text() for path in sorted((ROOT / "templates").glob("*.html"))]

# Only to win over a style attribute: a popup's place beside its message is set by a script.
IMPORTANT = [("menu.css", "inset: auto 0 0 !important")]

# Which properties have a scale of their own among the tokens.
SCALES = {
    "--font-": r"font-size",
    "--gap-": r"(?:padding|margin|(?:row-|column-)?gap)\b[\w-]*",
    "--radius-": r"border-radius",
}

each_sheet = pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)


def source(path: Path) -> str:
    """Return the style sheet without its comments."""
    return re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)


def statements(css: str) -> Iterator[str]:
    """Yield what stands at the top level: at-rules that end in a semicolon, and whole blocks."""
    start = depth = 0
    for position, character in enumerate(css):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0 and character in "};":
            yield css[start : position + 1].strip()
            start = position + 1
    assert depth == 0
    assert not css[start:].strip()


def declarations(path: Path) -> list[tuple[str, str]]:
    """Return all declarations, as (property, value)."""
    return re.findall(r"([\w-]+):\s+([^;{}]+);", source(path))


TOKENS = ROOT / "static" / "css" / "tokens.css"
ORDER, *_ = statements(source(TOKENS))
LAYERS = ORDER.removeprefix("@layer ").removesuffix(";").split(", ")
VALUES = {name: value for name, value in declarations(TOKENS) if name.startswith("--")}


def test_layers_are_declared_once_and_first() -> None:
    assert LAYERS[0] == "tokens"
    assert len(LAYERS) == len(set(LAYERS))
    assert sum(len(re.findall(r"@layer[^{;]*;", source(path))) for path in SHEETS) == 1
    base = next(text for text in TEMPLATES if "<!doctype html>" in text)
    assert re.findall(r'"(\w+)"', base.split("{% set common = ")[1])[0] == "tokens"


@each_sheet
def test_a_sheet_is_small_and_all_of_it_is_in_one_layer(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LINES_MAX
    found = [statement for statement in statements(source(path)) if statement != ORDER]
    assert len(found) == 1
    match = re.match(r"@layer (\w+) \{", found[0])
    assert match, "a rule is outside of the layers"
    assert match[1] in LAYERS
    assert "@import" not in found[0]


@each_sheet
def test_a_descendant_is_not_named_by_a_colon_alone(path: Path) -> None:
    """Inside a block rcssmin takes the space before it for one after a property's name."""
    assert not re.findall(r"^[^;{}]*[^\s,{}] :.*", source(path), re.MULTILINE)


@each_sheet
def test_a_sheet_is_used(path: Path) -> None:
    assert any(f'"{path.stem}"' in text or f"css/{path.name}" in text for text in TEMPLATES)


def test_nothing_is_more_important_than_its_layer() -> None:
    found = [
        (path.name, line.strip().rstrip(";"))
        for path in SHEETS
        for line in source(path).splitlines()
        if "!important" in line
    ]
    assert found == IMPORTANT


def test_every_token_is_there_and_used() -> None:
    used = {name for path in SHEETS for name in re.findall(r"var\((--[\w-]+)", source(path))}
    assert used == set(VALUES)


@each_sheet
def test_what_has_a_token_is_not_written_out(path: Path) -> None:
    if path == TOKENS:
        return
    assert not re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(", source(path)), "a colour"
    for prefix, properties in SCALES.items():
        scale = {value for name, value in VALUES.items() if name.startswith(prefix)}
        written = [
            (name, value)
            for name, value in declarations(path)
            if re.fullmatch(properties, name) and scale & set(value.split())
        ]
        assert written == []
