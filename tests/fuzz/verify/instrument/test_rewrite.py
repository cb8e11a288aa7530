"""Rewritten code does what it did, and says what it looks at and changes."""

import ast
from typing import Any

import pytest

from fuzz.verify.instrument.loader import HOOKS
from fuzz.verify.instrument.names import changing_names
from fuzz.verify.instrument.rewrite import Rewriter
from fuzz.verify.instrument.statements import hook
from fuzz.verify.ledger import Ledger

PREFACE = """
class Thing:
    def __init__(self):
        self.count = 0
        self.items = []
        self.table = {}
        self.fixed = 7

def touch(thing):
    thing.count = thing.count
"""


def run(body: str) -> tuple[Any, Any]:
    """Return what `work(thing)` with this body answers, as it is and rewritten."""
    lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
    source = f"{PREFACE}\ndef work(thing):\n{lines}"
    tree = ast.parse(source)
    plain: dict[str, Any] = {}
    exec(compile(tree, "plain", "exec"), plain)
    ledger = Ledger()
    noted: dict[str, Any] = {hook(name): getattr(ledger, name) for name in HOOKS}
    tree = ast.parse(source)
    rewritten = Rewriter(changing_names([tree]), (), ()).visit(tree)
    exec(compile(ast.fix_missing_locations(rewritten), "rewritten", "exec"), noted)
    return plain["work"](plain["Thing"]()), noted["work"](noted["Thing"]())


@pytest.mark.parametrize(
    "body",
    [
        "thing.count += 2\nthing.count -= 1\nreturn thing.count",
        "thing.items += [1, 2]\nreturn thing.items",
        "thing.items.append(3)\nreturn thing.items[0], thing.items[-1], thing.items[0:1]",
        "thing.table['a'] = 1\nthing.table['a'] += 5\nreturn thing.table, 'a' in thing.table",
        "thing.table['a'] = thing.count = 4\nreturn thing.table.pop('a'), thing.count",
        "thing.count, (thing.items, *rest) = 1, [[2], 3, 4]\nreturn thing.count, thing.items, rest",
        "thing.table.update(a=1)\ndel thing.table['a']\nreturn 'a' not in thing.table",
        "return [n for n in (1, 2, 3) if n > thing.fixed - 6], {n: n for n in range(2)}",
        "x = [3, 1]\nx += (2,)\nreturn sorted(x), len(x), x or None, not x",
        "return [key for key in {'b': 1, 'a': 2}.keys()], 1 if thing.items else 2",
        "match thing.count:\n    case 0 if not thing.items:\n        return 'none'",
        "view = memoryview(bytearray(b'abc'))[1:]\nreturn bytes(view)",
        "return getattr(thing, 'count'), getattr(thing, 'absent', 5)",
    ],
)
def test_rewritten_code_answers_the_same(body: str) -> None:
    plain, rewritten = run(body)
    assert rewritten == plain


def pages(body: str) -> tuple[list[Any], list[Any], list[Any]]:
    """Return the keys that a body reads, writes and updates."""
    lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
    tree = ast.parse(f"{PREFACE}\ndef work(thing):\n{lines}")
    ledger = Ledger()
    space: dict[str, Any] = {hook(name): getattr(ledger, name) for name in HOOKS}
    rewritten = Rewriter(changing_names([tree]), (), ()).visit(tree)
    exec(compile(ast.fix_missing_locations(rewritten), "rewritten", "exec"), space)
    thing = space["Thing"]()
    ledger.begin_step()
    space["work"](thing)
    kept = (ledger.reads, ledger.writes, ledger.updates)
    reads, writes, updates = ([key for _, key in page] for page in kept)
    return reads, writes, updates


def test_what_never_changes_is_not_noted() -> None:
    assert pages("return thing.fixed") == ([], [], [])


def test_an_attribute_is_noted_by_its_name() -> None:
    assert pages("thing.count = thing.count") == (["count"], ["count"], [])


def test_a_sum_that_nobody_looks_at_is_an_update() -> None:
    assert pages("thing.count += 1") == ([], [], ["count"])


def test_elements_of_a_table_are_told_apart() -> None:
    reads, writes, updates = pages("thing.table[1] = 2")
    assert (reads, writes, updates) == (["<whole>"], [("key", 1)], ["<any>"])


def test_a_walk_looks_at_all() -> None:
    assert pages("return [one for one in thing.items]")[0] == ["<any>", "<whole>"]
