"""Draws every image of the sample inbox. Run it from anywhere: it writes the same bytes each time (Pillow 13)."""

import io
import sys
from collections.abc import Callable
from pathlib import Path

from drawings import bones, eyes, skin, teeth
from drawings.sheet import INK, PAPER, Sheet
from PIL import ExifTags, Image

POSTS = Path(__file__).parent / "inbox" / "posts"
# Planted in the phone photo: no byte of it may reach the site.
MARKER = "GPSMARKER"

STILLS: dict[str, Callable[[], Image.Image]] = {
    "mulmarugyeol/how-much-sunscreen/two-fingers.png": skin.two_fingers,
    "mulmarugyeol/how-much-sunscreen/uv-by-hour.png": skin.uv_by_hour,
    "mulmarugyeol/how-much-sunscreen/missed-places.webp": skin.missed_places,
    "mulmarugyeol/how-much-sunscreen/car-window.jpg": skin.car_window,
    "mulmarugyeol/how-much-sunscreen/reapply-clock.png": skin.reapply_clock,
    "mulmarugyeol/hives-in-the-evening/symptom-diary.png": skin.symptom_diary,
    "mulmarugyeol/after-mole-removal/시술 사진 1.jpg": skin.dressing,
    "mulmarugyeol/after-mole-removal/day-by-day.png": skin.day_by_day,
    "neouljae/morning-heel-pain/plantar-fascia.png": bones.plantar_fascia,
    "neouljae/morning-heel-pain/towel-stretch.jpg": bones.towel_stretch,
    "neouljae/shoulder-that-will-not-lift/arm-raise.png": bones.arm_raise,
    "neouljae/shoulder-that-will-not-lift/cuff.png": bones.cuff,
    "neouljae/shoulder-that-will-not-lift/pendulum.png": bones.pendulum,
    "neouljae/shoulder-that-will-not-lift/wall-crawl.png": bones.wall_crawl,
    "neouljae/rainy-day-knees/rain-window.jpg": bones.rain_window,
    "neouljae/numb-fingers-at-the-keyboard/wrist-neutral.png": bones.wrist_neutral,
    "dansolyeoul/cold-teeth-in-autumn/tooth-layers.webp": teeth.tooth_layers,
    "dansolyeoul/cold-teeth-in-autumn/brush-angle.png": teeth.brush_angle,
    "dansolyeoul/first-toothbrush/rice-grain+pea (size).png": teeth.rice_and_pea,
    "dansolyeoul/first-toothbrush/lap-position.png": teeth.lap_position,
    "dansolyeoul/first-toothbrush/first-brush.jpg": teeth.first_brush,
    "dansolyeoul/first-toothbrush/bedtime-cup.jpg": teeth.bedtime_cup,
    "dansolyeoul/silver-fillings/mirror.jpg": teeth.mirror,
    "bitgaonjae/six-metres-away/far-window.jpg": eyes.far_window,
    "bitgaonjae/six-metres-away/screen-height.png": eyes.screen_height,
    "bitgaonjae/spots-that-swim/floaters.png": eyes.floaters,
    "bitgaonjae/a-night-with-contact-lenses/lens-case.png": eyes.lens_case,
}
GLIDE = "neouljae/numb-fingers-at-the-keyboard/nerve-glide.gif"
PHONE = "neouljae/which-hand-for-the-cane/IMG_0417.jpg"


def encoded(picture: Image.Image, suffix: str) -> bytes:
    """``picture`` as a file: PNG keeps transparency, JPEG and WebP are flat."""
    out = io.BytesIO()
    match suffix:
        case ".png" if min(picture.getchannel("A").tobytes()) < 255:
            picture.save(out, "PNG", optimize=True)
        case ".png":
            picture.convert("RGB").quantize(96, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        case ".webp":
            picture.convert("RGB").save(out, "WEBP", quality=82, method=6)
        case _:
            picture.convert("RGB").save(out, "JPEG", quality=84, optimize=True)
    return out.getvalue()


def animated(frames: list[Image.Image]) -> bytes:
    out = io.BytesIO()
    inks = [frame.convert("RGB").quantize(32, dither=Image.Dither.NONE) for frame in frames]
    inks[0].save(out, "GIF", save_all=True, append_images=inks[1:], duration=900, loop=0)
    return out.getvalue()


def from_a_phone(upright: Image.Image) -> bytes:
    """A JPEG as a phone held upright stores it: lying on its side, EXIF orientation 6, with place and comment."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "Sample Phone"
    exif[ExifTags.Base.ImageDescription] = MARKER
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    inner[ExifTags.Base.UserComment] = b"ASCII\0\0\0" + MARKER.encode()
    inner[ExifTags.Base.DateTimeOriginal] = "2026:01:09 08:41:12"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLatitude] = "N", (37.0, 30.0, 0.0)
    place[ExifTags.GPS.GPSLongitudeRef], place[ExifTags.GPS.GPSLongitude] = "E", (127.0, 0.0, 0.0)
    out = io.BytesIO()
    lying = upright.convert("RGB").transpose(Image.Transpose.ROTATE_90)
    lying.save(out, "JPEG", quality=84, optimize=True, exif=exif, comment=MARKER.encode())
    return out.getvalue()


def every_image() -> dict[str, bytes]:
    """The bytes of each image by its path under ``inbox/posts``."""
    files = {name: encoded(draw(), Path(name).suffix) for name, draw in STILLS.items()}
    return {**files, GLIDE: animated(bones.nerve_glide()), PHONE: from_a_phone(bones.cane())}


def dot() -> bytes:
    """The small valid image that the refused and waiting cases use."""
    sheet = Sheet(48, 32, PAPER)
    sheet.disc(24, 16, 10, INK)
    return encoded(sheet.picture(), ".png")


def main() -> int:
    for name, content in every_image().items():
        (POSTS / name).write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
