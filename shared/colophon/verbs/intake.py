"""Answer the intake queue's messages: each ring once, however many messages name the same post."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeAlias

from msgspec.structs import replace

from colophon.upload.keys import (
    ClinicFile,
    ClinicWithdrawal,
    ImageRef,
    ImageWithdrawal,
    PageRef,
    PageWithdrawal,
    PostRef,
    PostWithdrawal,
    SiteFile,
    SiteStyle,
    Unknown,
    named,
)
from colophon.upload.messages import Ring, UnreadableEnvelopeError, rings_in
from colophon.verbs.clients import PublishDoors
from colophon.verbs.clinic_and_site import keep_clinic, keep_site
from colophon.verbs.publish import Wish, publish
from colophon.verbs.report import answer_stray

Work: TypeAlias = Callable[[], None]


class Intake:
    """One batch of messages. A post that several of them ring for is answered for once, and for all of them."""

    def __init__(self, bodies: Iterable[str], doors: PublishDoors) -> None:
        self._doors = doors
        self._wishes: dict[PostRef, Wish] = {}
        self._images: dict[Ring, None] = {}
        self._fresh_site = False
        self._answers: dict[object, Exception | None] = {}
        for body in bodies:
            self._gather(body)

    def answer(self, body: str) -> None:
        """Do all that the message ``body`` rings for, once in this batch. Raises what went wrong with any of it."""
        for ring in rings_in(body):
            subject, work = self._work(ring)
            if subject not in self._answers:
                self._answers[subject] = _failure(work)
            if failure := self._answers[subject]:
                raise failure

    def _gather(self, body: str) -> None:
        try:
            rings = rings_in(body)
        except UnreadableEnvelopeError:
            return
        for ring in rings:
            post, wish = _wish(ring)
            if post:
                self._wishes[post] = self._wishes.get(post, Wish()) | wish
            elif isinstance(named(ring.key), ImageRef | ImageWithdrawal):
                self._images[ring] = None
            elif ring.fresh and isinstance(named(ring.key), SiteFile | SiteStyle):
                self._fresh_site = True

    def _work(self, ring: Ring) -> tuple[object, Work]:
        doors = self._doors
        post, _ = _wish(ring)
        if post:
            return post, partial(publish, post, self._wishes[post], doors)
        if ring.folder:
            return ring, partial(fan_out, ring, doors)
        match named(ring.key):
            case SiteFile() | SiteStyle():
                return "site", partial(keep_site, doors, fresh=self._fresh_site)
            case ClinicFile(clinic=clinic) | ClinicWithdrawal(clinic=clinic):
                return ("clinic", clinic), partial(keep_clinic, clinic, doors)
            case ImageRef() | ImageWithdrawal():
                return "images", partial(doors.images.ring, tuple(self._images))
            case Unknown(key=key):
                return ("stray", key), partial(answer_stray, key, doors)
        return ring, _nothing


def fan_out(ring: Ring, doors: PublishDoors) -> None:
    """Ring every post, or clinic, under ``ring.key`` in the inbox: a slice of the listing, then a ring for the rest.

    At an earlier address nothing may lie in the inbox. Which of a clinic's are claimed, the index knows:
    nothing is made of a claim before it is there.
    """
    found = doors.inbox.slice(ring.key, ring.after)
    rings = list(dict.fromkeys(one for key in found.keys if (one := _rung_with(key, ring))))
    if found.after:
        rings.append(replace(ring, after=found.after))
    match ring.key.split("/"):
        case ["posts", clinic, ""] if clinic and not ring.after:
            rings += [replace(ring, key=post.folder) for post in doors.index.claimed_of(clinic)]
    doors.intake.ring(list(dict.fromkeys(rings)))


def _rung_with(key: str, ring: Ring) -> Ring | None:
    match key.split("/"):
        case ["posts", clinic, post, *_, _]:
            return replace(ring, key=PostRef(clinic, post).folder, after="")
        case ["clinics", clinic, _]:
            return Ring(ClinicFile(clinic).key)
    return None


def _wish(ring: Ring) -> tuple[PostRef | None, Wish]:
    """The post that ``ring`` is about, if it is about one, and what it asks of it."""
    if ring.folder:
        match ring.key.split("/"):
            case ["posts", clinic, name, ""]:
                return PostRef(clinic, name), Wish(every=True, images=ring.images, fresh=ring.fresh, anew=ring.anew)
        return None, Wish()
    match named(ring.key):
        case PageRef(post=post, lang=lang):
            return post, Wish(langs=frozenset({lang}), fresh=ring.fresh)
        case PageWithdrawal(page=page):
            return page.post, Wish(langs=frozenset({page.lang}), fresh=ring.fresh)
        case PostWithdrawal(post=post):
            return post, Wish(every=True, images=True, fresh=ring.fresh)
    return None, Wish()


def _failure(work: Work) -> Exception | None:
    try:
        work()
    except Exception as failure:
        return failure
    return None


def _nothing() -> None:
    """A directory marker or a report rings for nothing."""
