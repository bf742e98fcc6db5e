"""The profile of a clinic, and where the pages of a clinic lead in other languages."""

from collections.abc import Callable, Iterable

from msgspec import Struct

from colophon.clinic.record import ClinicRecord
from colophon.language.languages import language_name
from colophon.language.words import words_for
from colophon.listings.finished import clinic_object
from colophon.listings.head import describe_organization, head_values, holds_originals
from colophon.listings.sources import ClinicInLanguage
from colophon.page.frame import LanguagePaths, build_frame, feed_links
from colophon.page.names import ClinicName
from colophon.page.objects import HTML_TYPE, SiteObject
from colophon.page.paths import archive_path, profile_path
from colophon.page.structured import Json
from colophon.page.template import render
from colophon.site_settings import SiteSettings


class ProfileView(Struct, frozen=True):
    """``/<lang>/<clinic>/profile/``: who the clinic is and where it publishes itself, in the same ``languages``."""

    clinic: ClinicInLanguage
    record: ClinicRecord
    languages: tuple[str, ...] = ()


def paths_by_language(
    clinic: ClinicInLanguage, languages: Iterable[str], path: Callable[[str, str], str]
) -> LanguagePaths:
    """Where a page of ``clinic`` leads in each language: to the same page in those of ``languages``."""
    return tuple((lang, path(lang, clinic.slug)) for lang in clinic.site.languages if lang in {clinic.lang, *languages})


def render_profile(view: ProfileView, rev: int) -> bytes:
    """The page in UTF-8. The same view and ``rev`` (from 1) always make the same bytes."""
    clinic, lang, site = view.clinic, view.clinic.lang, view.clinic.site
    path, words, name = profile_path(lang, clinic.slug), words_for(lang), clinic.names[0].text
    head = head_values(
        site,
        path,
        f"{name} · {words.profile}",
        words.listings["clinic"]["profile_description"].format(clinic=name),
        json_ld=_describe_profile(site, lang, path, view.record),
        feeds=feed_links(lang, name, clinic.slug),
    )
    return render(
        "profile.html",
        **build_frame(lang, site, rev, paths_by_language(clinic, view.languages, profile_path)),
        **head,
        names=clinic.names,
        registered=[ClinicName(tag, text) for tag, text in sorted(view.record.names.items())],
        record=view.record,
        language_name=language_name,
        archive=archive_path(lang, clinic.slug),
        original_language=site.original_language,
        originals=holds_originals(site, lang),
    )


def _describe_profile(site: SiteSettings, lang: str, path: str, record: ClinicRecord) -> dict[str, Json]:
    """JSON-LD: a ``ProfilePage`` of the clinic in all its registered names; its channels are ``sameAs``."""
    first = record.name(lang)
    organization = describe_organization([first, *(name for name in record.names.values() if name != first)])
    channels: list[Json] = [channel.url for channel in record.channels.values()]
    return {
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "inLanguage": lang,
        "mainEntity": {**organization, "sameAs": channels} if channels else organization,
        "name": first,
        "url": site.url + path,
    }


def finish_profile(view: ProfileView, rev: int, fp: str) -> SiteObject:
    """The page as an object."""
    path = profile_path(view.clinic.lang, view.clinic.slug)
    return clinic_object(view.clinic, path, HTML_TYPE, render_profile(view, rev), rev, fp)
