"""Who a clinic is, and where it publishes itself."""

from colophon.language.languages import language_name
from colophon.language.words import words_for
from colophon.listings.head import describe_profile, head_values, holds_originals
from colophon.listings.view import ProfileView
from colophon.page.frame import build_frame, feed_links
from colophon.page.names import ClinicName
from colophon.page.paths import archive_path, profile_path
from colophon.page.template import render


def render_profile(view: ProfileView, rev: int) -> bytes:
    """``/<lang>/<clinic>/profile/`` in UTF-8: the same view and ``rev`` (from 1) always make the same bytes."""
    clinic, lang, site = view.clinic, view.clinic.lang, view.clinic.site
    path, words, name = profile_path(lang, clinic.slug), words_for(lang), clinic.names[0].text
    head = head_values(
        site,
        path,
        f"{name} · {words.profile}",
        words.profile_description.format(clinic=name),
        json_ld=describe_profile(site, lang, path, view.record),
        feeds=feed_links(lang, name, clinic.slug),
    )
    return render(
        "profile.html",
        **build_frame(lang, site, rev),
        **head,
        names=clinic.names,
        registered=[ClinicName(tag, text) for tag, text in sorted(view.record.names.items())],
        record=view.record,
        language_name=language_name,
        archive=archive_path(lang, clinic.slug),
        original_language=site.original_language,
        originals=holds_originals(site, lang),
    )
