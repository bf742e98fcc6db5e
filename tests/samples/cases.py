"""The cases of refused/ and waiting/: an inbox each, and what must become of its uploads."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import yaml
from msgspec import Struct

SAMPLES = Path(__file__).parent
CLINIC = "sodamteul"


class Case(Struct, frozen=True):
    """One folder of refused/ or waiting/."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    def expected(self) -> list[dict[str, Any]]:
        """What must become of the keys that are not simply live."""
        listed: list[dict[str, Any]] = yaml.load(
            (self.folder / "expected.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader
        )
        return listed

    def lay_into(self, inbox: Path) -> Path:
        """Copy the case's inbox into the folder ``inbox``, as long as it is meant to be."""
        copytree(self.folder / "inbox", inbox, dirs_exist_ok=True)
        appended = self.folder / "append.yaml"
        if appended.exists():
            more = yaml.load(appended.read_text("utf-8"), Loader=yaml.CSafeLoader)
            with (inbox / more["key"]).open("a", encoding="utf-8") as file:
                file.write(more["text"] * more["times"])
        return inbox


def all_cases() -> list[Case]:
    return [Case(folder) for kind in ("refused", "waiting") for folder in sorted((SAMPLES / kind).iterdir())]


def merge_cases(cases: Iterable[Case], inbox: Path, apart: Path) -> Path:
    """Lay ``cases`` into the one folder ``inbox``, each under a clinic named like the case.

    ``apart`` is a folder to work in. What a case has wrong in its site.yaml is left out: an inbox has only one, and
    one site.css, the last case's.
    """
    for case in cases:
        for source, key in _renamed(case, case.lay_into(apart / case.name)):
            target = inbox / key
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    sound = SAMPLES / "refused/title-missing/inbox/site.yaml"
    (inbox / "site.yaml").write_bytes(sound.read_bytes())
    return inbox


def _renamed(case: Case, inbox: Path) -> Iterator[tuple[Path, str]]:
    for source in sorted(path for path in inbox.rglob("*") if path.is_file()):
        parts = source.relative_to(inbox).parts
        yield source, "/".join(case.name if part == CLINIC else part for part in parts)
