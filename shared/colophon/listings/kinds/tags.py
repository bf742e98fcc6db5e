"""The pages of a clinic's tags in one language: the newest posts with each tag.

The rows of the years say which tags there are, how many posts have each, and when that changed. So a new post changes
the pages of its own tags alone, and the entries of the newest years with these are all that is read. A page lists no
post of a period whose row does not count the tag: only a change of that row has the page put again.

What a page is, a listing or a tombstone, is recorded before the page is put. A handler that crashes after a PUT has
left the tag in the row: no page can be forgotten that shows a post which is withdrawn now.

New posts are gathered (``Timing``): what a busy clinic's pages cost is bounded by time and not by its posts. What is
taken down is not: a removed page, a changed clinic or site has them made again at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import islice

from msgspec import Struct, field
from msgspec.structs import replace

from colophon.decision.identity import fingerprint, fingerprint_by_code, is_same_but_for_code
from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import PageToken
from colophon.listings.kind import (
    ClinicChange,
    EntryTraits,
    IndexChange,
    Listing,
    ListingChange,
    ListingDecision,
    ListingGroup,
    ListingKind,
    ListingReader,
    ListingRow,
    ListingSnapshot,
    Scope,
    Timing,
    Tokens,
    live_listing,
    tombstone_listing,
)
from colophon.listings.kinds.year import YEAR, YearRow
from colophon.listings.periods import Period
from colophon.listings.sources import (
    ClinicInLanguage,
    absent_tombstone,
    closed_clinic_tombstone,
    find_clinic_in_language,
    live_entries,
    settings_for,
)
from colophon.listings.tag_counts import (
    GATHERED_SECONDS,
    MAX_TAGS_WITH_PAGES,
    TagCount,
    TagCounts,
    order_by_frequency,
    tags_by_slug,
)
from colophon.listings.tag_page import TagView, finish_tag
from colophon.page.entry import Entry
from colophon.page.objects import SiteObject, listing_tags
from colophon.page.paths import path_to_key, tag_path
from colophon.page.tags import slug_of
from colophon.problem import Unavailable

# A page lists so many posts, from so many periods: years, or months of a year that is listed by months.
_MAX_POSTS = 50
_MAX_PERIODS = 4
# If more slugs are known, those with a tombstone at their address are forgotten. One takes about 250 bytes in the row.
MAX_KNOWN = 2 * MAX_TAGS_WITH_PAGES


class TagState(Struct, frozen=True, array_like=True):
    """What is at a tag's address, or will be: its page, or a tombstone; ``since`` is the ``n`` of the row that said so
    first. ``clinic_withdrawn``: the tombstone is that of the clinic's withdrawal."""

    is_live: bool
    since: int
    clinic_withdrawn: bool = False


class TagsRow(ListingRow, frozen=True, omit_defaults=True):
    """``known`` are the slugs of all tags that may have an object at their address.

    ``linked`` are those whose page is there. ``id`` changes with it and never returns to an old value. ``read_until``:
    the rows of the years that it was made from have every change before this moment, in seconds since 1970.
    """

    lang: str
    clinic: str
    n: int = 0
    tokens: Tokens = field(default_factory=dict)
    known: Mapping[str, TagState] = field(default_factory=dict)
    linked: tuple[str, ...] = ()
    id: str = ""
    read_until: int = field(default=0, name="until")

    def with_read_until(self, moment: int) -> "TagsRow":
        """The row, made from rows that were read at ``moment``."""
        return replace(self, read_until=moment)


class TagPlan(Struct, frozen=True):
    """A tag that has a page: as the newest year spells it, with its posts in each year, the latest year first."""

    tag: str
    years: tuple[tuple[YearRow, TagCount], ...]

    @property
    def count(self) -> int:
        return sum(found.count for _, found in self.years)

    @property
    def periods(self) -> Iterator[tuple[Period, int]]:
        """The periods whose posts the page lists as far as it has room, the latest first.

        With each, how many posts of it have the tag: of a month, any number.
        """
        periods = ((period, found.count) for year, found in self.years for period in _periods_of(year, found))
        for period, count in islice(periods, _MAX_PERIODS):
            yield period, _MAX_POSTS if period.month else count


