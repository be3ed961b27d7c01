"""Processor time of other processes, as Linux keeps it."""

import os
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def of_tree(root: int) -> float:
    """Seconds, user and system, that a process and its children have used; children that have ended count too."""
    total = _of(root) + _reaped(root)
    return total + sum(_of(child) for child in _children(root))


def _of(pid: int) -> float:
    """To the nanosecond, where /proc/PID/stat counts in hundredths.

    Source: clock_getcpuclockid(3) as the C library computes it: the complement of the pid, then CPUCLOCK_SCHED.
    """
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:  # it ended just now, and its parent's count has it
        return 0.0


def _fields(pid: str) -> list[str]:
    """/proc/PID/stat from the third field on: the second, the name, may hold anything."""
    return Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()


def _reaped(pid: int) -> float:
    """Fields 16 and 17 of proc_pid_stat(5): children that were waited for."""
    fields = _fields(str(pid))
    return (int(fields[13]) + int(fields[14])) / TICKS


def _children(pid: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int(_fields(folder.name)[1])
        except OSError:  # it ended just now
            continue
        if parent == pid:
            found.append(int(folder.name))
    return found
