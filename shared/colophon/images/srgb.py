"""Pixels in sRGB, whatever colours they were stored in; a profile that is broken is as good as none."""

from typing import Any

import pyvips

from colophon.images.png import PROFILE_BYTES

# ICC.1:2022, 7.2: the colours that a profile is about, and where in its head that stands.
_COLOURS = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}
_HEAD = 128
_NAME = "icc-profile-data"


def in_srgb(picture: Any, profile: bytes) -> Any:
    """``picture`` in sRGB: eight bits, three bands or, with alpha, four. Raises ``pyvips.Error``."""
    if _is_meant_for(picture, profile):
        managed = picture.copy()
        managed.set_type(pyvips.GValue.blob_type, _NAME, profile)
        try:
            return _eight_bits(managed.icc_transform("srgb", embedded=True, intent="relative").copy_memory())
        except pyvips.Error:
            # The colours are a little off then; the photo is what readers come for.
            return _unmanaged(picture)
    return _unmanaged(picture)


def _is_meant_for(picture: Any, profile: bytes) -> bool:
    well_formed = _HEAD < len(profile) <= PROFILE_BYTES and profile[36:40] == b"acsp"
    return well_formed and _COLOURS.get(profile[16:20]) == picture.bands - int(picture.hasalpha())


def _unmanaged(picture: Any) -> Any:
    if picture.interpretation == "cmyk":
        return _eight_bits(picture.icc_transform("srgb", input_profile="cmyk", intent="relative").copy_memory())
    return _eight_bits(picture.colourspace("srgb").copy_memory())


def _eight_bits(picture: Any) -> Any:
    return picture if picture.format == "uchar" else picture.cast("uchar").copy_memory()
