"""Images are compared as pictures: another build of the image library may write other bytes for the same picture."""

import io

from PIL import Image, ImageChops, ImageStat

# Mean difference of a colour's value, of 255: what two JPEG encoders may make of one picture, and no eye can see.
_UNSEEN = 1.0


def faults(found: bytes, meant: bytes) -> list[str]:
    """How the image ``found`` differs from ``meant``, in words; empty where it does not, or only unseen."""
    if found == meant:
        return []
    one, other = Image.open(io.BytesIO(found)), Image.open(io.BytesIO(meant))
    told = [
        f"{name} is {mine}, was {theirs}"
        for name, mine, theirs in (("format", one.format, other.format), ("size", one.size, other.size))
        if mine != theirs
    ]
    if len(one.getexif()) or set(one.info) - set(other.info):
        told.append(f"carries metadata: {sorted(one.info)}")
    return told or _seen(one.convert("RGBA"), other.convert("RGBA"))


def _seen(one: Image.Image, other: Image.Image) -> list[str]:
    means = ImageStat.Stat(ImageChops.difference(one, other)).mean
    return [] if max(means) <= _UNSEEN else [f"looks different: by {max(means):.1f} of 255 on average"]
