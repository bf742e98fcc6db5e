"""A second opinion on what readers find: plain lines written from the design alone.

It shares no code with Colophon, neither to read uploads nor to decide: yaml and Pillow read them, and what is valid is
said here for the files that the schedules write. It says what stands at every page, which pictures can be read, and
what archives, months, tags, feeds, searches and sitemaps list.
"""

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import takewhile
from typing import Any, NamedTuple

import yaml
from PIL import Image


class Upload(NamedTuple):
    """One version of a key, and when it came; a ``content`` of None is a deletion."""

    content: bytes | None
    at: datetime


# Every version of each key, oldest first.
Versions = Mapping[str, Sequence[Upload]]
_EDITION_FIELDS = {"title", "source", "translation", "publish_at", "moved_from", "tags", "images", "excerpt"}
_CLINIC_FIELDS = {"names", "status", "permission", "accepts_moves_from", "channels"}
_SITE_FIELDS = {"url", "name", "languages", "contact", "original_language"}
_FIGURE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")
# In the order in which they count when several stand.
_STATUS_BY_KIND = {"legal": 451, "gone": 410, "withdrawn": 410, "hold": 404}
_CHAIN = 20
# What the schedules upload texts in.
LANGS = ("en", "ko", "ja")


class Address(NamedTuple):
    """Where an edition of a post stands."""

    lang: str
    clinic: str
    post: str

    @property
    def key(self) -> str:
        return f"{self.lang}/{self.clinic}/{self.post}/index.html"


class Found(NamedTuple):
    """What a reader finds: 200 with the title and the date of the text, the width of each of its pictures, and the
    languages that it can be read in; 301 with the key of the page that it leads to; 404, 410 or 451."""

    status: int
    title: str = ""
    pictures: frozenset[int] = frozenset()
    location: str = ""
    posted: str = ""
    langs: frozenset[str] = frozenset()


class Entry(NamedTuple):
    """What a listing says of a page."""

    key: str
    title: str
    posted: str


class Picture(NamedTuple):
    """A picture that can be read, in the folder of its post."""

    folder: str
    name: str
    width: int


class Text(NamedTuple):
    """One valid version of an edition."""

    fields: Mapping[str, Any]
    images: tuple[str, ...]

    @property
    def posted(self) -> date:
        posted: date = self.fields["source"]["posted"]
        return posted

    def is_due(self, now: datetime) -> bool:
        return "publish_at" not in self.fields or datetime.fromisoformat(self.fields["publish_at"]) <= now


