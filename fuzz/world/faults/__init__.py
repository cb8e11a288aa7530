"""Fault plans: which fault points fail, by name or by chance."""

from fuzz.world.faults.attributes import Attributes, attributes_from_words, attributes_text
from fuzz.world.faults.drawn import DrawnFaults, OrderOfTests
from fuzz.world.faults.explicit import ExplicitFaults
from fuzz.world.faults.plans import Plans

__all__ = (
    "Attributes",
    "DrawnFaults",
    "ExplicitFaults",
    "OrderOfTests",
    "Plans",
    "attributes_from_words",
    "attributes_text",
)
