"""Kernels by name, and what is said when one is not there."""

from pathlib import Path

import pytest

from targets.device.guests.errors import CannotStart
from targets.device.guests.guest import Guest
from targets.device.guests.named import INSTALLED, kind_named
from targets.device.guests.qemu import Qemu, accelerator


@pytest.mark.parametrize("name", [*INSTALLED, "qemu:/boot/vmlinuz"])
def test_a_kind_has_the_name_that_it_is_found_by(name: str) -> None:
    assert kind_named(name).name == name


@pytest.mark.parametrize("name", ["", "Running", "running:x", "uml:", "qemu", "qemu:", "kvm:6.1"])
def test_any_other_name_is_answered_with_those_that_exist(name: str) -> None:
    with pytest.raises(CannotStart) as caught:
        kind_named(name)
    assert str(caught.value) == (
        f"{name}: no such kernel; name running, uml, qemu:6.1, qemu:6.12 or qemu:/path/to/bzImage"
    )


def refusal(name: str) -> str:
    with pytest.raises(CannotStart) as caught, Guest(kind_named(name)):
        pass
    return str(caught.value)


@pytest.mark.parametrize("name", ["uml", "qemu:6.12"])
def test_a_program_that_is_missing_is_said_with_its_remedy(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refusal(name).startswith(f"{name}: ")
    assert refusal(name).endswith(" is not installed; run scripts/setup-kernels")


@pytest.fixture
def with_qemu(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let there be a program of that name; nothing here comes to start it."""
    program = tmp_path / "bin" / "qemu-system-x86_64"
    program.parent.mkdir()
    program.touch(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.mark.usefixtures("with_qemu")
def test_a_kernel_that_is_not_unpacked_is_said_with_its_remedy() -> None:
    said = "qemu:6.12: this kernel is not installed; run scripts/setup-kernels"
    assert refusal("qemu:6.12") == said


@pytest.mark.usefixtures("with_qemu")
def test_an_image_that_is_not_there_or_no_kernel_is_said(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("no kernel\n" * 1000)
    assert refusal(f"qemu:{text}") == (
        f"qemu:{text}: this is no kernel image; name a bzImage for x86"
    )
    assert refusal(f"qemu:{tmp_path}/none") == (
        f"qemu:{tmp_path}/none: No such file or directory; name a bzImage"
    )
    assert refusal(f"qemu:{tmp_path}/") == f"qemu:{tmp_path}/: Is a directory; name a bzImage"


@pytest.mark.parametrize(
    ("flags", "usable", "expected"),
    [("fpu svm", True, "kvm"), ("vmx", True, "kvm"), ("vmx", False, "tcg"), ("fpu", True, "tcg")],
)
def test_kvm_is_used_where_a_processor_stands_behind_it(
    flags: str, expected: str, tmp_path: Path, *, usable: bool
) -> None:
    processor, kvm = tmp_path / "cpuinfo", tmp_path / "kvm"
    processor.write_text(f"flags : {flags}\n")
    if usable:
        kvm.touch()
    assert accelerator(kvm, processor) == expected


def test_a_kernel_by_version_and_one_by_path_are_of_one_kind() -> None:
    assert kind_named("qemu:6.1") == Qemu("6.1")
