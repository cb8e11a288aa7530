from dataclasses import replace

from fuzz.values.finding import Finding, Harm

FINDING = Finding("hung-task", ("take",), Harm.HANG, "title", "detail", "A", 7)


def test_harms_are_ranked_from_the_worst() -> None:
    assert sorted(Harm, key=lambda harm: harm.rank) == list(Harm)
    assert (Harm.CRASH.rank, Harm.LATENT.rank) == (0, len(Harm) - 1)


def test_kind_and_place_make_the_identity_and_the_rest_is_circumstance() -> None:
    elsewhere = replace(FINDING, title="other", detail="other", task="B", step=8)
    assert elsewhere.identity == FINDING.identity == ("hung-task", "take")
    assert replace(FINDING, places=("give",)).identity != FINDING.identity


def test_the_signature_names_a_folder() -> None:
    assert FINDING.signature == "hung-task-take"
    assert replace(FINDING, places=("give", "take")).signature == "hung-task-give+take"
