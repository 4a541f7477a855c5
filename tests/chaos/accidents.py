"""What happens to a database while its bot is dead."""

import shutil
from pathlib import Path

from tests.chaos.database_file import DatabaseFile
from tests.chaos.world import World

BACKUPS_KEPT = 4


def misfortune(world: World) -> str:
    """One of: nothing; the file is deleted; an older backup is put in its place; the end of its log is lost."""
    happens = world.dice.choice([_nothing, _deleted, _restored, _cut])
    what = happens(world)
    _back_up(world)
    return what


def _nothing(_world: World) -> str:
    return "left alone"


def _deleted(world: World) -> str:
    world.database.delete()
    return "deleted"


def _restored(world: World) -> str:
    backups = _backups(world)
    if not backups:
        return "left alone"
    world.database.restore(DatabaseFile(world.dice.choice(backups) / world.database.path.name))
    return "restored"


def _cut(world: World) -> str:
    return "log cut" if world.database.cut_log(world.dice) else "log left whole"


def _back_up(world: World) -> None:
    """Keep the newest few, so that a restored one is some lives old."""
    backups = _backups(world)
    if world.database.path.exists():
        world.database.copy_to(_folder(world) / f"{len(world.slack.log):09}")
    for old in backups[: max(len(backups) - BACKUPS_KEPT, 0)]:
        shutil.rmtree(old)


def _backups(world: World) -> list[Path]:
    folder = _folder(world)
    return sorted(folder.iterdir()) if folder.exists() else []


def _folder(world: World) -> Path:
    return world.home.folder / "backups"
