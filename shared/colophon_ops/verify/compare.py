"""Compare the live site with a build of the inbox bucket: objects, outcomes, listing entries, reports and rows."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from botocore.exceptions import ClientError
from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import Outcome, PageToken
from colophon.images.copy import Copier
from colophon.page.objects import SiteObject
from colophon.stores.inbox import Inbox, report_key
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon.upload.keys import REPORTS, to_nfc
from colophon.verbs.report import compare_versions, encode_report
from colophon_ops.build.plan import make_plan
from colophon_ops.build.posts import BuildResult
from colophon_ops.build.site import build_whole_site, find_profile_of_tag
from colophon_ops.duplicates import Duplicate, find_duplicates
from colophon_ops.errors import Unreachable
from colophon_ops.site_reader import PublicSite
from colophon_ops.target import Target
from colophon_ops.verify.inbox import AnsweredInbox
from colophon_ops.verify.live import Difference, Edge, EtagCopier, LiveSite, select_long_cached
from colophon_ops.verify.recorded import RecordedState, VersionRuns, compare_outcomes, read_recorded_state
from colophon_ops.verify.rows import (
    RowsBehind,
    find_lost_tags,
    find_lost_versions,
    find_other_files,
    find_other_objects,
    find_unnoted_dates,
    select_causes,
)

_THREADS = 8
_PAGES_PER_BATCH = 4
_UNLISTED = "its listing entry is missing from the index, or differs from its row"
OnStep = Callable[[int, int, str], None]


class VerifyResult(Struct, frozen=True):
    """``differences`` sorted by key, and the number of objects and outcomes compared.

    ``public_site_error`` says why the public address could not be read; empty if it was read. ``duplicates`` are posts
    that stand in two folders: the site differs in nothing for them.
    """

    differences: tuple[Difference, ...]
    objects: int
    outcomes: int
    public_site_error: str = ""
    duplicates: tuple[Duplicate, ...] = ()


class Verifier(Struct, frozen=True):
    """What verifying uses of a stack."""

    target: Target
    inbox: Inbox
    index: Index
    listings: ListingIndex
    live: LiveSite
    edge: Edge
    copier: Copier

    def verify(self, now: datetime, on_step: OnStep) -> VerifyResult:
        """Find every difference at ``now``. ``on_step`` gets the number done, the total, and what is being done."""
        runs, behind = VersionRuns(), RowsBehind(self.index, self.listings, now)
        recorded = read_recorded_state(self.index)
        built, waiting = self._build(runs, behind, now, recorded.entries, on_step)
        outcomes = {outcome.key: outcome for outcome in built.outcomes}
        # A build reads no file among the reports, and sweep answers the ones that people put there.
        found_among_uploads = {key: each for key, each in recorded.outcomes.items() if not key.startswith(REPORTS)}
        etags = self.live.etags()
        tokens = {key: PageToken(etag) for key, etag in etags.items()}
        compared = {key: each for key, each in found_among_uploads.items() if to_nfc(key) not in waiting}
        found = [*self._compare_objects(built, tokens, on_step), *compare_outcomes(outcomes, compared, runs)]
        found += [Difference(key, "entry", _UNLISTED) for key in recorded.unlisted]
        found += self._compare_reports(recorded.outcomes, on_step)
        found += select_causes([*_compare_rows(recorded, behind, built, tokens, found)], found)
        public_site_error = ""
        try:
            differing = {each.key for each in found}
            unchanged = {key: etag for key, etag in etags.items() if key not in differing}
            found += self._compare_edge(select_long_cached(unchanged, built.objects), on_step)
        except Unreachable as error:
            public_site_error = str(error)
        ordered = tuple(sorted(found, key=lambda each: (each.key, each.what)))
        return VerifyResult(ordered, len(built.objects), len(outcomes), public_site_error, find_duplicates(built.marks))

    def _build(
        self,
        runs: VersionRuns,
        behind: RowsBehind,
        now: datetime,
        ever_listed: Iterable[EntryRow],
        on_step: OnStep,
    ) -> tuple[BuildResult, frozenset[str]]:
        """The build, and the keys of the files that it leaves out because they wait for a place."""
        on_step(0, 1, "comparing rows with the inbox")
        plan = make_plan(_all_keys(self.inbox, runs, behind))
        done, total = 0, len(plan.posts) + 2 * len(plan.clinics) + 1

        def on_folder() -> None:
            nonlocal done
            done += 1
            on_step(min(done, total), total, "reading the inbox")

        source = AnsweredInbox(self.inbox, self.index, on_folder)
        built = build_whole_site(plan, source, now, EtagCopier(self.copier), ever_listed)
        return built, frozenset(source.left_out)

    def _compare_edge(self, etags: Mapping[str, str], on_step: OnStep) -> list[Difference]:
        return list(self.edge.find_stale(etags, lambda done: on_step(done, len(etags), "reading the public site")))

    def _compare_objects(
        self, built: BuildResult, tokens: dict[str, PageToken], on_step: OnStep
    ) -> Iterator[Difference]:
        """``tokens`` are those of all objects as far as their listing says; here they get the rest."""
        expected = {made.key: made for made in built.objects}
        extra = sorted(key for key in tokens.keys() - expected.keys() if not self._may_stay(key))
        with ThreadPoolExecutor(_THREADS) as threads:
            results = threads.map(lambda made: list(self.live.compare(made, tokens.__setitem__)), expected.values())
            yield from _count_steps(results, len(expected), on_step, "reading the site")
            others = threads.map(lambda key: self._compare_extra(key, expected), extra)
            yield from _count_steps(others, len(extra), on_step, "reading extra objects")

    def _compare_extra(self, key: str, expected: Mapping[str, SiteObject]) -> list[Difference]:
        """How the object at ``key`` differs from what may be there, where a build makes nothing."""
        extra = list(self.live.find_extra(key))
        profile = expected.get(find_profile_of_tag(key))
        if extra and profile and "status" in profile.metadata:
            return list(self.live.compare(replace(profile, key=key)))
        return extra

    def _may_stay(self, key: str) -> bool:
        """Whether an object at ``key`` that a build does not make is no difference.

        Assets of earlier code and settings stay for the pages that still load them, and so do earlier cards of a
        clinic, until it is withdrawn.
        """
        match key.split("/"):
            case ["cards", clinic, _]:
                return self.index.read_clinic(clinic)[0].withdrawal is None
        return key.startswith("assets/")

    def _compare_reports(self, recorded: Mapping[str, Outcome], on_step: OnStep) -> Iterator[Difference]:
        s3 = self.target.client("s3")

        def compare(outcome: Outcome) -> list[Difference]:
            try:
                answer = s3.get_object(Bucket=self.target.inbox_bucket, Key=report_key(outcome.key))
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                    raise
                return [Difference(outcome.key, "report", "the report is missing")]
            # A ``colophon dev`` reports addresses that open here.
            compared = compare_versions(outcome, self.inbox)
            own = {encode_report(compared), encode_report(compared, self.target.local_site_url)}
            return (
                []
                if answer["Body"].read() in own
                else [Difference(outcome.key, "report", "the report differs from the index")]
            )

        with ThreadPoolExecutor(_THREADS) as threads:
            yield from _count_steps(threads.map(compare, recorded.values()), len(recorded), on_step, "reading reports")


def _compare_rows(
    recorded: RecordedState,
    behind: RowsBehind,
    built: BuildResult,
    tokens: Mapping[str, PageToken],
    found: Iterable[Difference],
) -> Iterator[Difference]:
    """What the rows of the index say otherwise than the inbox and the site; ``found`` is where these differ."""
    yield from find_lost_tags(recorded, tokens)
    yield from behind.differences()
    yield from find_other_objects(recorded, tokens, {each.key for each in found})
    yield from find_other_files(recorded, built.objects)
    yield from find_unnoted_dates(recorded)
    yield from find_lost_versions(recorded)


def open_verifier(target: Target, copier: Copier) -> Verifier:
    """A verifier of ``target``, with its clients made."""
    s3 = target.client("s3")
    inbox, live = Inbox(s3, target.inbox_bucket), LiveSite(s3, target.site_bucket)
    edge, dynamodb = Edge(PublicSite(target.site_url), live), target.client("dynamodb")
    index, listings = Index(dynamodb, target.table), ListingIndex(dynamodb, target.table)
    return Verifier(target, inbox, index, listings, live, edge, copier)


def _all_keys(inbox: Inbox, runs: VersionRuns, behind: RowsBehind) -> Iterator[str]:
    """Every key that was ever uploaded, in its own spelling. ``runs`` collects the versions on the way, ``behind`` the
    rows that are behind them."""
    after, more = "", True
    while more:
        stretch = inbox.read_scan_batch(after, _PAGES_PER_BATCH)
        behind.add(stretch)
        yield from runs.keys_of(stretch.folders)
        after = stretch.after
        more = bool(after)


def _count_steps(results: Iterable[list[Difference]], total: int, on_step: OnStep, what: str) -> Iterator[Difference]:
    for done, found in enumerate(results, 1):
        on_step(done, total, what)
        yield from found
