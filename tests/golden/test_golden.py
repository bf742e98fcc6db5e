"""The samples make exactly the site that is kept here. A change that is meant: ``make golden``, and read the diff."""

from collections.abc import Iterator
from difflib import unified_diff
from itertools import islice
from pathlib import Path

from tests.golden.making import GOLDEN, files_of, is_image, make, outcomes_of
from tests.golden.pictures import faults

_LINES_OF_EACH = 30


def test_the_samples_make_the_golden_site(tmp_path: Path) -> None:
    make(tmp_path / "site")
    found, meant = ({**files_of(site), "outcomes.json": outcomes_of(site)} for site in (tmp_path / "site", GOLDEN))
    told = "\n".join(_differences(found, meant))
    assert not told, f"\n{told}\n\nIf this is meant: make golden"


def _differences(found: dict[str, bytes], meant: dict[str, bytes]) -> Iterator[str]:
    for name in sorted(found.keys() | meant.keys()):
        if name not in meant:
            yield f"{name} is new."
        elif name not in found:
            yield f"{name} is gone."
        elif is_image(name):
            yield from (f"{name} {fault}." for fault in faults(found[name], meant[name]))
        elif found[name] != meant[name]:
            yield _diff(name, meant[name].decode(), found[name].decode())


def _diff(name: str, meant: str, found: str) -> str:
    lines = unified_diff(meant.splitlines(), found.splitlines(), f"golden/{name}", f"now/{name}", lineterm="", n=1)
    shown = list(islice(lines, _LINES_OF_EACH))
    return "\n".join([*shown, "..."] if len(shown) == _LINES_OF_EACH else shown)
