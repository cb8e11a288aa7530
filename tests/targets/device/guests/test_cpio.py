"""The archive has the form that the kernel documents; that it boots, the kernels show."""

from pathlib import Path

from targets.device.guests.cpio import Archive


def test_an_archive_is_laid_out_as_the_kernel_documents(tmp_path: Path) -> None:
    archive = Archive()
    archive.add("/a/b", b"12345", modified=1)
    archive.write(tmp_path / "archive")
    data = (tmp_path / "archive").read_bytes()
    assert len(data) % 4 == 0
    assert [data[at : at + 6] for at in (0, 112, 236)] == [b"070701"] * 3
    assert data[110:112] == b"a\0"
    assert data[222:226] == b"a/b\0"
    assert data[228:233] == b"12345"
    assert b"TRAILER!!!\0" in data[236:]
