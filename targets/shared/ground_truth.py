"""What targets on the model know of their bugs: the table of defects, for whoever measures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.program.ground_truth import Bug
from targets.linux.kernel.defects import DEFECTS
from targets.linux.kernel.features import Features
from targets.shared.settings import WITH, WITHOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from typing import TypeAlias

    from fuzz.world.world import World

    Hear: TypeAlias = Callable[[World, tuple[str, ...]], None]

BUGS: Final = tuple(Bug(each.slug, each.sentence, each.catalogue) for each in DEFECTS)


def with_bugs(settings: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    """Put defects in, after those that are put in already."""
    wanted = tuple(dict.fromkeys((*_words(settings, WITH.name), *names)))
    unwanted = tuple(name for name in _words(settings, WITHOUT.name) if name not in names)
    return _written(settings, wanted, unwanted)


def without_bugs(settings: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    """Take defects out: those that were put in are not put in, the kernel's own are removed."""
    wanted = tuple(name for name in _words(settings, WITH.name) if name not in names)
    unwanted = tuple(dict.fromkeys((*_words(settings, WITHOUT.name), *names)))
    return _written(settings, wanted, unwanted)


def listener(hear: Hear) -> type[Features]:
    """Return a kind of `Features` that tells of each look at what a defect changes."""
    concerned: dict[str, tuple[str, ...]] = {}
    for defect in DEFECTS:
        for each in defect.switches:
            concerned[each.field] = (*concerned.get(each.field, ()), defect.slug)
    heard = {field: _telling(field, names, hear) for field, names in concerned.items()}
    return type("HeardFeatures", (Features,), heard)


def heard_features(kind: type[Features], features: Features, world: World) -> Features:
    """Return the same features, of a kind that `listener` made, for a machine in a world."""
    heard = object.__new__(kind)
    vars(heard).update(vars(features), _world=world)
    return heard


def _telling(field: str, names: tuple[str, ...], hear: Hear) -> property:
    def look(features: Features) -> object:
        values = vars(features)
        hear(values["_world"], names)
        return values[field]

    return property(look)


def _words(settings: Mapping[str, str], name: str) -> tuple[str, ...]:
    text = settings.get(name, "-")
    return () if text == "-" else tuple(text.split(","))


def _written(
    settings: Mapping[str, str], wanted: Collection[str], unwanted: Collection[str]
) -> dict[str, str]:
    texts = {WITH.name: ",".join(wanted), WITHOUT.name: ",".join(unwanted)}
    kept = {name: text for name, text in settings.items() if name not in texts}
    return {**kept, **{name: text for name, text in texts.items() if text}}
