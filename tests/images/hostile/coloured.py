"""Images whose colours are told by a profile, an honest or a broken one."""

from PIL import Image

from tests.images.hostile import profiles
from tests.images.hostile.case import QUARTERS, Case, clean, quarters, saved
from tests.images.hostile.jpeg_parts import plain, profiled

SIZE = (64, 48)
# In the wide profile's own numbers, and in sRGB's.
WIDE, IN_SRGB = (200, 60, 50), (219, 37, 34)


def of_wide_colours() -> bytes:
    """An image of one colour, told in the wide profile."""
    return profiled(profiles.wide(), saved(Image.new("RGB", SIZE, WIDE), "JPEG", quality=100, subsampling=0))


def cases() -> list[Case]:
    """An honest profile, and every broken one in each form that can carry it."""
    forms = {
        "JPEG": lambda profile: profiled(profile),
        "PNG": lambda profile: _saved("PNG", profile),
        "WebP": lambda profile: _saved("WEBP", profile),
        "CMYK JPEG": lambda profile: profiled(profile, plain("CMYK")),
    }
    wide = clean("JPEG of wide colours", of_wide_colours, SIZE, corners=(IN_SRGB,) * 4)
    return [wide] + [
        clean(
            f"{form} with a profile: {name}",
            lambda make=make, profile=profile: make(profile),
            SIZE,
            corners=None if form == "CMYK JPEG" else QUARTERS,
        )
        for form, make in forms.items()
        for name, profile in profiles.broken().items()
    ]


def _saved(form: str, profile: bytes) -> bytes:
    options = {"lossless": True} if form == "WEBP" else {}
    return saved(quarters(), form, icc_profile=profile, **options)
