"""Who a clinic is, and where it publishes itself."""

from colophon.language.languages import language_name
from colophon.language.words import words_for
from colophon.listings.head import holds_originals, listing_head, profile
from colophon.listings.view import ProfileView
from colophon.page.frame import feed_links, frame
from colophon.page.names import Name
from colophon.page.paths import archive_path, profile_path
from colophon.page.template import render


def profile_page(view: ProfileView, rev: int) -> bytes:
    """``/<lang>/<clinic>/profile/`` in UTF-8: the same view and ``rev`` (from 1) always make the same bytes."""
    shelf, lang, site = view.shelf, view.shelf.lang, view.shelf.site
    path, words, name = profile_path(lang, shelf.clinic), words_for(lang), shelf.names[0].text
    head = listing_head(
        site,
        path,
        f"{name} · {words.profile}",
        words.profile_description.format(clinic=name),
        described=profile(site, lang, path, view.record),
        feeds=feed_links(lang, name, shelf.clinic),
    )
    return render(
        "profile.html",
        **frame(lang, site, rev),
        **head,
        names=shelf.names,
        registered=[Name(tag, text) for tag, text in sorted(view.record.names.items())],
        record=view.record,
        language_name=language_name,
        archive=archive_path(lang, shelf.clinic),
        original_language=site.original_language,
        originals=holds_originals(site, lang),
    )
