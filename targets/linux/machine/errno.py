"""The errors that a kernel answers with, as refusals named after their errno."""

from typing import Final

from fuzz.values.refusal import Refusal

EPERM: Final = "EPERM"
EACCES: Final = "EACCES"
ENOENT: Final = "ENOENT"
EINTR: Final = "EINTR"
EIO: Final = "EIO"
E2BIG: Final = "E2BIG"
EBADF: Final = "EBADF"
EAGAIN: Final = "EAGAIN"
ENOMEM: Final = "ENOMEM"
EBUSY: Final = "EBUSY"
EEXIST: Final = "EEXIST"
EFAULT: Final = "EFAULT"
ENXIO: Final = "ENXIO"
ENODEV: Final = "ENODEV"
EINVAL: Final = "EINVAL"
ENOSPC: Final = "ENOSPC"
ERANGE: Final = "ERANGE"
ENOTBLK: Final = "ENOTBLK"
EISDIR: Final = "EISDIR"
EOPNOTSUPP: Final = "EOPNOTSUPP"
ENOTSUPP: Final = "ENOTSUPP"
SIGBUS: Final = "SIGBUS"
SIGSEGV: Final = "SIGSEGV"
VM_FAULT_OOM: Final = "VM_FAULT_OOM"
AOP_WRITEPAGE_ACTIVATE: Final = "AOP_WRITEPAGE_ACTIVATE"
"""No error: the page was not written, is still locked, and should stay in memory."""

__all__ = ("Refusal",)
