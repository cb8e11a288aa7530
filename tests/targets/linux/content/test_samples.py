from pathlib import Path

import pytest

from targets.linux.content.measure import block_size, page_name
from targets.linux.content.samples import (
    CHECKOUT_PAGES,
    PAGES_VARIABLE,
    SampleError,
    SamplePages,
    default_samples,
)

ONES = b"\x01" * 4096
TWOS = b"\x02" * 4096


def test_a_folder_gives_the_pages_of_all_its_files(tmp_path: Path) -> None:
    (tmp_path / "a.pages").write_bytes(ONES + TWOS)
    (tmp_path / "b.pages").write_bytes(ONES)
    (tmp_path / "README.md").write_bytes(b"not pages")
    samples = SamplePages.load(tmp_path)
    assert samples.names == tuple(sorted([page_name(ONES), page_name(TWOS)]))
    assert samples.page(page_name(TWOS)) == TWOS


def test_a_folder_that_does_not_exist_has_no_pages(tmp_path: Path) -> None:
    assert SamplePages.load(tmp_path / "none").names == ()


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cut.pages").write_bytes(ONES[1:])
    with pytest.raises(SampleError, match="has 4095 bytes, which is not a number of whole pages"):
        SamplePages.load(tmp_path)


def test_the_variable_names_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a.pages").write_bytes(ONES)
    monkeypatch.setenv(PAGES_VARIABLE, str(tmp_path))
    assert default_samples().names == (page_name(ONES),)


def test_a_variable_that_names_no_folder_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(PAGES_VARIABLE, str(tmp_path / "none"))
    with pytest.raises(SampleError, match=r"SWAPSTORM_PAGES names .*, which is not a folder"):
        default_samples()


def test_the_repository_holds_pages_of_every_compressed_size() -> None:
    samples = SamplePages.load(CHECKOUT_PAGES)
    buckets = {block_size(samples.page(name)) // 256 for name in samples.names}
    assert buckets == {*range(17)}
    assert len(samples.names) * 4096 <= 1 << 20
