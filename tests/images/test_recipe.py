"""What becomes of an honest photo, whatever phone it is from."""

from random import Random

import pytest
from PIL import Image

from colophon.images.copy import Outline, output_widths
from colophon.images.recipe import make_copy, read_outline
from colophon.problem import Refused
from tests.images.hostile import coloured, exif, pngs
from tests.images.hostile.case import quarters, saved
from tests.images.hostile.jpeg_parts import segment, with_first
from tests.images.published import picture_in


def _photo(width: int, height: int, orientation: int = 1) -> bytes:
    content = saved(quarters(width, height), "JPEG")
    return with_first(content, segment(0xE1, b"Exif\0\0" + exif.oriented(orientation)))


def test_a_photo_comes_in_three_widths_and_a_fallback() -> None:
    copy = make_copy(_photo(4000, 3000))
    assert [(size.width, size.height, size.extension) for size in copy.files] == [
        (480, 360, "webp"),
        (960, 720, "webp"),
        (1600, 1200, "webp"),
        (1600, 1200, "jpg"),
    ]
    for size in copy.files:
        picture_in(size)


def test_a_photo_taken_on_its_side_is_as_wide_as_people_see_it() -> None:
    content = _photo(4000, 3000, orientation=6)
    copy = make_copy(content)
    assert copy.outline.width == 3000
    assert (copy.fallback.width, copy.fallback.height) == (1600, 2133)


@pytest.mark.parametrize(("width", "widths"), [(1, (1,)), (480, (480,)), (481, (480, 481)), (1599, (480, 960, 1599))])
def test_nothing_is_enlarged(width: int, widths: tuple[int, ...]) -> None:
    copy = make_copy(_photo(width, 40))
    assert copy.widths == widths == output_widths(copy.outline)
    assert copy.fallback.width == width


@pytest.mark.parametrize("shrink", [1, 2, 3, 5, 7, 11])
def test_every_ratio_comes_out_at_the_very_width(shrink: int) -> None:
    copy = make_copy(saved(Image.new("RGB", (601 * shrink, 401 * shrink)), "JPEG"))
    assert copy.outline.width == 601 * shrink
    assert copy.widths == output_widths(copy.outline)


def test_the_same_bytes_make_the_same_copy() -> None:
    for content in (_photo(2000, 1500, 8), coloured.of_wide_colours(), pngs.plain()):
        assert make_copy(content) == make_copy(content)


def test_the_outline_is_told_without_decoding() -> None:
    content = _photo(4000, 3000, orientation=8)
    pixels_gone = content[: content.find(b"\xff\xda") + 40] + b"\xff\xd9"
    outline = read_outline(pixels_gone)
    assert outline == Outline(outline.sha256, 3000) if outline else False
    assert read_outline(content) == make_copy(content).outline


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"GIF89a", saved(quarters(), "TIFF")])
def test_what_is_no_image_has_no_outline(content: bytes) -> None:
    assert read_outline(content) is None


def test_an_image_cut_short_anywhere_is_refused() -> None:
    for form, options in (
        ("JPEG", {"quality": 100}),
        ("PNG", {}),
        ("WEBP", {"lossless": True}),
        ("GIF", {}),
        ("AVIF", {}),
    ):
        whole = saved(Image.effect_noise((90, 60), 90).convert("RGB"), form, **options)
        for end in range(0, len(whole) - 2, 512):
            with pytest.raises(Refused):
                make_copy(whole[:end])


def test_a_wide_colour_is_brought_into_srgb() -> None:
    picture = picture_in(make_copy(coloured.of_wide_colours()).fallback)
    found = picture.getpixel((20, 20))
    assert isinstance(found, tuple)
    assert max(abs(a - b) for a, b in zip(found, coloured.IN_SRGB, strict=True)) <= 4


def test_a_transparent_image_is_as_transparent_as_it_was() -> None:
    picture = quarters(800, 600, "RGBA")
    picture.putalpha(Image.linear_gradient("L").resize((800, 600)))
    copy = make_copy(saved(picture, "PNG"))
    assert [size.extension for size in copy.files] == ["webp", "webp", "png"]
    for size in copy.files:
        alpha = picture_in(size).getchannel("A")
        assert abs(int(alpha.getpixel((5, size.height // 2))) - 128) <= 3  # type: ignore[arg-type]


def test_a_refusal_says_what_was_seen_and_what_to_do() -> None:
    with pytest.raises(Refused) as refusal:
        make_copy(b"\0\0\0\x18ftypheic" + bytes(100))
    (problem,) = refusal.value.problems
    assert "iPhone" in problem.what
    assert "JPEG" in problem.fix


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_whatever_a_file_says_of_itself_is_read_or_refused(form: str) -> None:
    """Outlines are read outside the process that decodes, so nothing may come of them but a value or a refusal."""
    chance = Random(form)
    whole = saved(quarters(), form)
    for _ in range(3_000):
        spoilt = bytearray(whole[: chance.randrange(len(whole))] if chance.random() < 0.3 else whole)
        for _ in range(chance.randint(1, 6)):
            if spoilt:
                spoilt[min(len(spoilt) - 1, int(chance.expovariate(1 / 60)))] = chance.choice((0, 1, 127, 128, 255))
        outline = read_outline(bytes(spoilt))
        assert outline is None or outline.width > 0