def _periods_of(year: YearRow, found: TagCount) -> Iterator[Period]:
    """The year or, if it is listed by months, those whose rows count the tag; the latest first."""
    if not year.split or (year.awaited and not found.months):
        yield Period(year.year)
    yield from (Period(year.year, month) for month in sorted(found.months, reverse=True))


class TagInputs(Struct, frozen=True):
    """The tags that have pages, and the live entries of each page that must be put, the newest first; both by slug.

    ``lost`` are slugs that have an object, whether the row knows them or not.
    """

    plans: Mapping[str, TagPlan]
    entries: Mapping[str, tuple[Entry, ...]]
    lost: tuple[str, ...] = ()


def _read_inputs(group: ListingGroup, snapshot: ListingSnapshot[TagsRow], reader: ListingReader) -> TagInputs:
    row = snapshot.row
    plans = _plan_pages(reader.read_rows(YEAR, group.lang, group.clinic))
    outdated = {
        slug: plan
        for slug, plan in plans.items()
        if _is_named(slug, row)
        and (group.force or not is_same_but_for_code(_fp_of(slug, plan, snapshot), _token_of(slug, row).fp))
    }
    # After the rows of the years: so what the entries say is at least as new.
    return TagInputs(plans, _read_pages(outdated, group, reader), group.tags)


def _read_pages(
    plans: Mapping[str, TagPlan], group: ListingGroup, reader: ListingReader
) -> dict[str, tuple[Entry, ...]]:
    """The entries that the pages of ``plans`` list. Each period is read once, and as far back as one of them needs."""
    wanted: dict[Period, dict[str, int]] = defaultdict(dict)
    for slug, plan in plans.items():
        wanted.update({period: {**wanted[period], slug: count} for period, count in plan.periods})
    found: dict[str, list[EntryRow]] = {slug: [] for slug in plans}
    for period in sorted(wanted, reverse=True):
        missing = {slug: min(n, _MAX_POSTS - len(found[slug])) for slug, n in wanted[period].items()}
        rows = reader.read_backwards(group.lang, group.clinic, period)
        _take_newest({slug: n for slug, n in missing.items() if n > 0}, found, rows)
    return {slug: live_entries(rows) for slug, rows in found.items()}


def _take_newest(missing: dict[str, int], found: Mapping[str, list[EntryRow]], rows: Iterator[EntryRow]) -> None:
    """Add to ``found`` the first of ``rows`` with each slug, as many as are ``missing``."""
    while missing and (row := next(rows, None)):
        for slug in missing.keys() & tags_by_slug(row).keys():
            found[slug].append(row)
            missing[slug] -= 1
            if not missing[slug]:
                del missing[slug]


def _plan_pages(years: Iterable[YearRow]) -> dict[str, TagPlan]:
    """The most frequent tags of ``years``, by slug. Which ones does not depend on the order in which they came."""
    by_slug: dict[str, list[tuple[YearRow, str, TagCount]]] = defaultdict(list)
    for year in sorted(years, key=lambda year: -year.year):
        for tag, found in year.tag_counts.items():
            by_slug[slug_of(tag)].append((year, tag, found))
    plans = {
        slug: TagPlan(found[0][1], tuple((year, count) for year, _, count in found)) for slug, found in by_slug.items()
    }
    kept = order_by_frequency({slug: plan.count for slug, plan in plans.items()})[:MAX_TAGS_WITH_PAGES]
    return {slug: plans[slug] for slug in kept}


