"""The whole site: which parts an inbox has, and what each of them makes. Earlier addresses and listings come last."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from msgspec import Struct, field

from colophon.decision.outcome import Outcome
from colophon.decision.parts import SiteRow
from colophon.images.copy import Copier
from colophon.upload.keys import (
    ClinicFile,
    ClinicWithdrawal,
    ImageRef,
    ImageWithdrawal,
    Named,
    PageRef,
    PageWithdrawal,
    PostRef,
    PostWithdrawal,
    Unknown,
    named,
)
from colophon.verbs.assets import assets
from colophon.verbs.build import Built, build_clinic, build_site, build_site_style, stray_outcome
from colophon.verbs.build_listings import build_around, build_shelves
from colophon.verbs.build_moves import build_moves
from colophon.verbs.build_posts import built_posts
from colophon.verbs.looking import Source


class Plan(Struct, frozen=True):
    """The parts of an inbox, in the order of their keys. ``strays`` lie outside of every post.

    ``images`` counts the images of each post that has some.
    """

    posts: tuple[PostRef, ...]
    clinics: tuple[str, ...]
    strays: tuple[str, ...]
    images: Mapping[PostRef, int] = field(default_factory=dict)


def plan_of(keys: Iterable[str]) -> Plan:
    """The parts that the inbox keys ``keys`` make up."""
    posts: set[PostRef] = set()
    clinics: set[str] = set()
    strays: list[str] = []
    images: Counter[PostRef] = Counter()
    for key in keys:
        name = named(key)
        if isinstance(name, ImageRef):
            images[name.post] += 1
        post = post_of(name)
        if post:
            posts.add(post)
        elif isinstance(name, ClinicFile | ClinicWithdrawal):
            clinics.add(name.clinic)
        elif isinstance(name, Unknown):
            strays.append(key)
    folders = {post.folder for post in posts}
    alone = (key for key in strays if key.rpartition("/")[0] + "/" not in folders)
    return Plan(
        tuple(sorted(posts, key=lambda post: post.folder)), tuple(sorted(clinics)), tuple(sorted(alone)), images
    )


def post_of(name: Named) -> PostRef | None:
    """The post that a key belongs to, if it names a part of one."""
    match name:
        case PageRef(post=post) | ImageRef(post=post) | PostWithdrawal(post=post):
            return post
        case PageWithdrawal(page=page):
            return page.post
        case ImageWithdrawal(image=image):
            return image.post
    return None


def whole_site(plan: Plan, source: Source, now: datetime, copier: Copier) -> Built:
    """The whole site in one go: every object, and what became of every upload."""
    site = build_site(source)
    posts = list(built_posts(plan.posts, source, site, now, copier))
    claimants = [one for post in posts for one in post.claimants]
    unfounded = [one for post in posts for one in post.unfounded]
    moves = build_moves(claimants, unfounded, source, site, now, copier)
    shelves = [
        shelf
        for clinic in plan.clinics
        for shelf in build_shelves(
            build_clinic(clinic, source, site, now),
            site,
            (entry for post in posts for entry in post.entries if entry.clinic == clinic),
        )
    ]
    return Built(
        (
            *(thing for post in posts for thing in post.objects),
            *moves.objects,
            *(thing for shelf in shelves for thing in shelf.objects),
            *build_around(site, shelves),
            *build_site_style(source),
            *(assets() if site.settings else ()),
        ),
        (
            *shared_outcomes(plan, source, site, now),
            *(outcome for post in posts for outcome in post.outcomes),
            *moves.outcomes,
        ),
    )


def shared_outcomes(plan: Plan, source: Source, site: SiteRow, now: datetime) -> Iterator[Outcome]:
    """What became of the uploads that belong to no post: the site's, the clinics' files, the strays."""
    yield from site.outcomes
    for clinic in plan.clinics:
        yield from build_clinic(clinic, source, site, now).outcomes
    for key in plan.strays:
        yield stray_outcome(key, source)
