"""Whether an image has frames that the site will not show: known from its headers, without decoding a pixel."""

import io
from collections.abc import Callable

import pytest
from PIL import Image

from colophon.images.outline import read_layout
from colophon.images.recipe import make_copy

TRAILER = b"\x3b"


def _frames(kind: str, count: int, **options: object) -> bytes:
    frames = [Image.new("RGB", (16, 12), (40 * number, 80, 160)) for number in range(count)]
    made = io.BytesIO()
    more = {"save_all": True, "append_images": frames[1:]} if count > 1 else {}
    frames[0].save(made, kind, **more, **options)
    return made.getvalue()


def _gif_with_comment_between() -> bytes:
    """Two frames, each after a comment extension and its control extension."""
    return _frames("GIF", 2).replace(b"\x21\xf9\x04", b"\x21\xfe\x03abc\x00\x21\xf9\x04")


CASES: dict[str, tuple[Callable[[], bytes], bool]] = {
    "GIF of one frame": (lambda: _frames("GIF", 1), False),
    "GIF of two frames": (lambda: _frames("GIF", 2), True),
    "GIF of nine frames that loops": (lambda: _frames("GIF", 9, loop=0), True),
    "GIF of one frame that says that it loops": (lambda: _frames("GIF", 1, loop=0), False),
    "GIF with comments between its frames": (_gif_with_comment_between, True),
    "GIF that is cut after its first frame": (lambda: _frames("GIF", 1).removesuffix(TRAILER), False),
    "GIF with rubbish after its end": (lambda: _frames("GIF", 1) + b"\x2c" * 40, False),
    "PNG": (lambda: _frames("PNG", 1), False),
    "PNG of three frames": (lambda: _frames("PNG", 3), True),
    "PNG of two frames beside a default image": (lambda: _frames("PNG", 3, default_image=True), True),
    "WebP": (lambda: _frames("WEBP", 1), False),
    "WebP of two frames": (lambda: _frames("WEBP", 2), True),
    "WebP of five frames, lossless": (lambda: _frames("WEBP", 5, lossless=True), True),
    "AVIF": (lambda: _frames("AVIF", 1), False),
    "AVIF of three frames": (lambda: _frames("AVIF", 3), True),
    "JPEG": (lambda: _frames("JPEG", 1), False),
}


@pytest.mark.parametrize(("make", "animated"), CASES.values(), ids=CASES.keys())
def test_frames_are_counted_by_the_headers(make: Callable[[], bytes], animated: bool) -> None:
    assert read_layout(make()).is_animated is animated


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_the_copy_of_an_animation_is_its_first_frame_and_says_so(kind: str) -> None:
    copy = make_copy(_frames(kind, 2))
    assert copy.is_animated
    assert Image.open(io.BytesIO(copy.files[0].content)).n_frames == 1  # type: ignore[attr-defined]
