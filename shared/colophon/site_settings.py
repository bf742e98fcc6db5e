"""``site.yaml``: the deployer's settings for the whole site."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Annotated

from msgspec.structs import replace
from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from colophon.language.served import find_served_language, find_text, served_languages
from colophon.language.tags import find_served_advice
from colophon.problem import Problem
from colophon.upload.colours import LEAST_CONTRAST, WHITE, ColourText, contrast, is_colour, parse_colour
from colophon.upload.fields import Fields, display_value
from colophon.upload.keys import is_language
from colophon.upload.strict import read_fields
from colophon.upload.validated import StrictFile, StrictModel, validate
from colophon.upload.values import Instant, LanguageTag, Line, YesNo, clean_lines, https_url_error, value_error

# Where the deployer chose no colour: the links of the light pages in style.css.
DEFAULT_COLOUR = "#0b5a6e"
# How long before security.txt expires its report warns.
_SECURITY_NOTICE = timedelta(days=30)
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


class Security(StrictModel):
    """Who takes reports of a weakness of the site, and until when: ``/.well-known/security.txt`` (RFC 9116)."""

    contact: Annotated[str, AfterValidator(_check_contact), Field(description="a mailto: or https: address")]
    expires: Annotated[Instant, Field(description="until when it is true, at best within a year, with a UTC offset")]


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
    colour: Annotated[
        ColourText | None, Field(description='the colour of the icon and of browsers around the site, as "#1f6f64"')
    ] = None
    beside: Annotated[
        YesNo,
        Field(description="whether translations show their originals beside them, where permission.scope allows it"),
    ] = True
    security: Annotated[Security | None, Field(description="what security.txt says (RFC 9116)")] = None

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
    """The settings with the paths of what pages show of the site, which site.yaml itself can't set.

    Paths are from the site's root. ``style_path`` is that of the deployer's style sheet; empty if there is none.
    ``icon_path`` is the icon's, ``card_paths`` are those of the site's cards by language; all are empty in a row that
    older code recorded.
    """

    style_path: str = ""
    icon_path: str = ""
    card_paths: Mapping[str, str] = Field(default={})


def read_site(content: bytes) -> SiteSettings:
    """The settings in ``content``, the bytes of site.yaml. Raises Refused with every problem."""
    fields = read_fields(content)
    return validate(SiteSettings, fields, _check_contrast(fields))


def _check_contrast(fields: Fields) -> Iterator[Problem]:
    """A warning if white letters would be too faint on the site's colour."""
    colour = fields.get("colour")
    if not is_colour(colour):
        return
    found = contrast(parse_colour(colour), WHITE)
    if found < LEAST_CONTRAST:
        what = f"White on {colour} has a contrast of {found:.1f} to 1; large letters need {LEAST_CONTRAST:g} to 1."
        fix = "Choose a darker colour. With this one the letter of the icon is black, and the bar of a card is faint."
        yield replace(fields.problem_at(("colour",), what, fix), severity="warning")


def security_problems(site: SiteSettings, now: datetime) -> Iterator[Problem]:
    """A warning if security.txt expires soon, or has expired at ``now``."""
    security = site.security
    if security and now >= security.expires - _SECURITY_NOTICE:
        has_expired = now >= security.expires
        what = f"security.txt {'expired' if has_expired else 'expires'} at {security.expires.isoformat()}."
        fix = "Check security.contact, then write a later date into security.expires, at most a year from now."
        yield Problem(what, fix, field="security.expires", severity="warning")


def next_security_notice(site: SiteSettings, now: datetime) -> datetime | None:
    """When ``security_problems`` will next say something else than at ``now``."""
    if site.security is None:
        return None
    moments = (site.security.expires - _SECURITY_NOTICE, site.security.expires)
    return next((moment for moment in moments if moment > now), None)


def add_paths(site: SiteSettings, style_path: str, icon_path: str, card_paths: Mapping[str, str]) -> StyledSite:
    """``site`` with the paths of what was published for it. Does not validate it again."""
    paths = {"style_path": style_path, "icon_path": icon_path, "card_paths": card_paths}
    return StyledSite.model_construct(**{**dict(site), **paths})


def site_icon_path(site: SiteSettings | None) -> str:
    """The path of the site's icon; empty without settings, or with those that older code recorded."""
    return site.icon_path if isinstance(site, StyledSite) else ""


def site_card_path(site: SiteSettings | None, lang: str) -> str:
    """The path of the site's card in ``lang``; empty if there is none."""
    return site.card_paths.get(lang, "") if isinstance(site, StyledSite) else ""


def site_picture_paths(site: SiteSettings | None) -> tuple[str, ...]:
    """The paths of the site's icon and cards; none without settings, or with those that older code recorded."""
    return (site.icon_path, *site.card_paths.values()) if isinstance(site, StyledSite) and site.icon_path else ()


def site_style_path(site: SiteSettings | None) -> str:
    """The path of the deployer's style sheet from the site's root; empty if there is none."""
    return site.style_path if isinstance(site, StyledSite) else ""
