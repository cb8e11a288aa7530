import json
from pathlib import Path

import pytest

from tests.fuzz.people.toys import swapstorm
from tests.fuzz.people.triage.cases import SMALL

DESIGNED = SMALL.replace("target counter", "target designed")


@pytest.fixture(autouse=True)
def _stand_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.case").write_text(SMALL)
    Path("designed.case").write_text(DESIGNED)


def test_every_kernel_is_run_and_the_borders_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert swapstorm("matrix", "a.case") == 0
    assert capsys.readouterr().out == (
        "an update of the counter is lost (data-loss)\n\n"
        "kernel\tshows\n1\tYES\n2\t-\n\n"
        "YES: this finding. -: clean.\n\n"
        "* First bad kernel: 1 (no earlier one is known).\n"
        "* First good kernel: 2 (after 1).\n"
        "* 1 has it, 2 is clean. No single change between them makes the difference.\n"
    )


def test_a_design_that_closes_it_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert swapstorm("matrix", "designed.case", "--format", "md") == 0
    out = capsys.readouterr().out
    assert "| kernel \\ design | none | lock |\n" in out
    assert "| 0               | YES  | n/a  |\n| 1               | YES  | -    |\n" in out
    assert "* First good kernel: none is known after 1.\n" in out
    assert "* On 1, this design closes it: lock.\n" in out


def test_programs_learn_it_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert swapstorm("matrix", "designed.case", "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["matrix"] == {
        "0": {"none": "shows", "lock": "impossible"},
        "1": {"none": "shows", "lock": "clean"},
    }
    assert (told["signature"], told["affected"]["first_bad"]) == ("lost-update-add", "0")
    assert told["closing"]["designs"] == ["lock"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["a.case", "--kernel", "2"], "expected a case that shows a finding: it shows clean"),
        (["a.case", "--finding", "nix"], "expected a case that shows the finding 'nix'"),
        (["nowhere"], "nowhere: No such file or directory"),
    ],
)
def test_misuse_is_one_line(capsys: pytest.CaptureFixture[str], words: list[str], why: str) -> None:
    assert swapstorm("matrix", *words) == 2
    assert why in capsys.readouterr().err
