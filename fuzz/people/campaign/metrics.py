"""The state of a campaign for Prometheus, in its text format (version 0.0.4).

Totals are those of the whole campaign: they do not begin anew with a session.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fuzz.people.campaign.view import View

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

Sample = tuple[dict[str, str], float]
"""Labels and a value."""


def metrics_text(view: View) -> str:
    """Write all metrics."""
    return "\n".join(_lines(view)) + "\n"


def _lines(view: View) -> Iterator[str]:
    state = view.state
    yield from _gauge("swapstorm_up", "Whether a session runs.", float(view.pid is not None))
    yield from _counter("swapstorm_run_seconds_total", "Seconds of search.", view.seconds)
    yield from _of_lanes(view)
    yield from _metric(
        "swapstorm_findings",
        "gauge",
        "Findings, by the harm that they do.",
        (({"harm": harm}, count) for harm, count in view.harms),
    )
    yield from _gauge("swapstorm_findings_to_file", "Findings in the background.", state.to_file)
    yield from _gauge("swapstorm_units_given_up", "Work that killed all workers.", state.given_up)
    yield from _gauge("swapstorm_disk_bytes", "Bytes of corpus and state.", state.bytes)
    yield from _gauge("swapstorm_news_age_seconds", "Since anything new.", view.news_ago)
    yield from _of_workers(view)


def _of_lanes(view: View) -> Iterator[str]:
    lanes = [({"lane": row.name}, row) for row in view.state.lanes]
    for name, kind, sentence, value in (
        ("executions_total", "counter", "Executions.", attrgetter("executions")),
        ("features", "gauge", "Features that some case has reached.", attrgetter("reached")),
        ("cases", "gauge", "Cases of the corpus.", attrgetter("entries")),
    ):
        samples = ((labels, value(row)) for labels, row in lanes)
        yield from _metric(f"swapstorm_{name}", kind, sentence, samples)


def _of_workers(view: View) -> Iterator[str]:
    for name, kind, sentence, key in (
        ("starts_total", "counter", "Processes that had a place.", "starts"),
        ("memory_bytes", "gauge", "Resident memory.", "memory"),
        ("cpu_seconds_total", "counter", "CPU time of all that had a place.", "cpu_seconds"),
    ):
        samples = (({"worker": str(worker["name"])}, worker[key]) for worker in view.workers)
        yield from _metric(f"swapstorm_worker_{name}", kind, sentence, samples)


def _gauge(name: str, sentence: str, value: float) -> Iterator[str]:
    return _metric(name, "gauge", sentence, [({}, value)])


def _counter(name: str, sentence: str, value: float) -> Iterator[str]:
    return _metric(name, "counter", sentence, [({}, value)])


def _metric(name: str, kind: str, sentence: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {sentence}"
    yield f"# TYPE {name} {kind}"
    for labels, value in samples:
        inside = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"{name}{{{inside}}} {_number(value)}" if inside else f"{name} {_number(value)}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def _number(value: float) -> str:
    """Write a number in full: rounding would make a counter stand still."""
    return str(int(value)) if value == int(value) else repr(float(value))
