"""The process that images are decoded in: what an image does to it, it does to nothing else."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from colophon.images.recipe import make_copy
from colophon.problem import Refused, Unavailable
from colophon.settings import decoder_environment
from colophon.stores.decoder import Decoder
from tests.images.hostile.case import quarters, saved
from tests.images.hostile.jpeg_parts import without
from tests.images.hostile.scans import many_scans

PHOTO = saved(quarters(800, 600), "JPEG")
# Takes long enough that something can be done to the process meanwhile.
SLOW = many_scans(40, 4_000, 3_100)
# Takes a second and a hundred megabytes where the small one takes next to nothing.
LARGE, SMALL = many_scans(40, 8_000, 6_200), saved(quarters(), "JPEG")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="limits of memory and /proc are Linux's")


def test_a_copy_is_the_one_that_the_recipe_makes() -> None:
    with Decoder() as decoder:
        assert decoder.make_copy(PHOTO) == make_copy(PHOTO)
        assert decoder.make_copy(PHOTO) == make_copy(PHOTO)


def test_a_refusal_is_the_recipes_and_the_next_image_is_made() -> None:
    with Decoder() as decoder:
        with pytest.raises(Refused) as refusal:
            decoder.make_copy(b"<svg></svg>")
        assert "SVG" in refusal.value.problems[0].what
        assert decoder.make_copy(PHOTO).outline.width == 800


@LINUX
def test_one_process_serves_all_images() -> None:
    others = _children()
    with Decoder() as decoder:
        assert _children() == others
        decoder.make_copy(PHOTO)
        first = _children() - others
        decoder.make_copy(PHOTO)
        assert _children() - others == first
        assert len(first) == 1
    assert _children() == others


def test_an_image_that_takes_too_long_is_refused_and_the_next_one_made() -> None:
    with Decoder(seconds=0.3) as decoder:
        with pytest.raises(Refused) as refusal:
            decoder.make_copy(LARGE)
        assert "within 0.3 seconds" in refusal.value.problems[0].what
        assert decoder.make_copy(SMALL) == make_copy(SMALL)


@LINUX
def test_an_image_that_takes_too_much_memory_is_refused_and_the_next_one_made() -> None:
    with Decoder(memory=80 << 20) as decoder:
        with pytest.raises(Refused) as refusal:
            decoder.make_copy(LARGE)
        assert "80 MiB of memory" in refusal.value.problems[0].what
        assert decoder.make_copy(SMALL) == make_copy(SMALL)


@LINUX
@pytest.mark.parametrize("how", [signal.SIGSEGV, signal.SIGKILL, signal.SIGABRT])
def test_an_image_that_crashes_its_decoder_once_is_tried_again(how: signal.Signals) -> None:
    with Decoder() as decoder, _ended_while_at_work(how, times=1):
        assert decoder.make_copy(SLOW).outline.width == 4_000


@LINUX
def test_an_image_that_crashes_its_decoder_twice_is_refused() -> None:
    with Decoder() as decoder:
        with _ended_while_at_work(signal.SIGSEGV, times=2), pytest.raises(Refused) as refusal:
            decoder.make_copy(SLOW)
        assert refusal.value.problems[0].fix
        assert decoder.make_copy(PHOTO) == make_copy(PHOTO)


@LINUX
def test_a_decoder_that_somebody_kills_twice_says_nothing_of_the_image() -> None:
    with Decoder() as decoder:
        with _ended_while_at_work(signal.SIGKILL, times=2), pytest.raises(Unavailable):
            decoder.make_copy(SLOW)
        assert decoder.make_copy(PHOTO) == make_copy(PHOTO)


@LINUX
def test_a_decoder_that_died_between_images_is_started_anew() -> None:
    others = _children()
    with Decoder() as decoder:
        decoder.make_copy(PHOTO)
        (before,) = _children() - others
        os.kill(before, signal.SIGKILL)
        assert decoder.make_copy(PHOTO) == make_copy(PHOTO)


@LINUX
def test_pixels_are_refused_by_a_new_process_alone_so_that_none_suffers_from_others() -> None:
    with Decoder() as decoder:
        decoder.make_copy(PHOTO)
        before = _children()
        for _ in range(2):
            with pytest.raises(Refused, match="damaged"):
                decoder.make_copy(without(0xDB))
        assert _children() != before
        before = _children()
        with pytest.raises(Refused, match="SVG"):
            decoder.make_copy(b"<svg></svg>")
        assert _children() == before


@LINUX
def test_a_decoder_that_cannot_be_started_is_nobodys_fault() -> None:
    others = _children()
    with Decoder(memory=1 << 20) as decoder, pytest.raises(Unavailable, match="can't be started"):
        decoder.make_copy(PHOTO)
    assert _children() == others


@LINUX
def test_the_process_sees_no_variable_but_those_of_its_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "TABLE"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/lib")
    others = _children()
    for environment, expected in (({}, b""), (decoder_environment(), b"LD_LIBRARY_PATH=/opt/lib\0")):
        with Decoder(environment) as decoder:
            decoder.make_copy(PHOTO)
            [child] = _children() - others
            assert Path(f"/proc/{child}/environ").read_bytes() == expected


@LINUX
def test_a_decoder_ends_with_the_process_that_started_it() -> None:
    program = (
        "import os, sys, time\n"
        f"sys.path[:] = {sys.path!r}\n"
        "from colophon.stores.decoder import Decoder\n"
        "decoder = Decoder()\n"
        f"decoder.make_copy({PHOTO!r})\n"
        "print(open(f'/proc/self/task/{os.getpid()}/children').read(), flush=True)\n"
        "time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.kill()
    assert _comes_true(lambda: not _alive(child))


@contextmanager
def _ended_while_at_work(how: signal.Signals, times: int) -> Iterator[None]:
    """Meanwhile a signal ends the decoder that comes next, and so many ``times``."""
    others = _children()

    def end() -> None:
        for _ in range(times):
            assert _comes_true(lambda: any(map(_at_work, _children() - others)))
            for child in _children() - others:
                others.add(child)
                os.kill(child, how)

    thread = threading.Thread(target=end)
    thread.start()
    yield
    thread.join()


def _children() -> set[int]:
    found = (path.read_text().split() for path in Path("/proc/self/task").glob("*/children"))
    return {int(child) for children in found for child in children}


def _at_work(child: int) -> bool:
    """libvips starts its threads with the first image."""
    return len(list(Path(f"/proc/{child}/task").glob("*"))) > 1


def _alive(child: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{child}/status").read_text()
    except FileNotFoundError:
        return False


def _comes_true(thing: Callable[[], bool]) -> bool:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if thing():
            return True
        time.sleep(0.005)
    return False
