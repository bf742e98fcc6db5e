"""What a withdrawal is against: a clinic, a post, an edition or an image, from its name, its key or its address."""

import re
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from colophon.upload.keys import (
    RESERVED_NAMES,
    ClinicFile,
    ClinicWithdrawal,
    ImageRef,
    ImageWithdrawal,
    PageRef,
    PageWithdrawal,
    ParsedKey,
    PostRef,
    PostWithdrawal,
    SiteKey,
    UnknownKey,
    is_language,
    is_slug,
    parse_key,
)
from colophon_ops.errors import Misused

# Each of these also knows the inbox key of its withdrawal.
WithdrawalTarget: TypeAlias = ClinicWithdrawal | PostWithdrawal | PageWithdrawal | ImageWithdrawal
# The names of all images that were ever uploaded to a post.
ImageNames: TypeAlias = Callable[[PostRef], list[str]]

_FORMS = (
    "Write my-clinic, my-clinic/my-post, my-clinic/my-post/en, my-clinic/my-post/image-2.jpg, "
    "a key of the inbox, or a page's address."
)
_KINDS = {
    ClinicWithdrawal: "clinic",
    PostWithdrawal: "post",
    PageWithdrawal: "edition",
    ImageWithdrawal: "image",
}
# The site's name of one size of an image: stem.fingerprint[.number]-width.format
_SIZED = re.compile(r"(.+)\.[0-9a-f]{12}(\.[0-9]+)?-[0-9]+\.[a-z]+")


def is_address(text: str) -> bool:
    """Whether ``text`` is an address of the site, for ``parse_address``; anything else is for ``parse_target``."""
    return "://" in text or text.startswith("/")


def parse_target(text: str) -> WithdrawalTarget:
    """The target that ``text`` names: a clinic, a post, an edition, an image, or a key of the inbox. Raises Misused."""
    if isinstance(parse_key(text), SiteKey):
        raise Misused("The site itself can't be withdrawn, only its clinics, posts, editions and images.")
    parts = text.strip("/").split("/")
    if parts[0] == "clinics" and len(parts) in (2, 3):
        return _from_key(f"clinics/{parts[1]}/{parts[2] if len(parts) == 3 else 'clinic.yaml'}", text)
    if parts[0] == "posts" and len(parts) in (2, 3, 4):
        return _from_parts(parts[1:], text)
    return _from_parts(parts, text)


def parse_address(address: str, site_urls: tuple[str, ...], image_names: ImageNames) -> WithdrawalTarget:
    """The page or image at ``address``, a URL or a path of the site. Raises Misused.

    ``site_urls`` are the addresses of the site.
    """
    path = unquote(_path(address, site_urls))
    match path.strip("/").removesuffix("/index.html").split("/"):
        case ["images", clinic, post, file] if is_slug(clinic) and is_slug(post):
            return ImageWithdrawal(_image(PostRef(clinic, post), file, address, image_names))
        case [lang, clinic, post] if is_language(lang) and is_slug(clinic) and is_slug(post):
            return PageWithdrawal(PageRef(PostRef(clinic, post), lang))
        case [lang, clinic, *_] if is_language(lang) and is_slug(clinic) and clinic not in RESERVED_NAMES:
            what = f"{address} is a listing of the clinic {clinic}, not a post."
            raise Misused(f"{what} To withdraw the whole clinic, in every language, write {clinic}.")
    raise Misused(f"{address} is not the address of a post or an image. {_FORMS}")


def parse_target_key(key: str) -> WithdrawalTarget | None:
    """What the withdrawal with the inbox key ``key`` is against; None if ``key`` is no withdrawal's."""
    found = parse_key(key)
    known = (ClinicWithdrawal, PostWithdrawal, PageWithdrawal, ImageWithdrawal)
    return found if isinstance(found, known) else None


def target_text(target: WithdrawalTarget) -> str:
    """``target`` in a sentence, as in “the post my-clinic/my-post”."""
    return f"the {_KINDS[type(target)]} {target.target_name}"


def _from_parts(parts: list[str], text: str) -> WithdrawalTarget:
    match parts:
        case [clinic]:
            return _from_key(f"clinics/{clinic}/clinic.yaml", text)
        case [clinic, post]:
            return _from_key(f"posts/{clinic}/{post}/withdrawal.yaml", text)
        case [clinic, post, file]:
            return _from_key(
                f"posts/{clinic}/{post}/{file}.md" if is_language(file) else "/".join(["posts", *parts]), text
            )
    raise Misused(f"“{text}” names nothing that can be withdrawn. {_FORMS}")


def _from_key(key: str, text: str) -> WithdrawalTarget:
    found: ParsedKey = parse_key(key)
    match found:
        case ClinicWithdrawal() | PostWithdrawal() | PageWithdrawal() | ImageWithdrawal():
            return found
        case ClinicFile(clinic=clinic):
            return ClinicWithdrawal(clinic)
        case PageRef():
            return PageWithdrawal(found)
        case ImageRef():
            return ImageWithdrawal(found)
        case UnknownKey(problem=problem):
            raise Misused(f"“{text}” names nothing that can be withdrawn. {problem.what} {_FORMS}")
    raise Misused(f"“{text}” names nothing that can be withdrawn. {_FORMS}")


def _path(address: str, site_urls: tuple[str, ...]) -> str:
    try:
        found = urlsplit(address)
    except ValueError as error:
        raise Misused(f"{address} is not an address ({error}). {_FORMS}") from None
    if "://" not in address:
        return found.path
    own = {urlsplit(url).netloc.lower() for url in site_urls if url}
    if found.netloc.lower() not in own:
        raise Misused(f"{address} is not on this site, which is at {' and '.join(sorted(filter(None, site_urls)))}.")
    return found.path


def _image(post: PostRef, file: str, address: str, image_names: ImageNames) -> ImageRef:
    """The upload that the site's file is a size of. The site's name gives only the stem, which several may share."""
    sized = _SIZED.fullmatch(file)
    names = [name for name in image_names(post) if sized and PurePosixPath(name).stem == sized[1]]
    if len(names) == 1:
        return ImageRef(post, names[0])
    if names:
        raise Misused(f"{address} could be any of {', '.join(sorted(names))}. Write {post}/<the one you mean>.")
    raise Misused(f"{address} is not an image that was ever uploaded to {post}.")
