"""Structs whose fields are cells: what of an access observers learn, and when nothing is paid."""

from typing import Final

from fuzz.world.cell import Cell, CellClass, Cells, Touch
from fuzz.world.observer import Observer
from fuzz.world.shared import Fields, Watch, share, shared
from fuzz.world.world import World

SIZE: Final = CellClass("box size", "the lock of the box")
LIST: Final = CellClass("box list", "the lock of the box")
LIMIT: Final = CellClass("box limit", "being one word")


@shared(
    Fields(SIZE, "width", "height"),
    Fields(LIST, "things", watch=Watch.USE),
    Fields(LIMIT, "limit", watch=Watch.WRITES),
)
class Box:
    """A struct with two words of one cell, a list, a word that is read at will, and its own."""

    __slots__ = ("cells", "height", "limit", "own", "things", "width")

    def __init__(self, world: World, number: int) -> None:
        self.width = self.height = self.limit = self.own = 0
        self.things: list[str] = []
        share(world, self, number)


class Listener(Observer):
    """Writes down every access that it learns of."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, object, Touch]] = []

    def touched(self, cell: Cell, touch: Touch) -> None:
        self.heard.append((cell.cell_class.name, cell.instance, touch))


def test_accesses_to_fields_are_told_as_declared() -> None:
    world, listener = World(), Listener()
    world.attach(listener)
    box = Box(world, 7)
    box.width += 1
    box.height = box.limit
    box.limit = 3
    box.things.append("ball")
    box.own = 1
    assert (box.width, box.height, box.limit, box.own, box.things) == (1, 0, 3, 1, ["ball"])
    assert listener.heard == [
        ("box size", 7, Touch.READ),
        ("box size", 7, Touch.WRITE),
        ("box size", 7, Touch.WRITE),
        ("box limit", 7, Touch.WRITE),
        ("box list", 7, Touch.WRITE),
        ("box size", 7, Touch.READ),
        ("box size", 7, Touch.READ),
        ("box list", 7, Touch.WRITE),
    ]


def test_two_structs_have_cells_of_their_own_even_with_one_number() -> None:
    world, seen = World(), list[Cell]()

    class Collector(Observer):
        def touched(self, cell: Cell, touch: Touch) -> None:
            seen.append(cell)

    world.attach(Collector())
    for box in (Box(world, 1), Box(world, 1)):
        box.width = box.height = 2
    assert [seen[0] is one for one in seen] == [True, True, False, False]


def test_a_struct_of_a_world_that_nobody_observes_stays_what_it_is() -> None:
    box = Box(World(), 0)
    assert type(box) is Box
    assert vars(Box)["width"].__class__.__name__ == "member_descriptor"


def test_an_observed_struct_is_still_one_of_its_class() -> None:
    world = World()
    world.attach(Listener())
    box = Box(world, 0)
    assert isinstance(box, Box)
    assert type(box).__name__ == "Box"


def test_elements_are_cells_of_their_own() -> None:
    world, listener = World(), Listener()
    world.attach(listener)
    cells = Cells(world, SIZE)
    cells.write("left")
    cells.read("right", marked=True)
    cells.write("left", marked=True)
    assert listener.heard == [
        ("box size", "left", Touch.WRITE),
        ("box size", "right", Touch.MARKED_READ),
        ("box size", "left", Touch.MARKED_WRITE),
    ]
