"""Exported programs do on real kernels what the operations of their case do there."""

import os
import subprocess
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Final

import pytest

from fuzz.program.case import Case
from fuzz.program.execute import execute
from fuzz.program.operation import Operation
from fuzz.program.target import Target
from fuzz.program.text import parse_case
from fuzz.world.world import World
from targets.device.exports.c_program import c_program
from targets.device.exports.shell_script import shell_script
from targets.device.guests.guest import Guest
from targets.device.system import DeviceSystem
from targets.device.target import DeviceTarget
from targets.swap import TARGET as SWAP
from targets.zram import TARGET as ZRAM
from tests.targets.device.exports.replaying import Said, compiled, run_here, run_on

OPERATIONS: Final = """\
target zram
kernel 6.1
config disk_pages=8
task A
  write block=0 with=random:1
  write block=1 with=text:3
  write_many block=2 count=3 with=same:0x41 then=zeros
  read block=1
  read block=2
  read block=7
  read block=9
  write block=8 with=random:2
  show file=initstate
  show file=disksize
  echo text=8K to=mem_limit
  write block=6 with=random:4
  echo text=0 to=mem_limit
  echo text=1%0A to=compact
  discard block=0
  read block=0
  write_zeroes block=2 count=2
  read block=2
  disksize pages=4
  open
  reset
  close
  hot_add
  use device=1
  disksize pages=2
  write block=0 with=text:3
  read block=0
  hot_remove device=1
  read block=0
  use device=0
  show file=mem_used_max
  echo text=x to=reset
"""


def case_of(text: str, target: Target = ZRAM) -> Case:
    return parse_case(text, {target.name: target})


class Booted(DeviceTarget):
    """A kernel that runs already."""

    kernels = ("booted",)

    def __init__(self, kernel: Guest) -> None:
        self._kernel = kernel

    def build(
        self,
        world: World,
        kernel: str,
        settings: Mapping[str, Any],
        tasks: Mapping[str, tuple[Operation[Any], ...]],
        launch: Callable[[str], bool],
    ) -> DeviceSystem:
        del world, kernel, launch
        return DeviceSystem(lambda: nullcontext(self._kernel), settings, tasks)


def answered_by(kernel: Guest, text: str) -> list[str]:
    """What the kernel answers to the operations themselves."""
    text = text.replace("target zram", "target device").replace("kernel 6.1", "kernel booted")
    target = Booted(kernel)
    return [answer.text for answer in execute(target, case_of(text, target)).answers]


def test_a_program_in_c_gets_the_answers_of_the_operations(kernel: Guest, tmp_path: Path) -> None:
    program = compiled(c_program(ZRAM, case_of(OPERATIONS)), tmp_path, "-static")
    said = run_on(kernel, program)
    assert (said.status, said.answers) == (0, answered_by(kernel, OPERATIONS))


def test_a_script_gets_the_answers_of_the_operations(kernel: Guest, tmp_path: Path) -> None:
    script = tmp_path / "replay.sh"
    script.write_text(shell_script(ZRAM, case_of(OPERATIONS)))
    said = run_on(kernel, script)
    assert (said.status, said.answers) == (0, answered_by(kernel, OPERATIONS))


BACKED: Final = """\
target zram
kernel 6.1
config disk_pages=8 backing=disk
task A
  write block=3 with=random:1
  idle
  writeback mode=idle
  show file=backing_dev
  show file=bd_stat
  read block=3
"""


@pytest.mark.parametrize("form", ["c", "sh"])
def test_a_backing_device_comes_along(kernel: Guest, tmp_path: Path, form: str) -> None:
    if "backing_dev" not in str(kernel.hello["files"]):
        pytest.skip(f"{kernel.kind.name} is built without CONFIG_ZRAM_WRITEBACK")
    case = case_of(BACKED)
    if form == "c":
        program = compiled(c_program(ZRAM, case), tmp_path, "-static")
    else:
        program = tmp_path / "replay.sh"
        program.write_text(shell_script(ZRAM, case))
    said = run_on(kernel, program)
    assert (said.status, said.answers) == (0, said.model)


RACING: Final = """\
target zram
kernel 4.7
config disk_pages=8
task A
  write block=0 with=text:1
  read block=0
task B
  write block=0 with=random:1
  discard block=0
fault B zsmalloc.pages#1 ENOMEM
"""


