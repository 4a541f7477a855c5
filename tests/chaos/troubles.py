"""What can be wrong with the disk under a database: each trouble lasts while its context does."""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

import pytest

from tests.chaos.process import Home, Life, start_with
from tests.chaos.world import World

Trouble = Callable[[World], AbstractContextManager[None]]

UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
DISK = 8 * 2**20  # bytes
RESPECTS_PERMISSIONS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner")
"""Permissions do not bind root, until it gives up the right to ignore them."""


@contextmanager
def locked(world: World) -> Iterator[None]:
    """Another program holds the write lock, such as a backup or a person at a console."""
    with world.database.locked():
        yield


@contextmanager
def read_only(world: World) -> Iterator[None]:
    world.database.path.chmod(0o444)
    yield
    world.database.path.chmod(0o644)


@contextmanager
def garbage(world: World) -> Iterator[None]:
    """The file is not a database any more, until a backup is put in its place."""
    backup = world.database.copy_to(world.home.folder / "backup")
    world.database.delete()
    world.database.path.write_bytes(b"This is not a database. " * 1000)
    yield
    world.database.restore(backup)


@contextmanager
def folder_missing(world: World) -> Iterator[None]:
    """As when a volume is not mounted yet."""
    folder, elsewhere = world.database.path.parent, world.home.folder / "elsewhere"
    folder.rename(elsewhere)
    yield
    elsewhere.rename(folder)


@contextmanager
def no_file_may_grow(life: Life) -> Iterator[None]:
    """What an exhausted quota looks like. Nothing but the process itself is needed to try it."""
    resource.prlimit(life.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    yield
    resource.prlimit(life.pid, resource.RLIMIT_FSIZE, UNLIMITED)


@contextmanager
def disk_of_its_own(world: World) -> Iterator[None]:
    """A small file system under the database; skips the test where none can be mounted."""
    folder = world.database.path.parent
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"cannot mount a small file system here: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def disk_full(world: World) -> Iterator[None]:
    filler = world.database.path.with_name("filler")
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"x" * 4096):
            pass
    yield
    filler.unlink()


def start_as_anybody(home: Home) -> Life:
    """As an account whom permissions bind."""
    if os.geteuid() != 0:
        return start_with([sys.executable], home)
    if shutil.which("setpriv") is None:
        pytest.skip("permissions do not bind root, and there is no setpriv to change that")
    return start_with([*RESPECTS_PERMISSIONS, sys.executable], home)