class ReferenceModel:
    """What readers find when everything in ``versions`` is answered at ``now``."""

    def __init__(self, versions: Versions, now: datetime) -> None:
        self._versions, self._now = versions, now
        self._site = next(self._valid("site.yaml", _read_site), None)

    def addresses(self) -> Iterator[Address]:
        """Every address that was ever uploaded or claimed."""
        posts = {tuple(key.split("/")[1:3]) for key in self._versions if key.startswith("posts/")}
        texts = [(lang, clinic, post) for clinic, post in posts for lang in LANGS]
        claimed = [
            (lang, *name.split("/"))
            for lang, clinic, post in texts
            for text in self._valid_texts(Address(lang, clinic, post))
            for name in text.fields.get("moved_from", ())
        ]
        for each in sorted({*texts, *claimed}):
            yield Address(*each)

    def find(self, address: Address) -> frozenset[Found]:
        """What may stand at ``address``. Of a withdrawn page that never had a text to show, nothing need to be said."""
        if status := self._withdrawn(address):
            nothing = set() if self._was_ever_ready(address) else {Found(404)}
            return frozenset({Found(status), *nothing})
        if text := self._readable(address):
            pictures, langs = frozenset(self._shown_pictures(address, text)), frozenset(self._langs(address))
            return frozenset({Found(200, text.fields["title"], pictures, "", f"{text.posted}", langs)})
        targets = self._moved_to(address)
        return frozenset({Found(301, location=next(iter(targets)).key) if len(targets) == 1 else Found(404)})

    def list_by_month(self) -> dict[str, set[Entry]]:
        """What each month's listing shows, by the listing's key."""
        months: dict[str, set[Entry]] = {}
        for address, text in self._live():
            month = f"{address.lang}/{address.clinic}/{text.posted:%Y/%m}/index.html"
            months.setdefault(month, set()).add(Entry(address.key, text.fields["title"], f"{text.posted}"))
        return months

    def list_by_tag(self) -> dict[str, set[Entry]]:
        """What the page of each tag shows, by its key; the tags here are words that stand in addresses as they are."""
        tags: dict[str, set[Entry]] = {}
        for address, text in self._live():
            for tag in text.fields.get("tags", ()):
                key = f"{address.lang}/{address.clinic}/tags/{tag}/index.html"
                tags.setdefault(key, set()).add(Entry(address.key, text.fields["title"], f"{text.posted}"))
        return tags

    def pictures(self) -> set[Picture]:
        """Every picture that can be read: the newest sound one of each name, unless it or its post is withdrawn.

        A clinic's withdrawal covers what is in the inbox; what was deleted before is gone without it.
        """
        found = set()
        for key in self._versions:
            folder, _, file = key.rpartition("/")
            if not key.startswith("posts/") or not file.endswith(".png"):
                continue
            orders = (
                f"{folder}/withdrawal.yaml",
                f"{key}.withdrawal.yaml",
                f"clinics/{key.split('/')[1]}/withdrawal.yaml",
            )
            if not any(map(self._standing, orders)):
                widths = list(self._valid(key, _read_width))[:1]
                found |= {Picture(folder.removeprefix("posts/"), file.removesuffix(".png"), width) for width in widths}
        return found

    def _live(self) -> Iterator[tuple[Address, Text]]:
        for address in self.addresses():
            if not self._withdrawn(address) and (text := self._readable(address)):
                yield address, text

    def _langs(self, address: Address) -> Iterator[str]:
        """The languages in which readers find the post."""
        for lang in LANGS:
            other = address._replace(lang=lang)
            if not self._withdrawn(other) and self._readable(other):
                yield lang

    def _readable(self, address: Address) -> Text | None:
        """The newest text that is valid, complete and due, if the site and the clinic let it be shown."""
        record = next(self._valid(f"clinics/{address.clinic}/clinic.yaml", _read_clinic), None)
        if not self._site or not record or address.lang not in self._site["languages"]:
            return None
        if record["status"] != "active" or not record.get("permission"):
            return None
        text = self._text(address)
        if text is None or text.fields["source"]["channel"] not in record["channels"]:
            return None
        return text

    def _text(self, address: Address) -> Text | None:
        """The newest text that is complete and due. One that another text replaced before it was due never is."""
        replaced_at = self._now
        for upload in self._uploads(_edition_key(address)):
            text = _read_edition(upload.content, address.lang) if upload.content else None
            if text and text.is_due(replaced_at) and all(self._has_come(address, name) for name in text.images):
                return text
            if text:
                replaced_at = min(self._now, upload.at)
        return None

    def _uploads(self, key: str) -> Iterator[Upload]:
        """The versions of ``key``, newest first, up to its last deletion."""
        return takewhile(lambda upload: upload.content is not None, reversed(self._versions.get(key, ())))

    def _contents(self, key: str) -> Iterator[bytes]:
        """What they hold."""
        return (upload.content for upload in self._uploads(key) if upload.content is not None)

    def _valid(self, key: str, read: Any) -> Iterator[Any]:
        return filter(None, map(read, self._contents(key)))

    def _has_come(self, address: Address, name: str) -> bool:
        """Whether a picture ever came: one that was deleted, or has been withdrawn, did."""
        key = _folder(address) + name
        was_withdrawn = f"{key}.withdrawal.yaml" in self._versions
        uploads = self._versions.get(key, ())
        return was_withdrawn or any(upload.content is None or _read_width(upload.content) for upload in uploads)

    def _shown_pictures(self, address: Address, text: Text) -> Iterator[int]:
        for name in text.images:
            key = _folder(address) + name
            if not self._standing(f"{key}.withdrawal.yaml"):
                yield from list(self._valid(key, _read_width))[:1]

    def _withdrawn(self, address: Address) -> int:
        """The status of the strongest withdrawal that covers ``address``; 0 if none stands.

        A clinic's covers what is in the inbox: a text that was deleted before is gone without it.
        """
        keys = [f"{_folder(address)}withdrawal.yaml", f"{_edition_key(address)}.withdrawal.yaml"]
        if any(self._contents(_edition_key(address))):
            keys.append(f"clinics/{address.clinic}/withdrawal.yaml")
        kinds = {kind for key in keys if (kind := self._standing(key))}
        return next((status for kind, status in _STATUS_BY_KIND.items() if kind in kinds), 0)

    def _standing(self, key: str) -> str:
        """The kind of the withdrawal at ``key``; empty if none is there, or if it was a hold that is over.

        A hold does not replace a withdrawal without an end; but one that can't be read, and so withdraws without an
        end, may have been meant as a hold.
        """
        kinds = [(str(fields.get("kind")), fields) for fields in map(_read_fields, self._contents(key))]
        if not kinds:
            return ""
        newest, fields = kinds[0]
        if newest not in _STATUS_BY_KIND:
            return "withdrawn"
        endless = next((kind for kind, _ in kinds if kind in _STATUS_BY_KIND and kind != "hold"), "")
        if newest != "hold" or endless:
            return endless
        return "hold" if datetime.fromisoformat(fields["until"]) > self._now else ""

    def _was_ever_ready(self, address: Address) -> bool:
        """Whether a text that is valid and complete was ever uploaded there."""
        texts = self._valid_texts(address)
        return any(all(self._has_come(address, name) for name in text.images) for text in texts)

    def _claims(self, address: Address) -> Sequence[str]:
        """What the text that readers see claims. A post that moved on keeps what its last text said: its chain holds
        after the text was deleted."""
        text = self._readable(address) or self._last_text(address)
        return text.fields.get("moved_from", ()) if text else ()

    def _last_text(self, address: Address) -> Text | None:
        """The newest valid text that was ever uploaded."""
        return next(self._valid_texts(address), None)

    def _valid_texts(self, address: Address) -> Iterator[Text]:
        """Every valid text that was ever uploaded there, newest first."""
        uploads = reversed(self._versions.get(_edition_key(address), ()))
        return filter(None, (_read_edition(each.content, address.lang) for each in uploads if each.content))

    def _moved_to(self, address: Address, seen: frozenset[Address] = frozenset()) -> set[Address]:
        """The pages that claim ``address``, directly or over addresses that moved on themselves."""
        if len(seen) > _CHAIN or address in seen:
            return set()
        targets: set[Address] = set()
        if self._standing(f"clinics/{address.clinic}/withdrawal.yaml"):
            # An address of a withdrawn clinic leads nowhere.
            return targets
        for claimant in self._claimants(address):
            if self._withdrawn(claimant):
                continue
            found = {claimant} if self._readable(claimant) else self._moved_to(claimant, seen | {address})
            targets |= found
        return targets

    def _claimants(self, address: Address) -> Iterable[Address]:
        name = f"{address.clinic}/{address.post}"
        posts = {tuple(key.split("/")[1:3]) for key in self._versions if key.startswith("posts/")}
        record = next(self._valid(f"clinics/{address.clinic}/clinic.yaml", _read_clinic), {})
        accepted = {address.clinic, *(record.get("accepts_moves_from") or ())}
        others = (Address(address.lang, clinic, post) for clinic, post in sorted(posts) if clinic in accepted)
        return [each for each in others if each != address and name in self._claims(each)]


