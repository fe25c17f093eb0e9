"""The results: a table for people, JSON for programs."""

import json
import statistics
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.goals import GOALS, is_met

MISSED = "✗"
BESEDA = "beseda"

# target → figure → what was measured, each time.
Results = dict[str, dict[str, list[float]]]


def save(path: Path, results: Results, options: dict[str, Any], failures: list[str]) -> None:
    """Write everything: the machine, the options, all repetitions and their medians."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = {
        "machine": machine.facts(),
        "options": options,
        "failures": failures,
        "results": {
            target: {figure: _result(figure, values) for figure, values in figures.items()}
            for target, figures in results.items()
        },
    }
    path.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n")


def _result(figure: str, values: list[float]) -> dict[str, Any]:
    result: dict[str, Any] = {"median": statistics.median(values), "samples": values}
    if figure in GOALS:
        result["goal"] = " ".join(map(str, GOALS[figure]))
    return result


def table(results: Results) -> str:
    """Figures down, servers across: medians, goals, how many times a reference Beseda takes, and
    how busy the generator was with Beseda (near 100 % it is the generator that was measured).
    """
    others = [target for target in results if target != BESEDA]
    head = [
        "",
        "beseda",
        "",
        "goal",
        *(cell for name in others for cell in (name, "")),
        "generator",
    ]
    figures = dict.fromkeys(figure for one in results.values() for figure in one)
    rows = [_row(figure, results, others) for figure in figures if ":" in figure]
    return _aligned([head, *rows])


def _row(figure: str, results: Results, others: list[str]) -> list[str]:
    beseda = _median(results, BESEDA, figure)
    missed = beseda is not None and not is_met(figure, beseda)
    sign, goal = GOALS.get(figure, ("", None))
    row = [figure, _number(beseda), MISSED if missed else "", f"{sign} {_number(goal)}".strip()]
    for name in others:
        value = _median(results, name, figure)
        ratio = beseda / value if beseda is not None and value else None
        row += [_number(value), "" if ratio is None else f"×{ratio:.2f}"]
    busy = _median(results, BESEDA, f"{figure.partition(':')[0]} (generator)")
    return [*row, "" if busy is None else f"{busy:.0f} %"]


def _median(results: Results, target: str, figure: str) -> float | None:
    values = results.get(target, {}).get(figure)
    return statistics.median(values) if values else None


def _number(value: float | None) -> str:
    if value is None:
        return ""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"


def _aligned(rows: list[list[str]]) -> str:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for first, *rest in rows:
        cells = [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
        lines.append("  ".join([first.ljust(widths[0]), *cells]).rstrip())
    return "\n".join(lines)
