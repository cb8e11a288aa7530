"""What the lock sanitizer holds every target to."""

from typing import Final

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise

LOCK_ORDER: Final = Promise(
    "lock-order",
    "No two tasks can wait for each other: locks are taken in an order without cycles.",
    Harm.HANG,
    "lockdep, oracle 7",
    "locks",
)
LOCK_RECURSION: Final = Promise(
    "lock-recursion",
    "A task that holds a lock takes no other of its kind, unless the order of the two is known.",
    Harm.HANG,
    "lockdep",
    "locks",
)
SELF_DEADLOCK: Final = Promise(
    "self-deadlock",
    "A task does not wait for a lock that it holds.",
    Harm.HANG,
    "lockdep, oracle 7",
    "locks",
)
LOCK_IN_INTERRUPT: Final = Promise(
    "lock-in-interrupt",
    "A lock that interrupts take is held by tasks only with interrupts disabled.",
    Harm.HANG,
    "lockdep: inconsistent lock state",
    "locks",
)
LOCK_ORDER_IN_INTERRUPT: Final = Promise(
    "lock-order-in-interrupt",
    "Who holds a lock that interrupts take waits for no lock that an interrupt can find held.",
    Harm.HANG,
    "lockdep: irq-safe to irq-unsafe lock order",
    "locks",
)
LOCK_LEFT_HELD: Final = Promise(
    "lock-left-held",
    "Every operation and every task drops the locks that it took.",
    Harm.HANG,
    "lockdep: lock held when returning to user space",
    "locks",
)
HELD_LOCK_FREED: Final = Promise(
    "held-lock-freed",
    "A lock goes away only when nobody holds it or waits for it.",
    Harm.CRASH,
    "lockdep: held lock freed",
    "locks",
)
LOCK_PROMISES: Final = (
    LOCK_ORDER,
    LOCK_RECURSION,
    SELF_DEADLOCK,
    LOCK_IN_INTERRUPT,
    LOCK_ORDER_IN_INTERRUPT,
    LOCK_LEFT_HELD,
    HELD_LOCK_FREED,
)