def _folder(address: Address) -> str:
    return f"posts/{address.clinic}/{address.post}/"


def _edition_key(address: Address) -> str:
    return f"{_folder(address)}{address.lang}.md"


def _read_edition(content: bytes, lang: str) -> Text | None:
    """None for a text that is refused."""
    _, front_matter, body = content.decode().split("---\n", 2)
    fields = _read_fields(front_matter.encode())
    required = {"title", "source"} | (set() if lang == "ko" else {"translation"})
    if not required <= fields.keys() <= _EDITION_FIELDS or (lang == "ko" and "translation" in fields):
        return None
    return Text(fields, tuple(dict.fromkeys(_FIGURE.findall(body))))


def _read_clinic(content: bytes) -> Mapping[str, Any] | None:
    fields = _read_fields(content)
    is_valid = {"names", "channels"} <= fields.keys() <= _CLINIC_FIELDS and fields["status"] in ("active", "suspended")
    return fields if is_valid else None


def _read_site(content: bytes) -> Mapping[str, Any] | None:
    fields = _read_fields(content)
    return fields if {"url", "name", "languages", "contact"} <= fields.keys() <= _SITE_FIELDS else None


def _read_fields(content: bytes) -> Mapping[str, Any]:
    try:
        fields = yaml.load(content, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return {}
    return fields if isinstance(fields, dict) else {}


def _read_width(content: bytes) -> int:
    """The width of a picture in pixels; 0 if it is none."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            return picture.width
    except OSError:
        return 0
