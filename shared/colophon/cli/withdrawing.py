"""A withdrawal carried out: what it is about, the object in the inbox, the answer, the proof."""

from typing import TYPE_CHECKING

from msgspec import Struct

from colophon.cli.back_places import back_places
from colophon.cli.footprint import Footprint, footprint
from colophon.cli.gone_places import Gone, Sights, gone_places
from colophon.cli.order_file import OrderFile
from colophon.cli.order_subject import ImageNames, Subject, is_address, said, subject_at, subject_of
from colophon.cli.proof import Proof, Proving
from colophon.cli.site_looks import PublicSite, SiteBucket
from colophon.cli.traces import image_keys, traces_of
from colophon.decision.outcome import Outcome
from colophon.problem import Refused
from colophon.site_settings import SiteSettings
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon.upload.keys import ImageRef, PostRef, named
from colophon.upload.versions import Version
from colophon.withdrawal import UNREADABLE, Withdrawal, read_withdrawal
from colophon_cli.terminal import progress
from colophon_ops.answers import await_answers
from colophon_ops.errors import Misused

if TYPE_CHECKING:
    from colophon_ops.target import Target

_SETTLE_SECONDS = 3.0


class Stack(Struct, frozen=True):
    """A stack as withdrawals need it: its inbox, its index, its site twice, and the site's settings, if any."""

    target: "Target"
    inbox: Inbox
    index: Index
    listings: ListingIndex
    bucket: SiteBucket
    public: PublicSite
    settings: SiteSettings | None

    @property
    def time_zone(self) -> str:
        return self.settings.time_zone if self.settings else "UTC"


def stack_of(target: "Target") -> Stack:
    """``target`` with its clients made. Readers find a real site where site.yaml says, an emulated one beside it."""
    s3, dynamodb = target.client("s3"), target.client("dynamodb")
    index = Index(dynamodb, target.table)
    settings = index.site().settings
    url = settings.url if settings and not target.endpoint else target.site_url
    listings = ListingIndex(dynamodb, target.table)
    inbox, bucket = Inbox(s3, target.inbox_bucket), SiteBucket(s3, target.site_bucket)
    return Stack(target, inbox, index, listings, bucket, PublicSite(url), settings)


def subject_in(what: str, stack: Stack) -> Subject:
    """What ``what``, a name, a key or an address of the site, is to mean. Raises Misused."""
    if not is_address(what):
        return subject_of(what)
    urls = (stack.target.site_url, stack.settings.url if stack.settings else "")
    return subject_at(what, tuple(dict.fromkeys(urls)), _image_names(stack.inbox))


def looked_up(subject: Subject, stack: Stack) -> Footprint:
    """All that the inbox holds, and ever held, of ``subject``."""
    with progress("reading what it says") as bar:
        return footprint(subject, stack.inbox, bar.at)


class Standing(Struct, frozen=True):
    """The order that lies at its key in the inbox now, whether or not it can be read."""

    version: Version
    order: Withdrawal


def standing(subject: Subject, stack: Stack) -> Standing | None:
    """The order at ``subject``'s key in the inbox, or None where there is none."""
    history = stack.inbox.folder(subject.key).history(subject.key)
    if history.newest is None or not history.present:
        return None
    try:
        return Standing(history.newest, read_withdrawal(stack.inbox.read(history.newest)))
    except Refused:
        return Standing(history.newest, UNREADABLE)


def check_replaced(subject: Subject, old: Withdrawal, new: Withdrawal) -> None:
    """Raises Misused where ``new`` in the place of ``old`` would bring back by itself what was withdrawn for good."""
    if new.kind == "hold" and old.kind != "hold":
        what = f"An order without an end stands against {said(subject)} (kind {old.kind}); a hold would end by itself."
        raise Misused(f"{what} To have it so, first: colophon reinstate {subject.against}")


def put_order(subject: Subject, file: OrderFile, stack: Stack) -> Version:
    """Write the order into the inbox, in the spelling of its key that counts there; what stands there then."""
    newest = stack.inbox.folder(subject.key).history(subject.key).newest
    key = newest.key if newest else subject.key
    answer = stack.target.client("s3").put_object(Bucket=stack.target.inbox_bucket, Key=key, Body=file.content)
    return Version(key, str(answer["VersionId"]))


def delete_order(subject: Subject, stack: Stack) -> list[Version]:
    """Delete the order from the inbox, in every spelling of its key: the delete markers, the counting one first."""
    history = stack.inbox.folder(subject.key).history(subject.key)
    keys = [each.newest.key for each in (history, *history.beside) if each.newest and each.present]
    s3, bucket = stack.target.client("s3"), stack.target.inbox_bucket
    return [Version(key, str(s3.delete_object(Bucket=bucket, Key=key)["VersionId"]), deleted=True) for key in keys]


def answer_to(version: Version, stack: Stack, seconds: float) -> Outcome | None:
    """What the stack says became of ``version`` of an order, waiting up to ``seconds`` for it."""
    with progress("waiting for the answer", 1) as bar:
        answers = await_answers(
            {version.key: version.id}, stack.index, seconds, _SETTLE_SECONDS, lambda done: bar.at(done, 1)
        )
    return answers.get(version.key)


def gone_proof(found: Footprint, order: Withdrawal, stack: Stack, begun: float, seconds: float) -> tuple[Proof, ...]:
    """Every place read until nothing of ``found`` is in it, or until nothing was proven for ``seconds``."""
    prefixes = [f"images/{post}/" for post in found.posts] if found.images else []
    if len(prefixes) > 1:
        prefixes = [f"images/{found.posts[0].clinic}/"]
    there = [key for prefix in prefixes for key in stack.bucket.keys(prefix)]
    keys = tuple(image_keys(found, there, stack.index))
    traces = traces_of(found, order, keys, stack.index, stack.listings)
    sights = _sights(stack)
    languages = stack.settings.languages if stack.settings else ()
    places = list(gone_places(Gone(found, order.kind, traces, keys), sights, languages))
    with progress("reading every place", len(places)) as bar:
        return Proving(places, begun).run(seconds, bar.at)


def back_proof(found: Footprint, stack: Stack, begun: float, seconds: float) -> tuple[Proof, ...]:
    """Every place read until all that is left of ``found`` is shown, or until nothing was proven for ``seconds``."""
    places = list(back_places(found, _sights(stack)))
    with progress("reading every place", len(places)) as bar:
        return Proving(places, begun).run(seconds, bar.at)


def _sights(stack: Stack) -> Sights:
    return Sights(stack.bucket, stack.public, stack.index, stack.listings)


def _image_names(inbox: Inbox) -> ImageNames:
    def names(post: PostRef) -> list[str]:
        found = (named(key) for key in inbox.folder(post.folder).uploaded())
        return [name.name for name in found if isinstance(name, ImageRef)]

    return names
