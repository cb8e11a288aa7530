import os
from pathlib import Path

import pytest

from fuzz.keep.corpus import Corpus
from fuzz.keep.files import KeepError
from fuzz.program.text import CASE_BYTES_MAX
from tests.fuzz.keep.failing import contents, failing_disk


def test_a_case_is_added_once(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "corpus")
    assert [corpus.add(text) for text in ("a\n", "b\n", "a\n")] == [True, True, False]
    assert len(corpus) == 2
    again = Corpus(tmp_path / "corpus")
    assert sorted(again) == ["a\n", "b\n"]
    assert not again.add("b\n")
    assert all(len(name) == 16 + len(".case") for name in contents(tmp_path / "corpus"))


def test_cases_come_in_the_order_of_their_files(tmp_path: Path) -> None:
    for name in ("b", "c", "a"):
        (tmp_path / f"{name}.case").write_text(name)
    assert list(Corpus(tmp_path)) == ["a", "b", "c"]


def test_a_case_that_a_person_named_is_known_by_its_contents(tmp_path: Path) -> None:
    (tmp_path / "mine.case").write_text("a\n")
    (tmp_path / "mine-too.case").write_text("a\n")
    corpus = Corpus(tmp_path)
    assert len(corpus) == 1
    assert not corpus.add("a\n")


def test_rubbish_is_skipped_with_a_note(tmp_path: Path) -> None:
    (tmp_path / "a-good.case").write_text("good")
    (tmp_path / "binary.case").write_bytes(b"a\0b")
    (tmp_path / "folder.case").mkdir()
    (tmp_path / "huge.case").write_bytes(b"#" * (CASE_BYTES_MAX + 1))
    (tmp_path / "latin.case").write_bytes(b"\xe4")
    (tmp_path / "link.case").symlink_to(tmp_path / "a-good.case")
    os.mkfifo(tmp_path / "pipe.case")
    (tmp_path / "README").write_text("no case, and not said to be one")
    corpus = Corpus(tmp_path)
    assert list(corpus) == ["good"]
    assert [note.removeprefix(f"skipped {tmp_path}/") for note in corpus.notes] == [
        "binary.case: binary",
        "folder.case: not a regular file",
        "huge.case: more than 1,000,000 bytes",
        "latin.case: not UTF-8 text",
        "link.case: a symbolic link",
        "pipe.case: not a regular file",
    ]


def test_a_case_that_could_not_be_stored_is_not_in_the_corpus(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    with failing_disk(4), pytest.raises(KeepError):
        corpus.add("a\n")
    assert len(corpus) == 0
    assert contents(tmp_path) == {}
    assert corpus.add("a\n")


def test_a_file_in_the_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "corpus").write_text("not a folder")
    with pytest.raises(KeepError, match="cannot look for cases in"):
        Corpus(tmp_path / "corpus")
