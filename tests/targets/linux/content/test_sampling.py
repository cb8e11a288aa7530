from pathlib import Path

import psutil
import pytest

from targets.linux.content import live
from targets.linux.content.live import private_pages, running_workload
from targets.linux.content.measure import block_size
from targets.linux.content.samples import CHECKOUT_PAGES, SamplePages
from targets.linux.content.sampling import (
    FILE_NAME,
    main,
    shareable,
    stratified,
    write_pages,
)
from targets.linux.content.sized import sized_page


def page_with(text: bytes) -> bytes:
    return text.ljust(4096, b"\0")


def test_a_live_interpreter_is_sampled_in_every_size(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--into", str(tmp_path), "--pages", "17"]) == 0
    samples = SamplePages.load(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [FILE_NAME]
    assert {block_size(samples.page(name)) // 256 for name in samples.names} == {*range(17)}
    assert capsys.readouterr().out.startswith("kept 17 of ")


def test_the_child_is_gone_afterwards() -> None:
    with running_workload() as pid:
        assert psutil.pid_exists(pid)
        assert next(private_pages(pid))
    assert not psutil.pid_exists(pid)


def interrupted_workload(pids: list[int]) -> None:
    with running_workload() as pid:
        pids.append(pid)
        raise KeyboardInterrupt


def test_the_child_is_gone_after_an_interruption() -> None:
    pids: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        interrupted_workload(pids)
    assert [psutil.pid_exists(pid) for pid in pids] == [False]


def test_memory_that_may_not_be_read_is_refused_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def forbidden(pid: int) -> list[tuple[int, int]]:
        raise PermissionError(pid)

    monkeypatch.setattr(live, "_mappings", forbidden)
    assert main(["--into", str(tmp_path)]) == 2
    assert "set kernel.yama.ptrace_scope to 0 or 1" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_pages_that_cases_may_name_are_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write_pages([page_with(b"old")], tmp_path)
    assert main(["--into", str(tmp_path)]) == 2
    assert "give --replace to lose them" in capsys.readouterr().err
    assert file.read_bytes() == page_with(b"old")


@pytest.mark.parametrize("budget", ["0", "257"])
def test_a_budget_out_of_range_is_refused(budget: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--pages", budget])
    assert f"expected 1 to 256 pages, not {budget}" in capsys.readouterr().err


@pytest.mark.parametrize(
    "telling", [b"/usr", b"in /opt/thing", b"LC_CTYPE=C.UTF-8", b"by a-user"], ids=bytes.decode
)
def test_a_page_that_tells_of_its_machine_is_dropped(telling: bytes) -> None:
    pages = [page_with(b"harmless"), page_with(b"text " + telling)]
    assert list(shareable(pages, [b"a-user"])) == [page_with(b"harmless")]


def test_a_page_is_passed_on_once() -> None:
    assert list(shareable([bytes(4096)] * 3, [])) == [bytes(4096)]


def test_the_sample_of_the_repository_tells_of_no_machine() -> None:
    samples = SamplePages.load(CHECKOUT_PAGES)
    pages = list(samples.by_name.values())
    assert list(shareable(pages, [])) == pages


def test_scarce_sizes_are_kept_before_common_ones_fill_up() -> None:
    common = [sized_page(3000, seed) for seed in range(50)]
    scarce = [sized_page(300, seed) for seed in range(2)]
    sizes = [block_size(page) for page in stratified(common + scarce, 6)]
    assert sizes == [300, 300, 3000, 3000, 3000, 3000]


def test_fewer_pages_than_the_budget_are_all_kept() -> None:
    assert stratified([], 5) == []
    assert stratified([bytes(4096)], 5) == [bytes(4096)]
