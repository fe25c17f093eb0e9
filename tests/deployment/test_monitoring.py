"""The rules and the dashboard of docs/monitoring, by Prometheus' own program."""

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prometheus_client import ProcessCollector

from blueprints.api.prometheus import COUNTERS, GAUGES, HISTOGRAMS, metric_families
from realtime.metrics import Metrics
from tests.support.promtool import promtool
from tests.support.server import ROOT

MONITORING = ROOT / "docs" / "monitoring"
DASHBOARD = json.loads((MONITORING / "grafana.json").read_text("utf-8"))
PANELS: list[dict[str, Any]] = [each for each in DASHBOARD["panels"] if each["type"] != "row"]
GRID = 24
ELSEWHERE = {"beseda_process_up", "beseda_build_info", "beseda_database_up"}
# What is said in labels while something is wrong or has happened.
LABELS = {"connections": "room", "http_requests": "5xx"}


def expressions() -> list[str]:
    """Return what the panels and the lists above them ask, with the variables as Grafana fills
    them in.
    """
    filled = {"$job": "beseda", "$instance": ".*", "$process": ".*", "$__rate_interval": "5m"}
    found = [target["expr"] for panel in PANELS for target in panel["targets"]]
    for name, value in filled.items():
        found = [each.replace(name, value) for each in found]
    return found


def names(text: str) -> set[str]:
    return set(re.findall(r"\b(?:beseda|process)_[a-z_]+(?=[\[{ ),]|$)", text))


def made() -> Iterator[tuple[str, dict[str, str]]]:
    """All samples that there can be, with one value of each label."""
    source = Metrics()
    for name, (label, _) in COUNTERS.items():
        source.count(f"{name}:{LABELS.get(name, 'x')}" if label else name)
    for name, (label, _) in GAUGES.items():
        source.gauge(f"{name}:{LABELS.get(name, 'x')}" if label else name, lambda: 1.0)
    for name in HISTOGRAMS:
        source.histogram(name).observe(0.02)
    for family in (*metric_families(source), *ProcessCollector(registry=None).collect()):
        for sample in family.samples:
            yield sample.name, sample.labels
    for name in ELSEWHERE:
        yield name, {"version": "1"} if "info" in name else {}


async def test_rules_are_right_and_ring_when_they_should() -> None:
    for asked in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"]):
        status, said = await promtool(*asked, cwd=MONITORING)
        assert status == 0, said


def test_rules_and_dashboard_ask_for_what_there_is() -> None:
    rules = re.sub(r"annotations:\n(?: {10}.*\n)+", "", (MONITORING / "alerts.yml").read_text())
    there = {name for name, _ in made()}
    asked = names(" ".join(expressions()) + rules)
    assert len(asked) > 20
    assert asked - there == set()
    shown = {re.sub("_(bucket|count|sum)$", "", each) for each in names(" ".join(expressions()))}
    missing = {name.removesuffix("_bucket") for name in there if name.startswith("beseda_")} - shown
    hidden = {each for each in missing if not re.search("_(count|sum|created)$", each)}
    assert hidden == {"beseda_draining", "beseda_http_metrics_refused_total"}


async def test_every_panel_shows_something(tmp_path: Path) -> None:
    """Each of its questions has an answer where everything that is counted has happened."""
    series = [
        {"series": f"{name}{labels_of(labels)}", "values": "1+1x40"} for name, labels in made()
    ]
    asked = [{"expr": each, "eval_time": "30m", "exp_samples": []} for each in expressions()]
    tests = {"tests": [{"interval": "1m", "input_series": series, "promql_expr_test": asked}]}
    (tmp_path / "all.yml").write_text(json.dumps(tests))
    # Expected to be empty, each of them fails that is not.
    status, failed = await promtool("test", "rules", "all.yml", cwd=tmp_path)
    assert status == 1
    silent = [each for each in expressions() if f"expr: {json.dumps(each)}, time" not in failed]
    assert silent == []


def labels_of(labels: dict[str, str]) -> str:
    every = {"job": "beseda", "instance": "chat", "process": "7", **labels}
    return "{" + ", ".join(f'{name}="{value}"' for name, value in every.items()) + "}"


def test_panels_stand_beside_each_other() -> None:
    ids = [each["id"] for each in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)
    squares = [square for panel in DASHBOARD["panels"] for square in covered(panel["gridPos"])]
    assert len(set(squares)) == len(squares)
    assert all(x < GRID for x, _ in squares)
    for panel in PANELS:
        assert panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"]
        assert len({each["refId"] for each in panel["targets"]}) == len(panel["targets"])


def covered(place: dict[str, int]) -> Iterator[tuple[int, int]]:
    return itertools.product(
        range(place["x"], place["x"] + place["w"]), range(place["y"], place["y"] + place["h"])
    )
