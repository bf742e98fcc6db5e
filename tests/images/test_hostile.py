"""Images that mean harm, through the process that decodes uploads: clean, or refused with a reason."""

import sys
from itertools import chain
from pathlib import Path

import pytest

from colophon.images.copy import Copy, output_widths
from colophon.images.recipe import read_outline
from colophon.problem import Refused
from colophon.stores.decoder import Decoder
from tests.images.hostile import avifs, coloured, gifs, jpegs, others, pngs, turned, webps
from tests.images.hostile.case import MARKER, Case
from tests.images.published import picture_in

ROOMS = [room.cases() for room in (others, jpegs, pngs, webps, gifs, avifs, turned, coloured)]
CASES = list(chain.from_iterable(ROOMS))
MEMORY = 256 * 1024 * 1024
# What two lossy encodings do to a colour.
_NEAR = 14


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_hostile_image_comes_out_clean_or_is_refused_with_a_reason(case: Case, decoder: Decoder) -> None:
    content = case.make()
    try:
        copy = decoder.make_copy(content)
    except Refused as refusal:
        (problem,) = refusal.problems
        assert case.size is None, problem.what
        assert case.says in problem.what
        assert problem.fix
    else:
        assert case.size is not None
        assert read_outline(content) == copy.outline
        _look_at(copy, case)
    assert peak_memory() < MEMORY


def test_there_are_enough_of_them() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 60
    assert all(any(case.size is None for case in room) for room in ROOMS[:6])


def _look_at(copy: Copy, case: Case) -> None:
    assert (copy.fallback.width, copy.fallback.height) == case.size
    assert copy.fallback.extension == ("png" if case.transparent else "jpg")
    assert copy.widths == output_widths(copy.outline)
    for size in copy.files:
        assert MARKER not in size.content
        picture = picture_in(size)
        assert MARKER not in picture.convert("RGB").tobytes()
        if case.corners:
            right, bottom = size.width - 1, size.height - 1
            for at, colour in zip(((0, 0), (right, 0), (0, bottom), (right, bottom)), case.corners, strict=True):
                found = picture.convert("RGB").getpixel(at)
                assert max(abs(a - b) for a, b in zip(found, colour, strict=True)) <= _NEAR  # type: ignore[arg-type]


def peak_memory() -> int:
    """The most memory, in bytes, that any process started by this one has held so far, where the system tells."""
    if sys.platform != "linux":
        return 0
    children = chain.from_iterable(path.read_text().split() for path in Path("/proc/self/task").glob("*/children"))
    return max((_peak(child) for child in children), default=0)


def _peak(process: str) -> int:
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except FileNotFoundError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)
