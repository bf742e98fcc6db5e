"""``site.yaml``: what a deployer decides about the whole site."""

from typing import Annotated
from pydantic import BaseModel, ConfigDict, Field

from colophon.edition.model import Line


class Notices(BaseModel):
    """Which notices the site's pages owe beyond the fixed ones."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    medical: bool = True


class SiteSettings(BaseModel):
    """``url`` is the public address without a trailing slash; names and ``about`` are by language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[str, Field(pattern=r"^https?://[^\s/<>\"?#]+$")]
    name: Annotated[dict[str, Line], Field(min_length=1)]
    about: dict[str, Annotated[str, Field(min_length=1, max_length=2000)]] = {}
    languages: Annotated[tuple[str, ...], Field(min_length=1)]
    original_language: str = "ko"
    time_zone: str = "UTC"
    contact: str
    notices: Notices = Notices()

    def title(self, lang: str) -> str:
        """The site's name for readers of ``lang``."""
        return self.name.get(lang) or self.name.get("en") or next(iter(self.name.values()))
