"""Modules come after those that they need, unpacked."""

import gzip
import lzma
from pathlib import Path

import pytest

from targets.device.guests.errors import CannotStart
from targets.device.guests.modules import ModuleFolder


def module(name: str, depends: str) -> bytes:
    return f"ELF\0name={name}\0depends={depends}\0".encode()


def test_modules_are_loaded_after_those_that_they_depend_on(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/zram.ko").write_bytes(module("zram", "zsmalloc,lz4-compress"))
    (tmp_path / "zsmalloc.ko.xz").write_bytes(lzma.compress(module("zsmalloc", "")))
    (tmp_path / "lz4_compress.ko.gz").write_bytes(gzip.compress(module("lz4_compress", "")))
    (tmp_path / "lz4.ko").write_bytes(module("lz4", "lz4_compress"))
    (tmp_path / "unwanted.ko").write_bytes(module("unwanted", ""))
    assert ModuleFolder(tmp_path).needed() == {
        "zsmalloc": module("zsmalloc", ""),
        "lz4_compress": module("lz4_compress", ""),
        "zram": module("zram", "zsmalloc,lz4-compress"),
        "lz4": module("lz4", "lz4_compress"),
    }


def test_a_module_that_cannot_be_unpacked_is_said(tmp_path: Path) -> None:
    (tmp_path / "zram.ko.zst").touch()
    with pytest.raises(CannotStart, match="packed with zstd"):
        ModuleFolder(tmp_path).needed()
