"""Repair differences: which refresh requests, listing groups and purges each of them needs."""

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.purging import merge_tags
from colophon.listings.kind import ListingGroup
from colophon.listings.kinds import group_of_item, groups_of_key
from colophon.page.objects import clinic_tag, listing_tag, post_tag
from colophon.stores.index import Index
from colophon.stores.queues import PurgeQueue
from colophon.upload.keys import SITE_KEYS, ClinicFile, ImageRef, PageRef, PostRef, UnknownKey, parse_key
from colophon.upload.messages import RefreshRequest
from colophon_ops.reports import rewrite_reports
from colophon_ops.slow_lane import SlowLane, count_done, open_slow_lane
from colophon_ops.target import Target
from colophon_ops.verify.live import Difference

_BATCH = 100


class Repair(Struct, frozen=True):
    """What a repair uses of a stack."""

    target: Target
    index: Index
    lane: SlowLane
    purges: PurgeQueue

    def run(self, differences: Iterable[Difference], on_step: Callable[[int, int], None]) -> None:
        """Refresh whatever differs, wait, then purge what the CDN may have cached of it.

        ``on_step`` gets the number of requests done and the total. Raises Unavailable.
        """
        found = list(differences)
        rounds = rounds_of(found)
        total, done = sum(map(len, rounds)), 0
        for requests in rounds:
            for start in range(0, len(requests), _BATCH):
                batch = requests[start : start + _BATCH]
                done += len(batch)
                self.lane.send(batch, count_done(done, total, on_step))
            self.lane.drain(count_done(done, total, on_step))
        self.lane.send_listings({group for each in found for group in groups_for(each)})
        self.lane.drain(lambda _: on_step(total, total))
        self.purges.send(merge_tags(tag for each in found for tag in tags_for(each)))
        self.lane.drain(lambda _: on_step(total, total))
        if any(each.what in ("report", "outcome") for each in found):
            rewrite_reports(self.target, self.index)


def rounds_of(differences: Iterable[Difference]) -> list[list[RefreshRequest]]:
    """The requests that repair ``differences``, each once: of images, and then of the pages made from their rows."""
    of_images: list[RefreshRequest] = []
    others: list[RefreshRequest] = []
    for request in dict.fromkeys(request for each in differences for request in requests_for(each)):
        (of_images if request.with_images or request.rebuild_files else others).append(request)
    return [of_images, others]


def requests_for(difference: Difference) -> list[RefreshRequest]:
    """The requests that repair a page, a file, an outcome or an entry; none for a listing or a report."""
    if difference.what in ("report", "stale at the edge"):
        return []
    if difference.what == "listing row":
        return []
    if not _on_site(difference):
        # Of an image whose files are all there only its row may be wrong.
        is_image_row = difference.what == "row" and isinstance(parse_key(difference.key), ImageRef)
        return [RefreshRequest(difference.key, force=True, rebuild_files=is_image_row)]
    match difference.key.split("/"):
        case ["assets", *_]:
            return [RefreshRequest(key, force=True) for key in SITE_KEYS]
        case ["cards", clinic, _]:
            return [RefreshRequest(ClinicFile(clinic).key, force=True)]
        case ["images", clinic, post, *_]:
            # Missing files are made in any case; existing ones that differ only on request.
            exists = difference.what != "missing"
            return [
                RefreshRequest(
                    PostRef(clinic, post).folder, is_folder=True, with_images=True, force=True, rebuild_files=exists
                )
            ]
        case [lang, clinic, post, "index.html"] if _is_page(PageRef(PostRef(clinic, post), lang)):
            return [RefreshRequest(PageRef(PostRef(clinic, post), lang).key, force=True)]
    return []


def groups_for(difference: Difference) -> Iterable[ListingGroup]:
    """The groups that repair a listing, or the row of one."""
    if difference.what == "listing row":
        group = group_of_item(*difference.key.split(" "))
        return [replace(group, tags=difference.tags)] if group else []
    return groups_of_key(difference.key) if _on_site(difference) else []


def tags_for(difference: Difference) -> Iterator[str]:
    """The cache tags under which the CDN may keep the version before the repair."""
    if difference.what == "missing" or not _on_site(difference):
        return
    match difference.key.split("/"):
        case ["assets", *_]:
            return
        case ["cards", clinic, _]:
            yield clinic_tag(clinic)
        case ["images", clinic, post, *_]:
            yield post_tag(PostRef(clinic, post))
        case [lang, clinic, post, "index.html"] if _is_page(PageRef(PostRef(clinic, post), lang)):
            yield post_tag(PostRef(clinic, post))
        case [lang, _, *_]:
            yield listing_tag(lang)


def open_repair(target: Target, index: Index, seconds: float) -> Repair:
    """A repair of ``target``, with its clients made. ``seconds``: see SlowLane."""
    lane, purges = open_slow_lane(target, seconds), target.queue_url("purge")
    waited_for = replace(lane, others=(*lane.others, purges))
    return Repair(target, index, waited_for, PurgeQueue(target.client("sqs"), purges))


def _on_site(difference: Difference) -> bool:
    return difference.what not in ("outcome", "entry", "report", "row", "listing row")


def _is_page(page: PageRef) -> bool:
    return not isinstance(parse_key(page.key), UnknownKey)