def _decide(snapshot: ListingSnapshot[TagsRow], inputs: TagInputs) -> ListingDecision[TagsRow]:
    row = snapshot.row
    clinic = find_clinic_in_language(row.lang, snapshot.clinic, snapshot.site)
    live = inputs.plans if clinic else {}
    withdrawn = snapshot.clinic.withdrawal is not None and settings_for(snapshot.site, row.lang) is not None
    known = {
        slug: _next_state(slug, slug in live, row, clinic_withdrawn=withdrawn and slug not in live)
        for slug in sorted({*row.known, *live, *inputs.lost})
    }
    forgotten = _slugs_to_forget(known, snapshot)
    known = {slug: state for slug, state in known.items() if slug not in forgotten}
    # Only what the row says already: else a crash could leave a page that no row names.
    recorded = [slug for slug, state in known.items() if _is_recorded(state, slug, row)]
    listings = [_make_listing(slug, live.get(slug), clinic, snapshot, inputs) for slug in recorded]
    linked = tuple(slug for slug in recorded if known[slug].is_live)
    new_id = row.id if linked == row.linked else fingerprint("linked", linked, row.n, row.id)
    released = tuple(_key_of(slug, row) for slug in forgotten)
    return ListingDecision(tuple(listings), replace(row, known=known, linked=linked, id=new_id), released)


def _next_state(slug: str, is_live: bool, row: TagsRow, *, clinic_withdrawn: bool) -> TagState:
    known, found = row.known.get(slug), TagState(is_live, row.n + 1, clinic_withdrawn)
    return known if known and replace(known, since=found.since) == found else found


def _is_named(slug: str, row: TagsRow) -> bool:
    return slug in row.known


def _is_recorded(state: TagState, slug: str, row: TagsRow) -> bool:
    return row.known.get(slug) == state


def _slugs_to_forget(known: Mapping[str, TagState], snapshot: ListingSnapshot[TagsRow]) -> frozenset[str]:
    """Those whose tombstone is recorded, if there are too many. Nothing replaces it unless it reads it first.

    That of a withdrawal goes with it, so it is not forgotten before.
    """
    if len(known) <= MAX_KNOWN:
        return frozenset()
    row = snapshot.row
    return frozenset(
        slug
        for slug, state in known.items()
        if not (state.is_live or state.clinic_withdrawn)
        and row.known.get(slug) == state
        and is_same_but_for_code(_fp_of_tombstone(slug, snapshot, state), _token_of(slug, row).fp)
    )


def _make_listing(
    slug: str,
    plan: TagPlan | None,
    clinic: ClinicInLanguage | None,
    snapshot: ListingSnapshot[TagsRow],
    inputs: TagInputs,
) -> Listing:
    if plan is None or clinic is None:
        return _make_tombstone(slug, snapshot)
    key, fp = _key_of(slug, snapshot.row), _fp_of(slug, plan, snapshot)
    if slug not in inputs.entries:
        return live_listing(key, fp, partial(_refuse, plan.tag))
    return live_listing(key, fp, partial(finish_tag, _build_view(plan, clinic, inputs.entries[slug])))


def _make_tombstone(slug: str, snapshot: ListingSnapshot[TagsRow]) -> Listing:
    row, site = snapshot.row, snapshot.site
    state = row.known[slug]
    closed = closed_clinic_tombstone(row.lang, snapshot.clinic, site)
    view = closed if state.clinic_withdrawn else absent_tombstone(row.lang, site)
    fp = _fp_of_tombstone(slug, snapshot, state)
    return tombstone_listing(_key_of(slug, row), fp, view, listing_tags(row.lang, row.clinic))


def _build_view(plan: TagPlan, clinic: ClinicInLanguage, entries: tuple[Entry, ...]) -> TagView:
    counts = {year.year: found.count - _count_in(year.year, entries) for year, found in plan.years}
    older = tuple((year, count) for year, count in counts.items() if count > 0)
    return TagView(clinic, plan.tag, plan.count, entries, older)


def _fp_of(slug: str, plan: TagPlan, snapshot: ListingSnapshot[TagsRow]) -> str:
    """The fingerprint of the tag's page: since when it is one, and which posts of which periods it lists since when."""
    since = snapshot.row.known[slug].since if slug in snapshot.row.known else 0
    years = [(year.year, found) for year, found in plan.years]
    return fingerprint_by_code("tag", slug, plan.tag, since, years, snapshot.clinic.fp, snapshot.site.fp)


