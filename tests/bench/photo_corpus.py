"""Generated photos, as a phone takes them, and posts that show ten of them each.

A few scenes are drawn. Each photo is one of them with other contrast, turned another way: another first quantity in its
tables makes other pixels of the same bytes, and so a thousand photos cost no more than a few dozen.
"""

from multiprocessing import Pool
from pathlib import Path
from random import Random
from typing import Any

from msgspec.structs import replace

from tests.bench.corpus import SITE, clinic_file, edition
from tests.bench.post import Post, make_post
from tests.images.hostile import exif, profiles
from tests.images.hostile.jpeg_parts import profiled, segment, with_first

PHOTOS_A_POST = 10
SCENES = 24
# So many posts of the corpus lie between two of these, which makes two posts a clinic.
_APART = 125
SIZE = (4032, 3024)
_QUALITY = 88
# Side of a grain in fours of pixels, and how much it matters: hills, walls, leaves, hair.
_GRAINS = ((64, 90), (16, 45), (4, 22), (1, 10))
_FOUR = 4
_SENSOR_NOISE = 3
_WAYS_TO_HOLD_A_PHONE = (1, 3, 6, 8)


def write_photos(root: Path, photos: int) -> None:
    """Write a site with ``photos`` photos to the new folder ``root``."""
    with Pool(2) as pool:
        scenes = pool.map(scene, range(min(SCENES, photos)))
    root.mkdir(parents=True)
    (root / "site.yaml").write_text(SITE, "utf-8")
    for number in range(-(-photos // PHOTOS_A_POST)):
        here = range(number * PHOTOS_A_POST, min(photos, (number + 1) * PHOTOS_A_POST))
        _write_post(
            root,
            make_post(number * _APART),
            {f"photo-{one}.jpg": photo(scenes[one % len(scenes)], one) for one in here},
        )


def scene(number: int) -> bytes:
    """A JPEG file of 12 megapixels in the colours of a phone, which depends on its number alone."""
    import pyvips

    layers = [_grain(pyvips, side, weight, number) for side, weight in _GRAINS]
    rough = sum(layers[1:], layers[0]).copy_memory().resize(_FOUR, kernel="cubic")
    noise = pyvips.Image.gaussnoise(*SIZE, sigma=_SENSOR_NOISE, mean=128, seed=number)
    return bytes((rough + noise).cast("uchar").jpegsave_buffer(Q=_QUALITY, subsample_mode="on"))


def photo(drawn: bytes, number: int) -> bytes:
    """Photo ``number``, of the scene ``drawn``."""
    first = drawn.find(b"\xff\xdb") + 5
    contrast = max(1, drawn[first] - 2 + number // SCENES % 5)
    changed = drawn[:first] + bytes([contrast]) + drawn[first + 1 :]
    turned = exif.oriented(_WAYS_TO_HOLD_A_PHONE[number % 4])
    words = segment(0xFE, f"photo {number}".encode())
    return with_first(profiled(profiles.wide(), changed), segment(0xE1, b"Exif\0\0" + turned), words)


def _grain(pyvips: Any, side: int, weight: int, number: int) -> Any:
    across, down = (length // _FOUR for length in SIZE)
    width, height = across // side + 2, down // side + 2
    seeds = Random(f"{number}:{side}")
    light, *colours = (
        pyvips.Image.gaussnoise(width, height, sigma=weight, mean=0, seed=seeds.randrange(2**31)) for _ in range(4)
    )
    grain = (colours[0].bandjoin(colours[1:]) * 0.4 + light).copy(interpretation="srgb")
    return (grain.resize(side, kernel="cubic") if side > 1 else grain).crop(0, 0, across, down)


def _write_post(root: Path, post: Post, photos: dict[str, bytes]) -> None:
    clinic = root / "clinics" / post.clinic.key / "clinic.yaml"
    if not clinic.exists():
        clinic.parent.mkdir(parents=True)
        clinic.write_text(clinic_file(post.clinic), "utf-8")
    folder = root / "posts" / post.clinic.key / post.name
    folder.mkdir(parents=True)
    shown = "\n\n".join(f"![What is seen on {name}]({name})" for name in photos)
    (folder / "en.md").write_text(edition(replace(post, body=f"{post.body}\n{shown}\n")), "utf-8")
    for name, content in photos.items():
        (folder / name).write_bytes(content)
