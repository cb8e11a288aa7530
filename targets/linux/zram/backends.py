"""Which algorithms a kernel has, by name [zcomp.c of 4.6 to 6.19]."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.kernel.history.compression import AlgorithmSource, DefaultCompressor

if TYPE_CHECKING:
    from targets.linux.kernel.kernel import Kernel


def backends(kernel: Kernel) -> tuple[str, ...]:
    """Return what zcomp lists, in its order."""
    return tuple(name for name in kernel.features.backends if name in kernel.build.algorithms)


def zcomp_available_algorithm(kernel: Kernel, name: str) -> bool:
    """Whether this kernel has the algorithm."""
    match kernel.features.algorithm_source:
        case AlgorithmSource.BACKENDS:
            return name in kernel.features.backends and name in kernel.build.algorithms
        case AlgorithmSource.CRYPTO:
            return name in kernel.build.algorithms


def has_modules(kernel: Kernel) -> bool:
    """Whether algorithms are modules of the crypto API, loaded when they are first used."""
    return kernel.features.algorithm_source is AlgorithmSource.CRYPTO


def zcomp_available_show(kernel: Kernel, chosen: str) -> str:
    """List the algorithms, the chosen one in brackets; one that is not listed comes last."""
    names = [f"[{name}]" if name == chosen else name for name in backends(kernel)]
    if chosen not in backends(kernel) and zcomp_available_algorithm(kernel, chosen):
        names.append(f"[{chosen}]")
    return " ".join(names)


def default_compressor(kernel: Kernel) -> str:
    """Return the algorithm of a new device.

    A kernel that begins with lzo-rle was built with it (select CRYPTO_LZO).
    The model has no library for that, and begins with its sibling where it is left to itself.
    """
    match kernel.features.default_compressor:
        case DefaultCompressor.LZO:
            return "lzo"
        case DefaultCompressor.LZO_RLE:
            return "lzo-rle" if "lzo-rle" in kernel.build.algorithms else "lzo"
        case DefaultCompressor.BUILD:
            return kernel.build.default_algorithm