def _fp_of_tombstone(slug: str, snapshot: ListingSnapshot[TagsRow], state: TagState) -> str:
    withdrawal = (snapshot.clinic.withdrawal_id, snapshot.site.fp) if state.clinic_withdrawn else ()
    return fingerprint_by_code("no tag", slug, state.since, *withdrawal)


def _count_in(year: int, entries: Iterable[Entry]) -> int:
    return sum(entry.posted.year == year for entry in entries)


def _refuse(tag: str, rev: int, fp: str) -> SiteObject:
    # Its row said that it is up to date when the entries were read. The next delivery of the message reads them.
    raise Unavailable(f"the page of the tag “{tag}” changed while another was being put")


def _key_of(slug: str, row: TagsRow) -> str:
    return path_to_key(tag_path(row.lang, row.clinic, slug))


def slug_of_key(key: str) -> str:
    """The slug of the tag whose page is at ``key``; empty if it is that of no tag."""
    match key.split("/"):
        case [_, _, "tags", slug, "index.html"]:
            return slug
    return ""


def known_tag_keys(row: TagsRow) -> frozenset[str]:
    """The keys of all objects that ``row`` knows. What is at any other key of a tag is never put again."""
    return frozenset(_key_of(slug, row) for slug in row.known)


def _token_of(slug: str, row: TagsRow) -> PageToken:
    return row.tokens.get(_key_of(slug, row), PageToken())


def _keys_of(group: ListingGroup, entries: EntryTraits) -> tuple[str, ...]:
    slugs = sorted({slug_of(tag) for tag in entries.tags})
    return tuple(path_to_key(tag_path(group.lang, group.clinic, slug)) for slug in slugs)


def _group_of_key(key: str) -> ListingGroup | None:
    lang, clinic, *_ = (*key.split("/"), "")
    return TAGS.group(lang, clinic) if slug_of_key(key) else None


def _woken_by(change: IndexChange) -> Iterator[ListingGroup]:
    match change:
        case ListingChange(group=group, before=before, after=after):
            if _tag_counts(before) != _tag_counts(after) or _new_states(before, after):
                yield TAGS.group(group.lang, group.clinic)
        case ClinicChange(before=before, after=after):
            # A change of the site changes the clinic's ``site_fp``.
            if (before.fp, before.langs, before.site_fp) != (after.fp, after.langs, after.site_fp):
                yield from (TAGS.group(lang, after.clinic) for lang in sorted({*before.langs, *after.langs}))


def _tag_counts(row: ListingRow | None) -> TagCounts:
    return row.tag_counts if isinstance(row, YearRow) else {}


def _new_states(before: ListingRow | None, after: ListingRow | None) -> bool:
    """Whether pages may be put now, as ``after`` is recorded, that could not be put before."""
    known = before.known if isinstance(before, TagsRow) else {}
    return isinstance(after, TagsRow) and any(known.get(slug) != state for slug, state in after.known.items())


def _timing(change: IndexChange) -> Timing:
    match change:
        case ListingChange(before=YearRow() as before, after=YearRow() as after):
            return Timing.NOW if before.removed_id != after.removed_id else Timing.GATHERED
        case ListingChange(before=None, after=YearRow()):
            return Timing.GATHERED
    return Timing.NOW


def _shows_less(before: TagsRow, after: TagsRow) -> bool:
    return not set(before.linked) <= set(after.linked)


TAGS = ListingKind(
    number=9,
    name="tags",
    exists_for=Scope.CLINIC,
    row_type=TagsRow,
    partition="tags#{lang}",
    sort_key="{clinic}",
    inputs=_read_inputs,
    decide=_decide,
    keys_of=_keys_of,
    group_of_key=_group_of_key,
    woken_by=_woken_by,
    made_from=(YEAR.number,),
    shows_less=_shows_less,
    timing=_timing,
    gathered_seconds=GATHERED_SECONDS,
)
