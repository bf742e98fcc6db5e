"""``site.yaml``: what a deployer decides about the whole site."""

import re
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from colophon.language.served import NOTICE_LANGUAGES
from colophon.upload.fields import shown
from colophon.upload.strict import fields_of_file
from colophon.upload.validated import validated
from colophon.upload.values import LanguageTag, Line, YesNo, flawed, https_flaw, several_lines

_LOCAL = re.compile(r"http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?")
_MAILTO = re.compile(r"mailto:[^\s@<>\"?&%]+@[^\s@<>\"?&%.]+(\.[^\s@<>\"?&%.]+)+")


def _site_url(url: str) -> str:
    if not _LOCAL.fullmatch(url) and (flaw := https_flaw(url)):
        fix = "Write https:// and the host name; http:// is only for localhost and 127.0.0.1."
        raise flawed(f"“{shown(url)}” {flaw}.", fix)
    return url


def _notice_language(tag: str) -> str:
    if tag in NOTICE_LANGUAGES:
        return tag
    fix = f"Use languages that have notices: {', '.join(NOTICE_LANGUAGES)}."
    raise flawed(f"There are no notices in the language “{shown(tag)}”.", fix)


def _time_zone(name: str) -> str:
    if name in _zone_names():
        return name
    raise flawed(f"“{shown(name)}” is not a time zone of the IANA database.", "Write a name like Asia/Seoul, or UTC.")


def _contact(address: str) -> str:
    if _MAILTO.fullmatch(address) or not https_flaw(address):
        return address
    what = f"“{shown(address)}” is neither a mailto: nor an https: address."
    raise flawed(what, "Write mailto:name@example.org, or the https:// address of a contact page.")


@cache
def _zone_names() -> frozenset[str]:
    """The names in the tzdata package, the same on every machine."""
    return frozenset(resources.files("tzdata").joinpath("zones").read_text("utf-8").split())


class Notices(BaseModel):
    """Which notices the site's pages owe beyond the fixed ones."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    medical: Annotated[YesNo, Field(description="whether pages carry the medical note")] = True


class SiteSettings(BaseModel):
    """``url`` is the public address without a trailing slash; names and ``about`` are by language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[
        str,
        Field(pattern=r"^https?://[^\s/<>\"?#]+$", description="the site's public address, without a path"),
        AfterValidator(_site_url),
    ]
    name: Annotated[dict[LanguageTag, Line], Field(min_length=1, description="the site's name by language")]
    about: dict[LanguageTag, Annotated[str, Field(min_length=1, max_length=2000), BeforeValidator(several_lines)]] = {}
    languages: Annotated[
        tuple[Annotated[str, AfterValidator(_notice_language)], ...],
        Field(min_length=1, description="the languages of its editions"),
    ]
    original_language: Annotated[str, Field(validate_default=True)] = "ko"
    time_zone: Annotated[str, AfterValidator(_time_zone)] = "UTC"
    contact: Annotated[str, AfterValidator(_contact), Field(description="a mailto: or https: address")]
    notices: Notices = Notices()

    @field_validator("languages")
    @classmethod
    def _each_once(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        double = [tag for place, tag in enumerate(languages) if tag in languages[:place]]
        if double:
            raise flawed(f"“{double[0]}” stands in languages more than once.", "Keep each language once.")
        return languages

    @field_validator("original_language")
    @classmethod
    def _among_languages(cls, tag: str, seen: ValidationInfo) -> str:
        if "languages" in seen.data and tag not in seen.data["languages"]:
            what = f"The original_language “{shown(tag)}” is not one of languages."
            raise flawed(what, "Add it to languages, or name another one.")
        return tag

    def title(self, lang: str) -> str:
        """The site's name for readers of ``lang``."""
        return self.name.get(lang) or self.name.get("en") or next(iter(self.name.values()))


class DressedSite(SiteSettings):
    """The settings with the look that came beside them: no file of settings can name a path of the site.

    ``style_path`` is where the deployer's own style sheet lies, from the site's root; empty: there is none.
    """

    style_path: str = ""


def dressed(site: SiteSettings, style_path: str) -> DressedSite:
    """``site`` with the style sheet at ``style_path``."""
    return DressedSite.model_construct(**{**dict(site), "style_path": style_path})


def style_of(site: SiteSettings | None) -> str:
    """The path of the deployer's own style sheet, empty where the site has none."""
    return site.style_path if isinstance(site, DressedSite) else ""


def read_site(content: bytes) -> SiteSettings:
    """The settings that ``content``, the bytes of site.yaml, hold. Raises Refused with every problem of them."""
    return validated(SiteSettings, fields_of_file(content))
