"""One job, done: what a worker makes of it, and what it hands back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fuzz.program.text import case_text
from fuzz.verify.search import Search
from fuzz.verify.wire import footprints_of, node_words, path_of

if TYPE_CHECKING:
    from fuzz.values.sanitizers import Sanitizers
    from fuzz.verify.ledger import Ledger
    from fuzz.verify.run import Subject
    from fuzz.verify.wire import Job


def do(job: Job, subject: Subject, ledger: Ledger, sanitizers: Sanitizers) -> dict[str, Any]:
    """Do a job; what is handed back has no more than JSON can say."""
    ledger.minded.clear()
    path = path_of(job.path, footprints_of(job.asleep, ledger))
    search = Search(subject, ledger, path, sanitizers)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    judged: set[tuple[str, int]] = set()
    results: set[str] = set()
    runs = cut = 0
    for seen in search.runs():
        runs += 1
        cut += seen.cut
        judged.update((space.task, space.operation) for space in seen.judged)
        if not seen.cut:
            results.add(seen.digest)
        for finding in seen.findings:
            if finding.identity not in found:
                found[finding.identity] = {"run": runs, "case": case_text(seen.case)}
        if runs == job.runs or ledger.minded - ledger.ordered:
            break
    return {
        "number": job.number,
        "runs": runs,
        "cut": cut,
        "found": [{"kind": k, "place": p, **words} for (k, p), words in found.items()],
        "judged": sorted(judged),
        "results": sorted(results),
        "minded": sorted(ledger.minded - ledger.ordered),
        "elsewhere": search.elsewhere,
        "rest": [node_words(node, ledger) for node in search.rest()],
    }
