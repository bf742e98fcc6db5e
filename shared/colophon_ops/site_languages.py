"""The languages of an inbox's site.yaml, for commands that need no more of it, even where it has problems."""

from pathlib import Path

from msgspec import Struct

from colophon.problem import Refused
from colophon.site_settings import SiteSettings
from colophon.stores.inbox_folder import read_file
from colophon.upload.keys import SiteFile
from colophon.upload.strict import parse_fields
from colophon_ops.fix.text import fix_fields, fix_text

_DEFAULT_ORIGINAL: str = SiteSettings.model_fields["original_language"].default


class SiteLanguages(Struct, frozen=True):
    """``original`` is the language of the originals, ``listed`` are all languages of the site, if it lists any."""

    original: str = _DEFAULT_ORIGINAL
    listed: tuple[str, ...] = ()

    @property
    def translations(self) -> tuple[str, ...]:
        return tuple(each for each in self.listed if each != self.original)


def read_languages(root: Path) -> SiteLanguages:
    """What site.yaml of the inbox ``root`` says once it is corrected; the defaults if it can't be read even then."""
    try:
        content = read_file(str(root / SiteFile().key))
        fixed = fix_text(content, fix_fields)
        text = (fixed.content if fixed else content).decode("utf-8", "replace")
    except (OSError, Refused):
        return SiteLanguages()
    fields = parse_fields(text, 1)
    original, listed = fields.get("original_language"), fields.get("languages")
    return SiteLanguages(
        original if original and isinstance(original, str) else _DEFAULT_ORIGINAL,
        tuple(each for each in listed if isinstance(each, str)) if isinstance(listed, list) else (),
    )
