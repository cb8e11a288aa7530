"""What an image says about itself, and where its modules and build options are found."""

from pathlib import Path

from targets.device.guests.image import Image

RELEASE_AT = 0x3000


def write_image(path: Path, release: str) -> Path:
    header = bytearray(0x4000)
    header[0x202:0x206] = b"HdrS"
    header[0x20E:0x210] = (RELEASE_AT - 0x200).to_bytes(2, "little")
    text = f"{release} (builder) #1 SMP".encode()
    header[RELEASE_AT : RELEASE_AT + len(text)] = text
    path.parent.mkdir(parents=True)
    path.write_bytes(header)
    return path


def test_the_release_stands_in_the_header(tmp_path: Path) -> None:
    path = write_image(tmp_path / "boot/vmlinuz", "6.12.1-test")
    assert Image.read(path, "qemu:x") == Image(path, "6.12.1-test")


def test_modules_and_options_are_where_a_package_puts_them(tmp_path: Path) -> None:
    image = Image.read(write_image(tmp_path / "boot/vmlinuz", "6.12.1-test"), "qemu:x")
    assert (image.modules().needed(), image.config()) == ({}, None)
    folder = tmp_path / "lib/modules/6.12.1-test"
    folder.mkdir(parents=True)
    config = tmp_path / "boot/config-6.12.1-test"
    config.touch()
    assert (image.modules().folder, image.config()) == (folder, config)
