import ast
from typing import Final

from fuzz.people.measures.mutation.edits import Site
from fuzz.people.measures.mutation.expressions import expression_sites
from fuzz.people.measures.mutation.statements import statement_sites

STATEMENTS: Final = """
def f(self):
    self.lock.acquire()
    with self.sem.reading(), open(name) as file:
        self.count -= 1
        free(self)
    value = 1
    self.world.tell("said")
    self.lock.release()
"""
EXPRESSIONS: Final = """
def f(self, count):
    if not self.ready:
        raise Refusal(EBUSY)
    while count < self.most:
        count += 1
    if count == 2:
        return self.items[count:]
    return EINVAL
"""


def said(site: Site) -> tuple[str, str, str]:
    return site.operator, site.before, site.after


def test_statements_with_an_effect_are_left_out_or_swapped_and_locks_are_not_taken() -> None:
    assert [said(site) for site in statement_sites(ast.parse(STATEMENTS))] == [
        ("deleted-lock", "self.lock.acquire()", ""),
        ("deleted-lock", "with self.sem.reading()", ""),
        ("forgotten-decrement", "self.count -= 1", ""),
        ("swapped-statements", "self.count -= 1; free(self)", "free(self); self.count -= 1"),
        ("deleted-statement", "free(self)", ""),
    ]


def test_conditions_bounds_and_errnos_are_made_wrong() -> None:
    assert sorted(said(site) for site in expression_sites(ast.parse(EXPRESSIONS))) == [
        ("negated-condition", "count < self.most", "not count < self.most"),
        ("negated-condition", "count == 2", "not count == 2"),
        ("negated-condition", "not self.ready", "self.ready"),
        ("off-by-one", "count += 1", "2"),
        ("off-by-one", "count < self.most", "count <= self.most"),
        ("off-by-one", "count == 2", "3"),
        ("off-by-one", "count:", "count + 1"),
        ("wrong-errno", "Refusal(EBUSY)", "'ENOMEM'"),
        ("wrong-errno", "return EINVAL", "'EBUSY'"),
    ]


def test_a_lock_that_is_not_taken_is_not_dropped_either() -> None:
    tree = ast.parse(STATEMENTS)
    with next(statement_sites(tree)).made():
        assert "self.lock" not in ast.unparse(tree)
        assert "self.sem" in ast.unparse(tree)


def test_a_mistake_is_taken_back_to_the_letter() -> None:
    for source in (STATEMENTS, EXPRESSIONS):
        tree = ast.parse(source)
        for site in (*statement_sites(tree), *expression_sites(tree)):
            with site.made():
                assert ast.unparse(tree) != ast.unparse(ast.parse(source))
            assert ast.unparse(tree) == ast.unparse(ast.parse(source))
