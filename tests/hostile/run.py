"""Hostile input, all of it: ``make hostile``.

Prints what was tried, what was found, and the control: what is found with a defence switched off. Exits with 1 if
anything was found, or if the control finds too little. ``build/hostile.json`` has the same numbers.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from time import monotonic

from msgspec import Struct

from tests.hostile import installed_lists, lists
from tests.hostile.bodies import CheckedBody, bodies, check_body
from tests.hostile.control import Flagged, UnsafeBodies, flag_bodies, flag_fields
from tests.hostile.files import read_files, read_images
from tests.hostile.purify import find_removed
from tests.hostile.sites import SiteCheck, Sites

_RESULT = Path("build/hostile.json")
_SHOWN, _HUNDREDS = 20, 200


class Findings(Struct, frozen=True):
    """All that was tried, and what was found. ``removed`` are bodies with what DOMPurify would remove."""

    sites: int
    checked: SiteCheck
    pages: list[CheckedBody]
    removed: list[tuple[str, list[str]]]
    files: dict[str, dict[str, int]]
    fields: list[Flagged]
    unsafe: UnsafeBodies

    @property
    def faults(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(each.body, each.faults) for each in self.pages if each.faults]

    @property
    def is_bad(self) -> bool:
        """Whether anything was found, or the control found nothing in a field, or in fewer than hundreds of bodies."""
        is_blind = any(not any(each.flags.values()) for each in self.fields) or self.unsafe.faulty < _HUNDREDS
        return is_blind or bool(self.checked.differences or self.checked.changed or self.faults or self.removed)

    def as_json(self) -> dict[str, object]:
        checked = self.checked
        return {
            "sites": {"sites": self.sites, "files": checked.pages, "differences": len(checked.differences)},
            "words": {"taken": checked.taken, "refused": checked.refused, "changed": checked.changed},
            "bodies": {"tried": len(self.pages), "faulty": len(self.faults), "removed": len(self.removed)},
            "files": self.files,
            "control": {
                "fields": {each.field: each.flags for each in self.fields},
                "bodies": {"faulty": self.unsafe.faulty, "removed": self.unsafe.removed},
            },
        }


@cache
def _sites() -> Sites:
    """Those of this process."""
    return Sites()


def _check_rotation(number: int) -> SiteCheck:
    return _sites().check(_sites().rotate(number, lists.naughty_strings()))


def _check_sites(pool: ProcessPoolExecutor, count: int) -> SiteCheck:
    checked = SiteCheck()
    for each in pool.map(_check_rotation, range(count), chunksize=8):
        checked.add(each)
    return checked


def _check_bodies(pool: ProcessPoolExecutor) -> list[CheckedBody]:
    return list(pool.map(check_body, bodies((*lists.commonmark_examples(), *lists.naughty_strings())), chunksize=50))


def _read_files() -> dict[str, dict[str, int]]:
    return {
        "yaml-test-suite": read_files(lists.yaml_documents()),
        "JSONTestSuite": read_files(lists.json_documents()),
        "images of Pillow's tests": Counter(end for _, end in read_images(lists.pillow_images())),
    }


def _print_findings(kind: str, findings: Sequence[object]) -> None:
    for each in findings[:_SHOWN]:
        print(f"  {kind}: {each}")
    if len(findings) > _SHOWN:
        print(f"  {kind}: and {len(findings) - _SHOWN} more")


def _print_control(fields: Sequence[Flagged], checked: SiteCheck) -> None:
    print(f"\n{'the control: field':48} {'words':>6} {'refused':>8} {'files':>6}  flagged without a defence")
    for each in fields:
        flags = ", ".join(f"{name} {count}" for name, count in each.flags.items() if count) or "NOT FLAGGED"
        words = f"{checked.taken[each.field]:6} {checked.refused[each.field]:8}"
        print(f"{each.field:48} {words} {each.files:6}  {flags}")


def _run(rotations: int | None, jobs: int | None) -> Findings:
    with ProcessPoolExecutor(jobs) as pool:
        count = rotations or _sites().rotations(lists.naughty_strings())
        checked, pages = _check_sites(pool, count), _check_bodies(pool)
    shown = [each for each in pages if each.html]
    removed = find_removed([each.html for each in shown])
    return Findings(
        sites=count,
        checked=checked,
        pages=pages,
        removed=[(each.body, names) for each, names in zip(shown, removed, strict=True) if names],
        files=_read_files(),
        fields=flag_fields(_sites()),
        unsafe=flag_bodies([each.body for each in pages]),
    )


def _print(found: Findings) -> None:
    checked, pages = found.checked, found.pages
    print(f"{checked.taken.total():,} words in {len(checked.taken)} fields, {checked.refused.total():,} more refused:")
    print(f"  {found.sites} sites, {checked.pages:,} files: {len(checked.differences)} differences,", end=" ")
    print(f"{len(checked.changed)} words read as others")
    print(f"{len(pages):,} bodies, {sum(not each.html for each in pages):,} of them refused:", end=" ")
    print(f"{len(found.faults)} with faults, DOMPurify would remove something of {len(found.removed)}")
    for name, ends in found.files.items():
        print(f"{name}: {', '.join(f'{count:,} {end}' for end, count in sorted(ends.items()))}; nothing was raised")
    _print_control(found.fields, checked)
    print(
        f"\nthe control: of {len(pages):,} bodies without the sanitizer {found.unsafe.faulty:,} have faults;", end=" "
    )
    print(f"DOMPurify would remove something of {found.unsafe.removed:,}")
    _print_findings("field", checked.differences)
    _print_findings("read as another", checked.changed)
    _print_findings("body", found.faults)
    _print_findings("DOMPurify", found.removed)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="make hostile", description=__doc__)
    parser.add_argument("--rotations", type=int, help="how many sites with other words in each field (default: all)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (default: one per processor)")
    options = parser.parse_args(arguments)
    if missing := installed_lists.describe_missing():
        print(f"The lists are needed: {missing}.")
        return 2
    begun = monotonic()
    found = _run(options.rotations, options.jobs)
    _print(found)
    _RESULT.parent.mkdir(exist_ok=True)
    _RESULT.write_text(json.dumps(found.as_json(), indent=2) + "\n")
    print(f"{'FAILED' if found.is_bad else 'Nothing was found'} in {monotonic() - begun:.0f} seconds: {_RESULT}")
    return 1 if found.is_bad else 0


if __name__ == "__main__":
    sys.exit(main())
