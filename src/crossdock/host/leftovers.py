"""What a killed supervisor or server leaves behind: a server still stopping, pid files of the dead, half-made folders.

PostgreSQL takes the pid in its lock files for alive while a zombie has it, and refuses to start; where nothing reaps
(many containers' first process does not) that is for ever. So we look at what that process is.
"""

import os
import shutil
import signal
import time
from pathlib import Path


def end_old_server(data: Path, sockets: Path, seconds: float) -> None:
    """After this no server runs on `data`, and no stale file says that one does. The caller holds the folder's lock."""
    pid = _pid_in(data / "postmaster.pid")
    if pid and _serves(pid, data):
        _wait_gone(pid, data, 5.0)  # it was told to stop when its supervisor died
        for word in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if not _serves(pid, data):
                break
            os.kill(pid, word)
            _wait_gone(pid, data, seconds)
    _wait_orphans(data, seconds)
    (data / "postmaster.pid").unlink(missing_ok=True)
    if sockets.is_dir():
        for leftover in sockets.glob(".s.PGSQL.*"):
            leftover.unlink(missing_ok=True)


def remove_tree(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _pid_in(file: Path) -> int:
    try:
        return int(file.read_text(encoding="utf-8").split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return 0


def _serves(pid: int, data: Path) -> bool:
    """Whether `pid` is a living process whose working folder is `data`: what every PostgreSQL process of it has."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        return state not in "ZX" and Path(f"/proc/{pid}/cwd").resolve() == data.resolve()
    except (FileNotFoundError, ProcessLookupError):
        return False
    except PermissionError:
        return True  # somebody else's living process: not ours to end


def _wait_gone(pid: int, data: Path, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while _serves(pid, data) and time.monotonic() < deadline:
        time.sleep(0.05)


def _wait_orphans(data: Path, seconds: float) -> None:
    """Server processes outlive a killed postmaster for a moment; a new one must not meet them."""
    deadline = time.monotonic() + seconds
    while _others(data):
        if time.monotonic() > deadline:
            for pid in _others(data):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def _others(data: Path) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                if entry.joinpath("cwd").readlink() == data and _serves(int(entry.name), data):
                    found.append(int(entry.name))
            except (OSError, ValueError):
                continue  # gone meanwhile, or not ours to see
    return found
