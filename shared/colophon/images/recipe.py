"""How a copy is made: type from the bytes, decoded, turned upright, re-encoded without a word of metadata."""

import hashlib
import io
import warnings

from PIL import Image, ImageCms, ImageOps

from colophon.images.copy import Copy, Outline, Sized, widths_of

MAX_WIDTH = 1600
from colophon.problem import Problem, Refused
from colophon.upload.limits import IMAGE_BYTES, IMAGE_PIXELS

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_JPEG_QUALITY = 82


def outline_of(content: bytes) -> Outline | None:
    try:
        picture = ImageOps.exif_transpose(Image.open(io.BytesIO(content), formats=_FORMATS))
    except Exception:
        return None
    return Outline(hashlib.sha256(content).hexdigest(), picture.width)


def copy_of(content: bytes) -> Copy:
    """The clean copy of an uploaded image, or Refused."""
    picture = _upright(_decoded(content))
    outline = Outline(hashlib.sha256(content).hexdigest(), picture.width)
    sizes = []
    for width in widths_of(outline):
        small = (
            picture.resize((width, max(1, round(picture.height * width / picture.width))), Image.Resampling.LANCZOS)
            if width != picture.width
            else picture
        )
        out = io.BytesIO()
        small.save(out, "WEBP", quality=78)
        sizes.append(Sized(small.width, small.height, "webp", "image/webp", out.getvalue()))
    transparent = "A" in picture.mode and picture.getchannel("A").getextrema()[0] != 255
    encoded = io.BytesIO()
    if transparent:
        small.save(encoded, "PNG", optimize=True)
    else:
        small.convert("RGB").save(encoded, "JPEG", quality=_JPEG_QUALITY, optimize=True, progressive=True)
    ending, content_type = ("png", "image/png") if transparent else ("jpg", "image/jpeg")
    return Copy(outline, (*sizes, Sized(small.width, small.height, ending, content_type, encoded.getvalue())))


def _decoded(content: bytes) -> Image.Image:
    if not content:
        raise _refused("The file is empty.", "Upload the image again.")
    if len(content) > IMAGE_BYTES:
        raise too_large(len(content))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=_FORMATS)
            pixels = picture.width * picture.height
            if pixels > IMAGE_PIXELS:
                raise _too_many_pixels(picture.width, picture.height)
            # A JPEG decoder can shrink while it loads: much less memory for a phone's photo.
            picture.draft("RGB", (MAX_WIDTH, MAX_WIDTH))
            picture.load()
            return picture
    except Refused:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise _refused(
            "The image has too many pixels.", f"At most {IMAGE_PIXELS:,} are allowed: make it smaller."
        ) from None
    except Exception:
        # Decoders raise whatever their formats bring: SyntaxError and struct.error among them.
        what = "It can't be read as a JPEG, PNG, WebP or GIF image."
        raise _refused(what, "Open it in an image program, save it as JPEG or PNG, and upload that.") from None


def _upright(picture: Image.Image) -> Image.Image:
    upright = ImageOps.exif_transpose(picture)
    profile = upright.info.get("icc_profile")
    has_alpha = "A" in upright.mode or "transparency" in upright.info
    if profile:
        upright = _in_srgb(upright, profile)
    clean = upright.convert("RGBA" if has_alpha else "RGB")
    # What a decoder notes beside the pixels (comments, profiles) an encoder would write out again.
    clean.info = {}
    return clean


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    if picture.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        managed = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError):
        return picture
    return managed or picture


def too_large(size: int) -> Refused:
    """The refusal of an image of ``size`` bytes."""
    return _refused(f"The image is {size:,} bytes long; at most {IMAGE_BYTES:,} are allowed.", "Save it smaller.")


def _too_many_pixels(width: int, height: int) -> Refused:
    what = f"The image is {width:,} by {height:,} pixels; at most {IMAGE_PIXELS:,} in all are allowed."
    return _refused(what, "Make it smaller: the site shows at most 1,600 pixels across.")


def _refused(what: str, fix: str) -> Refused:
    return Refused((Problem(what, fix),))
