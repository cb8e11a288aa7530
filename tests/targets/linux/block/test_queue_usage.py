"""Requests of a disk: who takes it away waits for all of them."""

from fuzz.values.point import Point
from fuzz.world.world import World
from targets.linux.block.queue_usage import QueueUsage

NAP = Point("test.nap", "wait until others have begun")


def test_who_takes_a_disk_away_waits_until_every_request_is_served() -> None:
    world = World()
    usage = QueueUsage(world, 1)
    order: list[str] = []

    def request(ticks: int) -> None:
        usage.enter()
        world.sleep(NAP, ticks)
        order.append(f"served after {ticks}")
        usage.exit()

    def remove() -> None:
        world.sleep(NAP, 1)
        usage.freeze()
        order.append("frozen")
        usage.freeze()

    world.spawn("A", lambda: request(2))
    world.spawn("B", lambda: request(3))
    world.spawn("C", remove)
    world.run()
    assert order == ["served after 2", "served after 3", "frozen"]
    assert [event[1].name for event in world.trace].count("disk.freeze") == 1
