"""What an image shows, in words. A title told again says nothing of an image, so it never stands for such words."""

import re

from colophon.edition.model import Figure, FrontMatter, ImageWords

# What pipelines put after the title, in the languages that they write in.
_IMAGE_NUMBER = re.compile(
    r"[\W_]*(?:image|img|photo|picture|figure|fig|no|이미지|사진|그림|画像|写真|図|图片|照片|图)?[\W_]*\d*[\W_]*"
)


def alt_of(figure: Figure, front: FrontMatter) -> str:
    """The alternative text of ``figure``, empty where none was written but the title."""
    written = front.images.get(figure.name, ImageWords()).alt or figure.alt
    return "" if repeats(written, front.title) else written


def repeats(alt: str, title: str) -> bool:
    """Whether ``alt`` is ``title``, with or without the number of an image."""
    alt, title = alt.casefold(), title.casefold()
    return bool(title) and alt.startswith(title) and _IMAGE_NUMBER.fullmatch(alt[len(title) :]) is not None
