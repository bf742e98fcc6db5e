"""Create a post folder from templates that show, to a person and to ``colophon check``, what to fill in."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from colophon.clinic.platforms import PLATFORMS
from colophon.edition.model import REVIEW_SCOPES
from colophon.language.served import find_served_language, served_languages
from colophon.language.tags import find_served_advice
from colophon.upload.keys import ClinicFile, PageRef, PostRef, SiteFile, UnknownKey, parse_key
from colophon.upload.site_page_names import site_page_problem
from colophon_ops.errors import Misused
from colophon_ops.schemas import editor_schemas, schema_line
from colophon_ops.site_languages import SiteLanguages, read_languages

# Where no site.yaml says.
_TRANSLATION_LANGUAGE = "en"
_MARKDOWN = """\
# Tables, ~~strikethrough~~, footnotes[^1], - [ ] tasks, <br> and <!-- comments --> are taken; other HTML is refused.
"""

_SOURCE = """\
# Where the original was published. The channel is the key of one in the clinic's record.
source:
  channel:
  url:
  posted:             # the date printed there, as 2026-05-31
  title:              # the original's own title, in Korean
"""

_MORE = """\
# Optional:
#excerpt: One or two sentences for listings. Default: the beginning of the text.
#images:
#  photo.jpg: {alt: What it shows., credit: Who made it., kind: photo}   # or illustration, procedure
#  drawing.png: {alt: What it shows., made: ai}   # or edited-with-ai, camera; leave it out if you don't know
#tags: [word, another word]
#publish_at: "2026-06-01T09:00:00+09:00"
---
"""

ORIGINAL = (
    """\
---
# The original, as the clinic published it. Fill in every field that has no value.
# The text goes below the second line of dashes: Markdown, images as ![what it shows](photo.jpg) on lines of their own.
"""
    + _MARKDOWN
    + """\
title:
"""
    + _SOURCE
    + _MORE
)

TRANSLATION = (
    """\
---
# The translation. Fill in every field that has no value.
# The text goes below the second line of dashes. Keep every line that begins with ※: it is a warning in the original.
"""
    + _MARKDOWN
    + """\
title:
"""
    + _SOURCE
    + """\
translation:
  at:                 # when it was translated, with the UTC offset: "2026-05-31T18:30:00+09:00"
  system:             # the name and version of what translated it
  review: none        # or, only if a person checked it: {by: Who, at: 2026-06-01, scope: [language, terms]}
                      # The scope is a list of {scopes}.
  # When both texts are written, run colophon pin on this folder: it adds the pins (of), by which pages say when the
  # original has changed since, and never "reviewed" of a text that changed after its review.
""".replace("{scopes}", ", ".join(REVIEW_SCOPES))
    + _MORE
)

_FIRST_KIND, *_OTHER_KINDS = (platform.kind for platform in PLATFORMS)
_CLINIC = f"""\
# Who the clinic is. Fill in every field that has no value. Terms that translations must keep go into glossary.yaml,
# beside this file.
names:                # as registered; never coined by a translator
  ko:
  en:                 # remove this line if there is no registered English name
status: active        # or suspended
permission:           # to publish translations: without it, nothing is published
  reference:          # where it is on file
  granted:            # the date, as 2026-05-31
  # scope: originals  # if it also allows to show the original beside its translation
channels:             # where the clinic itself publishes; a post's source.channel is one of these keys
  blog:
    kind: {_FIRST_KIND}  # or {", ".join(_OTHER_KINDS)}
    url:
    name:
"""

_SITE = """\
# The site as a whole. Fill in every field that has no value.
url:                  # its public address, as https://posts.example.com
name:
  en:
languages: [{languages}]
original_language: {original}
time_zone: Asia/Seoul
contact:              # for corrections: mailto:name@example.com, or an https:// address
"""


class NewPost(Struct, frozen=True):
    """The files that were created, and those that existed already and were kept."""

    folder: Path
    created: tuple[Path, ...]
    kept: tuple[Path, ...]


def create_post(name: str, inbox: Path, languages: Sequence[str] = ()) -> NewPost:
    """Create the post ``name`` (``<clinic>/<post>``) in ``inbox``, and the clinic's record and site.yaml if missing.

    It has an original and a translation into each of ``languages``, by default the first that the site lists. Also
    writes the schemas that editors check files by, which are replaced by those of this version. Overwrites nothing
    else. Raises Misused for an invalid name or language, and if the post's files exist already.
    """
    post, site_languages = _post_ref(name), read_languages(inbox)
    original = site_languages.original
    translations = tuple(languages) or site_languages.translations[:1] or (_TRANSLATION_LANGUAGE,)
    for tag in translations:
        _check_language(tag, original, site_languages)
    clinic, site = ClinicFile(post.clinic).key, SiteFile().key
    listed = ", ".join([original, *translations])
    texts = {
        PageRef(post, original).key: ORIGINAL,
        **{PageRef(post, tag).key: TRANSLATION for tag in translations},
        clinic: schema_line("clinic", clinic) + _CLINIC,
        site: schema_line("site", site) + _SITE.format(languages=listed, original=original),
    }
    kept = tuple(inbox / key for key in texts if (inbox / key).exists())
    created = tuple(inbox / key for key in texts if not (inbox / key).exists())
    if not created or not any(path.suffix == ".md" for path in created):
        raise Misused(f"{inbox / post.folder} has its files already; nothing was changed.")
    new = {key: text for key, text in texts.items() if inbox / key in created}
    # The schemas follow the installed version: no person writes them.
    _write_all({inbox / key: text for key, text in {**new, **editor_schemas()}.items()})
    return NewPost(inbox / post.folder, created, kept)


def _check_language(tag: str, original: str, site: SiteLanguages) -> None:
    """Raises Misused unless a translation can be in the language ``tag``."""
    if tag == original:
        raise Misused(f"{tag} is the language of the original, which is created anyway.")
    if site.listed and tag not in site.listed:
        raise Misused(f"site.yaml does not list “{tag}”, but {', '.join(site.listed)}. Add it there first.")
    if not find_served_language(tag):
        near = find_served_advice(tag)
        fix = f"Write {near}." if near else f"Choose from {', '.join(served_languages())}."
        raise Misused(f"There are no notices in the language “{tag}”. {fix}")


def _write_all(texts: Mapping[Path, str]) -> None:
    """Write all files or none: half a file would be kept the next time. Raises OSError."""
    for path, text in texts.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        except OSError as error:
            for written in texts:
                written.unlink(missing_ok=True)
            # An error of the write itself names no file.
            raise OSError(error.errno, error.strerror, error.filename or str(path)) from None


def _post_ref(name: str) -> PostRef:
    found = parse_key(f"posts/{name.strip('/')}/ko.md")
    if isinstance(found, PageRef):
        clinic, post = found.post.clinic, found.post.post
        if problem := site_page_problem("clinic", clinic) or site_page_problem("post", post):
            raise Misused(f"{problem.what} Choose another name.")
        return found.post
    if isinstance(found, UnknownKey) and name.strip("/").count("/") == 1:
        raise Misused(f"{found.problem.what} {found.problem.fix}")
    raise Misused(f"“{name}” does not name a post. Write <clinic>/<post>, as in my-clinic/my-first-post.")
