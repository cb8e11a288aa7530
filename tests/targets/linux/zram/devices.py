"""Short ways to make a device, let tasks use it, and say what they got."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from fuzz.values.anchor import Anchor, Fault, Switch
from fuzz.values.refusal import Refusal
from fuzz.world.faults.explicit import ExplicitFaults
from fuzz.world.schedule.replay import Replay
from fuzz.world.world import World
from targets.linux.block.bio import Bio, Op
from targets.linux.block.disk import submit_bio
from targets.linux.content.recipe import Recipe
from targets.linux.kernel.kernel import Kernel
from targets.linux.kernel.versions import VERSIONS, kernel_named
from targets.linux.machine.machine import Machine
from targets.linux.machine.memory import Memory
from targets.linux.machine.page import (
    PAGE_BYTES_WRITE,
    PAGE_SIZE,
    SECTORS_PER_PAGE,
    Page,
    fill_page,
)
from targets.linux.zram.comps import ZRAM_PRIMARY_COMP
from targets.linux.zram.device import Zram
from targets.linux.zram.disksize import disksize_store
from targets.linux.zram.operations import zram_add

ONE_PASS: Final = ("4.6", "5.19", "6.17", "6.18", "6.19")
WITH_TWO_PASSES: Final = tuple(version for version in VERSIONS if version not in ONE_PASS)
LOOKING_TWICE: Final = ("4.6", "4.7", "4.9", "4.10")
"""Kernels that look at a slot twice to read it, and at a page for zeros in each pass."""

Act = Callable[[Zram], object]
"""What a task does with the device; its answer is what the act returns, or the refusal's name."""


def content(recipe: str) -> bytes:
    """Make the bytes of a recipe."""
    return Recipe.parse(recipe).page()


def faults(*texts: str) -> ExplicitFaults:
    """Plan `A zsmalloc.pages#1 ENOMEM`."""
    return ExplicitFaults(Fault(_anchor(at), to) for at, to in map(_halves, texts))


def switches(*texts: str) -> Replay:
    """Plan `A zram.slot.lock#1 B`."""
    return Replay(Switch(_anchor(at), to) for at, to in map(_halves, texts))


def _halves(text: str) -> tuple[str, str]:
    at, _, last = text.rpartition(" ")
    return at, last


def _anchor(text: str) -> Anchor:
    task, visit = text.split()
    point, number = visit.split("#")
    return Anchor(task, point, int(number))


def bare_device(kernel: Kernel | str = "4.7", *, asynchronous: bool = False) -> Zram:
    """Make a device without a size, in a world of its own."""
    known = kernel_named(kernel) if isinstance(kernel, str) else kernel
    world = World()
    zram = zram_add(Machine(world, known, Memory(world)), 0, asynchronous=asynchronous)
    zram.comps.algs[ZRAM_PRIMARY_COMP] = "lz4"
    return zram


def device(kernel: Kernel | str = "4.7", *, asynchronous: bool = False) -> Zram:
    """Make a device of 16 pages."""
    zram = bare_device(kernel, asynchronous=asynchronous)
    zram.machine.world.boot(lambda: disksize_store(zram, "64K"))
    return zram


def run(zram: Zram, *acts: Act, fails: Sequence[str] = (), to: Iterable[str] = ()) -> list[object]:
    """Let tasks A, B, ... act on the device; return their answers."""
    world = zram.machine.world
    world.follow(switches(*to), faults(*fails))
    answers: list[object] = [None] * len(acts)

    def live(number: int, act: Act) -> None:
        try:
            answers[number] = act(zram)
        except Refusal as refusal:
            answers[number] = refusal.name

    for number, act in enumerate(acts):
        world.spawn("ABCD"[number], lambda number=number, act=act: live(number, act))
    world.run()
    return answers


def kinds(zram: Zram) -> list[str]:
    """Name the findings of the run."""
    return [finding.kind for finding in zram.machine.world.findings]


def page_of(zram: Zram, recipe: str = "zeros", pfn: int = 7) -> Page:
    """Make a page that belongs to nobody in particular."""
    page = Page(zram.machine.world, pfn)
    fill_page(page, content(recipe))
    return page


def submit(zram: Zram, op: Op, index: int, page: Page | None, size: int = PAGE_SIZE) -> str:
    """Submit a bio, and return its error or `ok` if it was completed at once."""
    errors = ["pending"]

    def end_io(bio: Bio) -> None:
        errors[0] = bio.error or "ok"

    submit_bio(zram.disk, Bio(op, index * SECTORS_PER_PAGE, size, page, end_io))
    return errors[0]


def write(zram: Zram, index: int, recipe: str) -> str:
    return submit(zram, Op.WRITE, index, page_of(zram, recipe))


def read(zram: Zram, index: int) -> bytes | str:
    page = page_of(zram, "random:9", pfn=8)
    answer = submit(zram, Op.READ, index, page)
    return bytes(page.bytes) if answer == "ok" else answer


def rewrite(zram: Zram, page: Page, recipe: str) -> None:
    """Change a page that a device may be looking at."""
    zram.machine.world.reach(PAGE_BYTES_WRITE, page.pfn)
    fill_page(page, content(recipe))
