"""Static files as they are read: their version, their encodings, and what imports what."""

from pathlib import Path

from blueprints.asset_tree import Tree


def test_version_is_that_of_the_content(tmp_path: Path) -> None:
    folder = tmp_path / "static"
    (folder / "js").mkdir(parents=True)
    file = folder / "js" / "a.js"
    file.write_text("one")
    first = Tree(folder).version
    (folder / "js" / ".a.js.swp").write_text("an editor's")
    file.touch()
    assert Tree(folder).version == first
    file.write_text("two")
    second = Tree(folder).version
    file.rename(folder / "js" / "b.js")
    assert len({first, second, Tree(folder).version}) == 3
    assert list(Tree(folder).assets) == ["js/b.js"]


def test_modules_are_found_however_they_are_imported(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    entry = """
        import "./not-at-the-start-of-a-line.js";
import "./bare.js";
import whole, { some } from './parts/whole.js';
export * from "./again.js";
import {
  over,
  lines,
} from "./lines.js";
/** @typedef {import("./types.js").Type} Type */
const later = await import("./dynamic.js");
export const word = 1; // not taken from "./comment.js"
import "elsewhere";
import "./missing.js";
"""
    names = ["not-at-the-start-of-a-line", "bare", "again", "lines", "types", "dynamic", "comment"]
    for name in names:
        (tmp_path / f"{name}.js").write_text("")
    (tmp_path / "entry.js").write_text(entry)
    (tmp_path / "parts" / "whole.js").write_text('import "../entry.js";\nimport "../deep.js";')
    (tmp_path / "deep.js").write_text('import "./bare.js";')
    found = Tree(tmp_path).modules(["entry.js"])
    assert found == ["bare.js", "parts/whole.js", "again.js", "lines.js", "deep.js"]


def test_nothing_is_compressed_in_vain(tmp_path: Path) -> None:
    (tmp_path / "tiny.css").write_text("a{}")
    (tmp_path / "image.png").write_bytes(bytes(1000))
    (tmp_path / "long.css").write_text("a { color: red }\n" * 100)
    bodies = {name: list(asset.bodies) for name, asset in Tree(tmp_path).assets.items()}
    assert bodies["tiny.css"] == bodies["image.png"] == ["identity"]
    assert set(bodies["long.css"]) == {"br", "gzip", "identity"}
    assert bodies["long.css"][-1] == "identity"
