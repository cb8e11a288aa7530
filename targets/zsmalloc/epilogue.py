"""What comes of damage to a pool: owners read their objects, allocate, compact, and leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.program.epilogue import Shown, Step, kinds_of
from fuzz.values.finding import Harm
from targets.linux.zsmalloc.pool import zs_free
from targets.linux.zsmalloc.promises import ZSMALLOC_LEAK
from targets.linux.zsmalloc.using import object_to_read
from targets.shared.pool_epilogue import POOL_DAMAGE, pool_steps
from targets.zsmalloc.promises import ZSMALLOC_EMPTY_ZSPAGE, ZSMALLOC_WRONG_CONTENTS

if TYPE_CHECKING:
    from fuzz.values.finding import Finding
    from targets.zsmalloc.system import ZsmallocSystem

LEAKS: Final = kinds_of(ZSMALLOC_EMPTY_ZSPAGE, ZSMALLOC_LEAK)


def epilogue(system: ZsmallocSystem, finding: Finding) -> list[Step]:
    """Offer steps for what a finding has damaged."""
    if finding.kind in LEAKS:
        return [_owners_leave(system)]
    if finding.kind == ZSMALLOC_WRONG_CONTENTS.kind:
        return [_owners_read(system)]
    if finding.kind in POOL_DAMAGE:
        return [_owners_read(system), *pool_steps(system.pool), _owners_read(system)]
    return []


def _owners_read(system: ZsmallocSystem) -> Step:
    """Every object is read; those whose owner has written them hold what he wrote."""

    def run() -> Shown | None:
        for one in system.objects:
            with object_to_read(system.pool, one.handle, bytearray(one.size)) as view:
                found = view.read(one.size)
            if one.contents is not None and found != one.contents:
                words = f"object {one.number} holds what its owner did not write"
                return Shown(Harm.CORRUPTION_READ_BACK, words)
        return None

    return Step("every owner reads his object", run)


def _owners_leave(system: ZsmallocSystem) -> Step:
    """Every object that has an owner is freed; then the pool needs no page."""

    def run() -> Shown | None:
        for one in system.objects:
            handle, one.handle = one.handle, 0
            zs_free(system.pool, handle)
        left = system.pool.pages_allocated
        return Shown(Harm.LEAK, f"the pool keeps {left} pages") if left else None

    return Step("every owner frees his object", run, worst=Harm.LEAK)
