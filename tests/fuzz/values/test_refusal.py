from fuzz.values.refusal import Refusal


def test_a_refusal_carries_the_name_of_its_error() -> None:
    refusal = Refusal("ENOMEM")
    assert (refusal.name, str(refusal)) == ("ENOMEM", "ENOMEM")
