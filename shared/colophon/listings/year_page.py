"""The page about a year of a clinic's posts: its months and topics, without counts.

Counts are in the archive: a new post of a month that has posts already does not change this page.
"""

from datetime import date

from msgspec import Struct

from colophon.language.dates import format_month, format_month_name, format_year
from colophon.listings.finished import clinic_object, pass_gate
from colophon.listings.head import (
    describe_clinic,
    describe_collection,
    describe_listing,
    head_values,
    holds_originals,
    render_notice_box,
)
from colophon.listings.search import search_field
from colophon.listings.sources import ClinicInLanguage
from colophon.page.breadcrumb import crumbs_of_clinic, render_breadcrumb
from colophon.page.frame import build_frame, feed_links
from colophon.page.objects import HTML_TYPE, SiteObject
from colophon.page.paths import archive_path, month_path, year_path
from colophon.page.tags import tag_links
from colophon.page.template import render


class YearView(Struct, frozen=True):
    """``/<lang>/<clinic>/<yyyy>/``: the months with posts (1 to 12), in order, and the sorted tags of the posts.

    It has no months until their pages are there.
    """

    clinic: ClinicInLanguage
    year: int
    months: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()


class _MonthLink(Struct, frozen=True):
    """``name`` is the month without its year, ``full_name`` is with it."""

    name: str
    full_name: str
    path: str


def render_year(view: YearView, rev: int) -> bytes:
    """The page in UTF-8. The same view and ``rev`` (from 1) always make the same bytes."""
    clinic, lang, site = view.clinic, view.clinic.lang, view.clinic.site
    path, heading, name = year_path(lang, clinic.slug, view.year), format_year(view.year, lang), clinic.names[0].text
    title, months = f"{name} · {heading}", [_link_month(view, month) for month in view.months]
    listed = [(f"{name} · {month.full_name}", month.path) for month in months]
    head = head_values(
        site,
        path,
        title,
        describe_listing("year", site, lang, clinic=name, month=heading),
        json_ld=describe_collection(site, lang, path, title, listed, describe_clinic(clinic.names)),
        feeds=feed_links(lang, name, clinic.slug),
        indexed=bool(months),
    )
    return render(
        "year.html",
        **build_frame(lang, site, rev),
        **head,
        notice_box=render_notice_box(site, lang),
        heading=heading,
        names=clinic.names,
        archive=archive_path(lang, clinic.slug),
        months=months,
        tags=tag_links(view.tags, lang, clinic.slug),
        breadcrumb=render_breadcrumb(crumbs_of_clinic(lang, clinic.slug, clinic.names[0]), lang),
        originals=holds_originals(site, lang),
        search_field=search_field(lang, holds_originals(site, lang)),
    )


def _link_month(view: YearView, month: int) -> _MonthLink:
    lang = view.clinic.lang
    full_name = format_month(date(view.year, month, 1), lang)
    return _MonthLink(format_month_name(month, lang), full_name, month_path(lang, view.clinic.slug, view.year, month))


def finish_year(view: YearView, rev: int, fp: str) -> SiteObject:
    """The page as an object. Raises Misconfigured if it lacks a notice."""
    content = pass_gate(render_year(view, rev), view.clinic.lang, view.clinic.site, ())
    path = year_path(view.clinic.lang, view.clinic.slug, view.year)
    return clinic_object(view.clinic, path, HTML_TYPE, content, rev, fp)
