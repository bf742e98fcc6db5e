"""The parts of an inbox, from its keys: posts, clinics, and strays, which belong to neither."""

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from colophon.upload.keys import (
    ClinicFile,
    ClinicGlossary,
    ClinicWithdrawal,
    ImageRef,
    ImageWithdrawal,
    PageRef,
    PageWithdrawal,
    ParsedKey,
    PostRef,
    PostWithdrawal,
    UnknownKey,
    parse_key,
)


class BuildPlan(Struct, frozen=True):
    """The parts of an inbox, sorted by key. ``strays`` are outside of every post's folder.

    ``images`` is the number of images of each post that has any.
    """

    posts: tuple[PostRef, ...]
    clinics: tuple[str, ...]
    strays: tuple[str, ...]
    images: Mapping[PostRef, int] = field(default_factory=dict)


def make_plan(keys: Iterable[str]) -> BuildPlan:
    """The parts of the inbox that has ``keys``."""
    posts: set[PostRef] = set()
    clinics: set[str] = set()
    strays: list[str] = []
    images: Counter[PostRef] = Counter()
    for key in keys:
        name = parse_key(key)
        if isinstance(name, ImageRef):
            images[name.post] += 1
        post = post_of(name)
        if post:
            posts.add(post)
        elif isinstance(name, ClinicFile | ClinicGlossary | ClinicWithdrawal):
            clinics.add(name.clinic)
        elif isinstance(name, UnknownKey):
            strays.append(key)
    folders = {post.folder for post in posts}
    alone = (key for key in strays if key.rpartition("/")[0] + "/" not in folders)
    return BuildPlan(
        tuple(sorted(posts, key=lambda post: post.folder)), tuple(sorted(clinics)), tuple(sorted(alone)), images
    )


def post_of(name: ParsedKey) -> PostRef | None:
    """The post that a key belongs to, if any."""
    match name:
        case PageRef(post=post) | ImageRef(post=post) | PostWithdrawal(post=post):
            return post
        case PageWithdrawal(page=page):
            return page.post
        case ImageWithdrawal(image=image):
            return image.post
    return None