@pytest.mark.parametrize("form", ["c", "sh"])
def test_tasks_that_race_do_so_round_after_round(kernel: Guest, tmp_path: Path, form: str) -> None:
    case = case_of(RACING)
    if form == "c":
        program = compiled(c_program(ZRAM, case), tmp_path, "-static")
        said = run_on(kernel, program, "5")
        told = [sum(int(a.split(" x")[1]) for a in all_.split("; ")) for all_ in said.answers]
        assert (said.status, told) == (0, [5, 5, 5, 5])
    else:
        program = tmp_path / "replay.sh"
        program.write_text(shell_script(ZRAM, case))
        said = run_on(kernel, program, "2")
        lines = sorted(line.split(" | ")[0] for line in said.out.splitlines())
        assert (said.status, lines) == (0, ["A 0", "A 0", "A 1", "A 1", "B 0", "B 0", "B 1", "B 1"])


SWAPPED: Final = """\
target swap
kernel 6.1
task A
  store page=0 with=text:1
  fill page=1 with=random:1
  swap_out page=0
  pageout page=1
  load page=0
  load page=1
  dontneed page=0
  load page=0
"""


def test_a_process_swaps_to_the_device(kernel: Guest, tmp_path: Path) -> None:
    program = compiled(c_program(SWAP, case_of(SWAPPED, SWAP)), tmp_path, "-static")
    said = run_on(kernel, program)
    answers, model = said.answers, said.model
    answers[2], model[2] = "", ""  # whether it was freed at once, no system call says
    assert (said.status, answers) == (0, model)


REFUSES_ARGUMENTS: Final = "usage: {} [ROUNDS]; the device is made here, and cannot be named"


@pytest.mark.parametrize("form", ["c", "sh"])
def test_nobody_can_name_a_device(tmp_path: Path, form: str) -> None:
    command = command_of(tmp_path, form)
    said = run_here([*command, "1", "/dev/zram0"])
    assert (said.status, said.out) == (2, "")
    assert said.err.strip() == f"replay: {REFUSES_ARGUMENTS.format(command[-1])}"


def command_of(folder: Path, form: str) -> list[str]:
    case = case_of(OPERATIONS)
    if form == "c":
        return [str(compiled(c_program(ZRAM, case), folder))]
    script = folder / "replay.sh"
    script.write_text(shell_script(ZRAM, case))
    return ["sh", str(script)]


CONTROL: Final = Path("/sys/class/zram-control")


@pytest.mark.parametrize("form", ["c", "sh"])
def test_a_device_that_was_there_before_is_left_alone(tmp_path: Path, form: str) -> None:
    """As if the kernel lied: in a name space of mounts, `hot_add` names a device of somebody."""
    if os.geteuid() or not (CONTROL / "hot_add").exists():
        pytest.skip("making a zram device takes root, and a kernel that has zram")
    command = command_of(tmp_path, form)
    number = (CONTROL / "hot_add").read_text().strip()
    try:
        said = lied_to(command, tmp_path, number)
        left = Path(f"/sys/block/zram{number}/initstate").read_text().strip()
    finally:
        (CONTROL / "hot_remove").write_text(number)
    expected = f"replay: zram{number} was there before: it is not ours, and is left alone"
    assert (said.status, said.out, said.err.strip(), left) == (2, "", expected, "0")


def lied_to(command: list[str], folder: Path, number: str) -> Said:
    lie = folder / "hot_add"
    lie.write_text(f"{number}\n")
    mounted = f'mount --bind {lie} {CONTROL}/hot_add && exec "$@"'
    return run_here(["unshare", "--mount", "sh", "-c", mounted, "sh", *command])


def test_an_interrupted_program_takes_its_devices_away(tmp_path: Path) -> None:
    if os.geteuid() or not (CONTROL / "hot_add").exists():
        pytest.skip("making a zram device takes root, and a kernel that has zram")
    before = sorted(os.listdir("/sys/block"))
    program = compiled(c_program(ZRAM, case_of(RACING)), tmp_path)
    with subprocess.Popen([program, "100000"], stderr=subprocess.PIPE, text=True) as running:
        while sorted(os.listdir("/sys/block")) == before:
            pass
        running.terminate()
        said = running.communicate()[1]
    assert (running.returncode, said) == (137, "replay: ended by signal 9\n")
    assert sorted(os.listdir("/sys/block")) == before
