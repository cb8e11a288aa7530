from fuzz.values.anchor import Anchor, Fault, Switch

AT = Anchor("A", "zone.lock", 2)


def test_anchors_faults_and_switches_are_written_as_lines_of_a_case() -> None:
    assert str(AT) == "A zone.lock#2"
    assert str(Fault(AT, "ENOMEM")) == "fault A zone.lock#2 ENOMEM"
    assert str(Switch(AT, "B")) == "switch A zone.lock#2 B"


def test_anchors_are_sorted_by_task_then_point_then_visit() -> None:
    ordered = [Anchor("A", "a", 2), Anchor("A", "b", 1), Anchor("B", "a", 1), Anchor("B", "a", 10)]
    assert sorted([ordered[2], ordered[1], ordered[3], ordered[0]]) == ordered


def test_equal_values_are_one_key() -> None:
    assert {Switch(AT, "B"): 1}[Switch(Anchor("A", "zone.lock", 2), "B")] == 1
