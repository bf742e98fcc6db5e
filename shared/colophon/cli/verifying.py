"""The live site compared with a build of the inbox bucket: pages, files, listings, rows and reports."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from botocore.exceptions import ClientError
from msgspec import Struct
from msgspec.structs import replace

from colophon.cli.edge_looks import Edge, kept_for_long
from colophon.cli.live_site import Difference, LiveSite, OnlyTags
from colophon.cli.recorded import recorded_in
from colophon.cli.target import Target
from colophon.cli.version_runs import VersionRuns
from colophon.decision.outcome import Outcome
from colophon.images.copy import Copier
from colophon.stores.inbox import Inbox, report_key
from colophon.stores.index import Index
from colophon.upload.versions import Folder, Version
from colophon.verbs.build import Built
from colophon.verbs.report import written
from colophon.verbs.whole_site import plan_of, whole_site
from colophon_ops.site_reader import PublicSite
from colophon_ops.site_reader import Unreachable as NotReached

_AT_A_TIME = 8
_PAGES = 4
_UNLISTED = "what listings show of it is not in the index, or is not what its row names"
OnStep = Callable[[int, int, str], None]


class Verified(Struct, frozen=True):
    """``differences`` in the order of their keys; what was compared, by number.

    ``unread`` says why the public address was not read, empty where it was.
    """

    differences: tuple[Difference, ...]
    objects: int
    outcomes: int
    unread: str = ""


class _Counted:
    """The inbox bucket as a build reads it; each folder that is read is told of."""

    def __init__(self, inbox: Inbox, on_folder: Callable[[], None]) -> None:
        self._inbox, self._on_folder = inbox, on_folder

    def folder(self, prefix: str) -> Folder:
        self._on_folder()
        return self._inbox.folder(prefix)

    def read(self, version: Version) -> bytes:
        return self._inbox.read(version)

    def newest(self, key: str) -> Version | None:
        return self._inbox.newest(key)


class Verifier(Struct, frozen=True):
    """A stack as verifying needs it."""

    target: Target
    inbox: Inbox
    index: Index
    live: LiveSite
    edge: Edge
    copier: Copier

    def verify(self, now: datetime, on_step: OnStep) -> Verified:
        """Every difference at ``now``. ``on_step`` is told how many of how many are done, and of what."""
        runs = VersionRuns()
        built = self._built(runs, now, on_step)
        outcomes = {outcome.key: outcome for outcome in built.outcomes}
        recorded = recorded_in(self.index)
        etags = self.live.etags()
        found = [*self._objects(built, etags, on_step), *_unlike(outcomes, recorded.outcomes, runs)]
        found += [Difference(key, "entry", _UNLISTED) for key in recorded.unlisted]
        found += self._reports(recorded.outcomes, on_step)
        unread = ""
        try:
            amiss = {each.key for each in found}
            sound = {key: etag for key, etag in etags.items() if key not in amiss}
            found += self._at_the_edge(kept_for_long(sound, built.objects), on_step)
        except NotReached as away:
            unread = str(away)
        ordered = tuple(sorted(found, key=lambda each: (each.key, each.what)))
        return Verified(ordered, len(built.objects), len(outcomes), unread)

    def _built(self, runs: VersionRuns, now: datetime, on_step: OnStep) -> Built:
        plan = plan_of(_keys(self.inbox, runs))
        done, total = 0, len(plan.posts) + 2 * len(plan.clinics) + 1

        def on_folder() -> None:
            nonlocal done
            done += 1
            on_step(min(done, total), total, "reading the inbox")

        return whole_site(plan, _Counted(self.inbox, on_folder), now, OnlyTags(self.copier))

    def _at_the_edge(self, etags: Mapping[str, str], on_step: OnStep) -> list[Difference]:
        return list(self.edge.stale(etags, lambda done: on_step(done, len(etags), "reading as readers do")))

    def _objects(self, built: Built, etags: Mapping[str, str], on_step: OnStep) -> Iterator[Difference]:
        must = {made.key: made for made in built.objects}
        # An asset of earlier code stays for the pages that still ask for it.
        extra = sorted(key for key in etags.keys() - must.keys() if not key.startswith("assets/"))
        with ThreadPoolExecutor(_AT_A_TIME) as threads:
            looks = threads.map(lambda made: list(self.live.beside(made)), must.values())
            yield from _told(looks, len(must), on_step, "reading the site")
            others = threads.map(lambda key: list(self.live.in_vain(key)), extra)
            yield from _told(others, len(extra), on_step, "reading the rest")

    def _reports(self, recorded: Mapping[str, Outcome], on_step: OnStep) -> Iterator[Difference]:
        s3 = self.target.client("s3")

        def beside(outcome: Outcome) -> list[Difference]:
            try:
                answer = s3.get_object(Bucket=self.target.inbox_bucket, Key=report_key(outcome.key))
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                    raise
                return [Difference(outcome.key, "report", "there is no report")]
            same = answer["Body"].read() == written(outcome)
            return [] if same else [Difference(outcome.key, "report", "the report does not say what the index says")]

        with ThreadPoolExecutor(_AT_A_TIME) as threads:
            yield from _told(threads.map(beside, recorded.values()), len(recorded), on_step, "reading reports")


def verifier(target: Target, copier: Copier) -> Verifier:
    """``target`` with its clients made."""
    s3 = target.client("s3")
    inbox, live = Inbox(s3, target.inbox_bucket), LiveSite(s3, target.site_bucket)
    edge = Edge(PublicSite(target.site_url), live)
    return Verifier(target, inbox, Index(target.client("dynamodb"), target.table), live, edge, copier)


def _keys(inbox: Inbox, runs: VersionRuns) -> Iterator[str]:
    """Every key that ever was uploaded, as it was spelled."""
    after, going = "", True
    while going:
        stretch = inbox.stretch(after, _PAGES)
        yield from runs.keys_of(stretch.folders)
        after = stretch.after
        going = bool(after)


def _told(looks: Iterable[list[Difference]], total: int, on_step: OnStep, what: str) -> Iterator[Difference]:
    for done, found in enumerate(looks, 1):
        on_step(done, total, what)
        yield from found


def _unlike(built: Mapping[str, Outcome], recorded: Mapping[str, Outcome], runs: VersionRuns) -> Iterator[Difference]:
    """Where the index says something else of an upload. That nothing is there may be said, or not.

    Of equal bytes in a row the index keeps the version that it was asked about first, and a build names the newest.
    """
    for key in sorted(built.keys() | recorded.keys()):
        said = _said(recorded.get(key), built.get(key), runs)
        if said:
            yield Difference(key, "outcome", said)


def _said(found: Outcome | None, must: Outcome | None, runs: VersionRuns) -> str:
    states = [outcome.state if outcome else "absent" for outcome in (found, must)]
    if states[0] != states[1]:
        return f"the index says {states[0]}, and it is {states[1]}"
    if found is None or must is None or found.state == "absent":
        return ""
    if replace(found, version=must.version) != must:
        return "the index says otherwise of it what there is to mend, or where it is"
    return runs.unlike(found, must)
