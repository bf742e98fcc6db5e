"""``site.yaml``: the deployer's settings for the whole site."""

import re
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from colophon.language.served import find_served_language, find_text, served_languages
from colophon.language.tags import find_served_advice
from colophon.upload.fields import display_value
from colophon.upload.keys import is_language
from colophon.upload.strict import read_fields
from colophon.upload.validated import StrictFile, StrictModel, validate
from colophon.upload.values import LanguageTag, Line, YesNo, clean_lines, https_url_error, value_error

_LOCAL_URL = re.compile(r"http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?")
_MAILTO = re.compile(r"mailto:[^\s@<>\"?&%]+@[^\s@<>\"?&%.]+(\.[^\s@<>\"?&%.]+)+")


def _check_site_url(url: str) -> str:
    if not _LOCAL_URL.fullmatch(url) and (error := https_url_error(url)):
        fix = "Write https:// and the host name; http:// is allowed only for localhost and 127.0.0.1."
        raise value_error(f"“{display_value(url)}” {error}.", fix)
    return url


def _check_notice_language(tag: str) -> str:
    if is_language(tag) and find_served_language(tag):
        return tag
    nearest = find_served_advice(tag)
    fix = f"Write {nearest}." if nearest else f"Use languages that have notices: {', '.join(served_languages())}."
    raise value_error(f"There are no notices in the language “{display_value(tag)}”.", fix)


def _check_time_zone(name: str) -> str:
    if name in _zone_names():
        return name
    raise value_error(
        f"“{display_value(name)}” is not a time zone of the IANA database.", "Write a name like Asia/Seoul, or UTC."
    )


@cache
def _zone_names() -> frozenset[str]:
    """Time zone names from the tzdata package rather than from the operating system: the same on every machine."""
    return frozenset(resources.files("tzdata").joinpath("zones").read_text("utf-8").split())


def _check_contact(url: str) -> str:
    if _MAILTO.fullmatch(url) or not https_url_error(url):
        return url
    what = f"“{display_value(url)}” is neither a mailto: nor an https: address."
    raise value_error(what, "Write mailto:name@example.org, or the https:// address of a contact page.")


class Notices(StrictModel):
    """The optional notices of the site's pages."""

    medical: Annotated[YesNo, Field(description="whether pages carry the medical note")] = True


class SiteSettings(StrictFile):
    """The settings of the site. ``name`` and ``about`` are given by language."""

    url: Annotated[
        str,
        Field(pattern=r'^https?://[^\s/<>"?#]+$', description="the site's public address, without a path"),
        AfterValidator(_check_site_url),
    ]
    name: Annotated[dict[LanguageTag, Line], Field(min_length=1, description="the site's name by language")]
    about: Annotated[
        dict[LanguageTag, Annotated[str, Field(min_length=1, max_length=2000), BeforeValidator(clean_lines)]],
        Field(default={}),
    ]
    languages: Annotated[
        tuple[Annotated[str, AfterValidator(_check_notice_language)], ...],
        Field(min_length=1, description="the languages of its editions"),
    ]
    original_language: Annotated[str, Field(validate_default=True)] = "ko"
    time_zone: Annotated[str, AfterValidator(_check_time_zone)] = "UTC"
    contact: Annotated[str, AfterValidator(_check_contact), Field(description="a mailto: or https: address")]
    notices: Notices = Notices()

    @field_validator("languages")
    @classmethod
    def _check_each_once(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        repeated = [tag for index, tag in enumerate(languages) if tag in languages[:index]]
        if repeated:
            raise value_error(f"“{repeated[0]}” is in languages more than once.", "List each language once.")
        return languages

    @field_validator("original_language")
    @classmethod
    def _check_original_language(cls, tag: str, info: ValidationInfo) -> str:
        if "languages" in info.data and tag not in info.data["languages"]:
            what = f"The original_language “{display_value(tag)}” is not one of languages."
            raise value_error(what, "Add it to languages, or choose another one.")
        return tag

    def title(self, lang: str) -> str:
        """The site's name in ``lang``, or in its language without a region, else in English, else the first one."""
        return find_text(self.name, lang) or self.name.get("en") or next(iter(self.name.values()))


class StyledSite(SiteSettings):
    """The settings with the path of the deployer's style sheet, which site.yaml itself can't set.

    ``style_path`` is relative to the site's root; empty if there is no style sheet.
    """

    style_path: str = ""


def read_site(content: bytes) -> SiteSettings:
    """The settings in ``content``, the bytes of site.yaml. Raises Refused with every problem."""
    return validate(SiteSettings, read_fields(content))


def add_style(site: SiteSettings, style_path: str) -> StyledSite:
    """``site`` with ``style_path``. Does not validate it again."""
    return StyledSite.model_construct(**{**dict(site), "style_path": style_path})


def site_style_path(site: SiteSettings | None) -> str:
    """The path of the deployer's style sheet from the site's root; empty if there is none."""
    return site.style_path if isinstance(site, StyledSite) else ""
