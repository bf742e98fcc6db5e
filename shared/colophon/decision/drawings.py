"""Which pictures are drawn from words, and where they are: the site's icon, and the cards of the site and of clinics.

Their paths are made from what is drawn, not from the bytes, so a decision knows them without drawing. A clinic's card
depends on nothing but the clinic's own record: so its withdrawal finds every path that a card of it may have, from the
versions of that record alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field

from colophon.clinic.record import ClinicRecord
from colophon.decision.rows import ClinicRow
from colophon.language.languages import own_name
from colophon.language.served import find_served_language, lookup_tags
from colophon.language.words import words_for
from colophon.page.finished import finish_card, finish_drawing
from colophon.page.objects import SiteObject
from colophon.page.paths import card_folder
from colophon.site_settings import DEFAULT_COLOUR, SiteSettings

# Cards and icons are drawn for a new clinic or new settings only. Most cold starts are for a post, so what draws is
# imported where it is used.
if TYPE_CHECKING:
    from colophon.drawing.card import Card
    from colophon.drawing.icon import Icon

    Drawing: TypeAlias = Card | Icon


class SitePictures(Struct, frozen=True):
    """What is drawn for the site: ``drawings`` by their keys, and the paths at which pages find them.

    ``card_paths`` are by language.
    """

    icon_path: str = ""
    card_paths: Mapping[str, str] = field(default_factory=dict)
    drawings: "Mapping[str, Drawing]" = field(default_factory=dict)


def choose_site_pictures(site: SiteSettings) -> SitePictures:
    """The icon that is drawn where the deployer has uploaded none, and a card for each language.

    A name that can't be drawn gives way to the site's name in another language. If none can be, there are no cards, and
    the icon has no letter.
    """
    from colophon.drawing.card import Card
    from colophon.drawing.icon import Icon

    colour = site.colour or DEFAULT_COLOUR
    names = list(filter(None, map(_drawable, (*map(site.title, site.languages), *site.name.values()))))
    icon = Icon(_first_drawable(*(letter for name in names for letter in (name[0].upper()[0], name[0]))), colour)
    icon_key = f"assets/icon.{icon.digest}.png"
    cards = {}
    for lang in site.languages:
        if name := _first_drawable(site.title(lang), *names):
            label = _label(lang, original=lang == site.original_language)
            cards[lang] = Card(label, name, "", _language(lang), colour)
    keys = {lang: f"assets/card.{card.digest}.png" for lang, card in cards.items()}
    drawings: dict[str, Drawing] = {icon_key: icon, **{keys[lang]: card for lang, card in cards.items()}}
    return SitePictures(f"/{icon_key}", {lang: f"/{key}" for lang, key in keys.items()}, drawings)


def draw_site_pictures(drawings: "Mapping[str, Drawing]") -> Iterator[SiteObject]:
    """The objects of ``drawings``, by their keys."""
    from colophon.drawing.card import Card, draw_card
    from colophon.drawing.icon import draw_icon

    for key, drawing in drawings.items():
        content = draw_card(drawing) if isinstance(drawing, Card) else draw_icon(drawing)
        yield finish_drawing(key, content)


def clinic_card_paths(clinic: str, record: ClinicRecord, site: SiteSettings, times_withdrawn: int) -> dict[str, str]:
    """The path of the clinic's card in each of the site's languages.

    ``times_withdrawn`` counts withdrawals of the clinic that ended: after one, the card has a new path.
    """
    cards = _clinic_cards(record, site)
    return {lang: f"/{_card_key(clinic, lang, card.digest, times_withdrawn)}" for lang, card in cards.items()}


def draw_clinic_cards(row: ClinicRow, site: SiteSettings, langs: Iterable[str]) -> Iterator[SiteObject]:
    """The objects of the clinic's cards in ``langs``, at the paths that its ``row`` has."""
    from colophon.drawing.card import draw_card

    cards = _clinic_cards(row.record, site) if row.record else {}
    for lang in langs:
        yield finish_card(row.clinic, row.card_paths[lang].removeprefix("/"), draw_card(cards[lang]))


def possible_card_keys(
    clinic: str, records: Iterable[ClinicRecord], langs: Iterable[str], times_withdrawn: int
) -> set[str]:
    """Every site key of a card that any recipe may have drawn of the clinic whose record was one of ``records``."""
    from colophon.drawing.card import CARD_RECIPES

    tags = tuple(langs)
    return {
        _card_key(clinic, lang, card.digest_by(recipe), times)
        for record in records
        for lang in tags
        for original in (False, True)
        if (card := _clinic_card(record, lang, original=original))
        for recipe in CARD_RECIPES
        for times in range(times_withdrawn + 1)
    }


def _clinic_cards(record: ClinicRecord, site: SiteSettings) -> "dict[str, Card]":
    cards = {lang: _clinic_card(record, lang, original=lang == site.original_language) for lang in site.languages}
    return {lang: card for lang, card in cards.items() if card}


def _clinic_card(record: ClinicRecord, lang: str, *, original: bool) -> "Card | None":
    """The card for readers of ``lang``; None if no registered name can be drawn.

    A name that can't be drawn gives way to another registered one, in the order in which pages choose.
    """
    from colophon.drawing.card import Card

    registered = [record.names[tag] for tag in (*lookup_tags(lang), "en", "ko") if tag in record.names]
    name = _first_drawable(*registered, *record.names.values())
    if not name or find_served_language(lang) is None:
        return None
    korean = _first_drawable(record.names.get("ko", ""))
    return Card(_label(lang, original=original), name, korean if korean != name else "", _language(lang))


def _card_key(clinic: str, lang: str, digest: str, times_withdrawn: int) -> str:
    suffix = f".{times_withdrawn}" if times_withdrawn else ""
    return f"{card_folder(clinic)}{lang}.{digest}{suffix}.png"


def _label(lang: str, *, original: bool) -> str:
    words = [words_for(tag) for tag in (lang, "en")]
    return _first_drawable(*(each.archived_posts if original else each.translated_posts for each in words))


def _language(lang: str) -> str:
    return _first_drawable(own_name(lang), lang)


def _first_drawable(*texts: str) -> str:
    """The first of ``texts`` that can be drawn, as it is drawn; empty if none can."""
    return next(filter(None, map(_drawable, texts)), "")


def _drawable(text: str) -> str:
    """``text`` as it is drawn, empty if it can't be."""
    from colophon.drawing.spelling import spell_with_glyphs

    return spell_with_glyphs(text).strip()
