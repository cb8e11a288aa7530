"""What comes of damage that a test does to a system: the epilogue of what is then found."""

from fuzz.program.demonstrate import take
from fuzz.program.epilogue import OffersEpilogue
from fuzz.values.finding import Harm
from fuzz.world.world import World

Line = tuple[Harm, str]


def comes_of(world: World, system: OffersEpilogue, kind: str) -> Line:
    """Take the steps that are offered for a finding of a world at rest; return the worst.

    LATENT and nothing when no step shows any harm.
    """
    finding = next(found for found in world.findings if found.kind == kind)
    shown: list[Line] = [(Harm.LATENT, "")]
    for number, step in enumerate(system.epilogue(finding)):
        if not world.over:
            seen = take(world, step, number)
            shown += [(one.sign.harm, f"{step.sentence}: {one.words}") for one in seen]
    world.unwind()
    return min(shown, key=lambda line: (line[0].rank, not line[1]))
