"""A program that file permissions hold for, even where tests run as root. Run as `python unprivileged.py MODULE`."""

import ctypes
import runpy
import sys

VERSION_3 = 0x20080522
PASSES_PERMISSIONS = 1 << 1 | 1 << 2
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH."""


def give_up_privileges() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(VERSION_3, 0)
    # Twice effective, permitted and inheritable, for the lower and the upper 32 capabilities.
    sets = (ctypes.c_uint32 * 6)()
    assert libc.capget(header, sets) == 0
    for number in range(3):
        sets[number] &= ~PASSES_PERMISSIONS
    assert libc.capset(header, sets) == 0


if __name__ == "__main__":
    give_up_privileges()
    module = sys.argv.pop(1)
    # The process that this one was forked from may have imported it; runpy would warn of that.
    sys.modules.pop(module, None)
    runpy.run_module(module, run_name="__main__", alter_sys=True)
