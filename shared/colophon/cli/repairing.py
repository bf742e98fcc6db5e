"""Who is to be rung for, so that a difference between the live site and a build of the inbox goes away."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from colophon.cli.live_site import Difference
from colophon.cli.slow_lane import SlowLane, through
from colophon.page.paths import FRONT_KEY, NOT_FOUND_KEY, ROBOTS_KEY
from colophon.stores import rows
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.stream import RowChange
from colophon.upload.keys import PageRef, PostRef, SiteFile, SiteStyle, Unknown, named
from colophon.upload.ring import Ring
from colophon.verbs.relisting import Group, archive_group, directory_group, front_group, home_group, year_group
from colophon.verbs.report import report

_OF_A_YEAR = re.compile(r"(?:search|sitemap)-([0-9]{4})\.(?:json|xml)")
_TOGETHER = 100


@dataclass(frozen=True, slots=True)
class Repair:
    """The inbox, the index and the slow lane of one stack."""

    inbox: Inbox
    index: Index
    lane: SlowLane

    def carry_out(self, differences: Iterable[Difference], on_step: Callable[[int, int], None]) -> None:
        """Ring for each of ``differences``, and wait. ``on_step`` is told how far it is. Raises Unavailable."""
        found = list(differences)
        rings = list(dict.fromkeys(ring for each in found for ring in rings_for(each)))
        for start in range(0, len(rings), _TOGETHER):
            some = rings[start : start + _TOGETHER]
            self.lane.send(some, through(start + len(some), len(rings), on_step))
        self.lane.drain(through(len(rings), len(rings), on_step))
        self.lane.send_listings({group for each in found if (group := group_for(each.key)) and _on_site(each)})
        self.lane.drain(lambda _: on_step(len(rings), len(rings)))
        if any(each.what in ("report", "outcome") for each in found):
            self._report_anew()

    def _report_anew(self) -> None:
        for item in self.index.items():
            report(RowChange(*rows.place({"pk": item["pk"], "sk": item["sk"]}), {}, item), self.inbox, self.index)


def rings_for(difference: Difference) -> list[Ring]:
    """The rings that a page, a file or an outcome calls for; none for a listing, or for a report."""
    if difference.what == "report":
        return []
    if not _on_site(difference):
        return [Ring(difference.key, fresh=True)]
    match difference.key.split("/"):
        case ["assets", *_]:
            return [Ring(SiteFile().key, fresh=True), Ring(SiteStyle().key, fresh=True)]
        case ["images", clinic, post, *_]:
            return [Ring(PostRef(clinic, post).folder, folder=True, images=True, fresh=True)]
        case [lang, clinic, post, "index.html"] if _is_page(PageRef(PostRef(clinic, post), lang)):
            return [Ring(PageRef(PostRef(clinic, post), lang).key, fresh=True)]
    return []


def group_for(key: str) -> Group | None:
    """The group of listings that the site's object at ``key`` is of, if it is one."""
    if key in (FRONT_KEY, NOT_FOUND_KEY, ROBOTS_KEY):
        return front_group()
    match key.split("/"):
        case ["assets" | "images", *_]:
            return None
        case [lang, clinic, post, "index.html"] if _is_page(PageRef(PostRef(clinic, post), lang)):
            return None
        case [lang, clinic, year, _, "index.html"] if year.isdigit():
            return year_group(lang, clinic, int(year))
        case [lang, clinic, name] if found := _OF_A_YEAR.fullmatch(name):
            return year_group(lang, clinic, int(found[1]))
        case [lang, "search", _]:
            return directory_group(lang)
        case [lang, clinic, *_, _]:
            return archive_group(lang, clinic)
        case [lang, name]:
            return directory_group(lang) if name.startswith("sitemap") else home_group(lang)
    return None


def _on_site(difference: Difference) -> bool:
    return difference.what not in ("outcome", "report")


def _is_page(page: PageRef) -> bool:
    return not isinstance(named(page.key), Unknown)
