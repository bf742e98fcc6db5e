"""A small inbox from the samples: two clinics with three posts."""

import shutil
from pathlib import Path

SAMPLES = Path(__file__).parent / "samples"
SMALL = ("mulmarugyeol/ten-minute-winter-shower", "mulmarugyeol/hives-in-the-evening", "dansolyeoul/silver-fillings")


def small_inbox(place: Path) -> Path:
    """Live posts, one with an image and ※ lines, and one that is withdrawn; returns ``place``."""
    sample = SAMPLES / "inbox"
    place.mkdir(parents=True)
    shutil.copy(sample / "site.yaml", place)
    for post in SMALL:
        clinic = Path("clinics", post.partition("/")[0])
        shutil.copytree(sample / clinic, place / clinic, dirs_exist_ok=True)
        shutil.copytree(sample / "posts" / post, place / "posts" / post)
    return place
