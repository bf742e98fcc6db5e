"""Listings in schema.org's words. They say what a page lists and who a clinic is, and claim nothing about medicine."""

from collections.abc import Iterable

from colophon.clinic.record import ClinicRecord
from colophon.page.names import Name
from colophon.page.paths import home_path
from colophon.page.structured import Json
from colophon.site_settings import SiteSettings


def collection(
    site: SiteSettings, lang: str, path: str, name: str, listed: Iterable[tuple[str, str]], about: Json = ""
) -> dict[str, Json]:
    """A ``CollectionPage`` whose main thing is the list of pages ``listed``: (name, path), in the order shown."""
    items: list[Json] = [
        {"@type": "ListItem", "name": title, "position": place, "url": site.url + at}
        for place, (title, at) in enumerate(listed, 1)
    ]
    described: dict[str, Json] = {
        "@context": "https://schema.org",
        "@type": "CollectionPage",
        "about": about,
        "inLanguage": lang,
        "isPartOf": {"@type": "WebSite", "name": site.title(lang), "url": site.url + home_path(lang)},
        "mainEntity": {"@type": "ItemList", "itemListElement": items, "numberOfItems": len(items)},
        "name": name,
        "url": site.url + path,
    }
    return {term: said for term, said in described.items() if said}


def clinic(names: tuple[Name, ...]) -> Json:
    """The clinic as an archive names it."""
    return _organization([name.text for name in names])


def profile(site: SiteSettings, lang: str, path: str, record: ClinicRecord) -> dict[str, Json]:
    """A ``ProfilePage`` of the clinic in all its registered names, with its channels as what it is the same as."""
    first = record.name(lang)
    organization = _organization([first, *(name for name in record.names.values() if name != first)])
    channels: list[Json] = [channel.url for channel in record.channels.values()]
    return {
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "inLanguage": lang,
        "mainEntity": {**organization, "sameAs": channels} if channels else organization,
        "name": first,
        "url": site.url + path,
    }


def _organization(names: list[str]) -> dict[str, Json]:
    others: list[Json] = [*names[1:]]
    if not others:
        return {"@type": "Organization", "name": names[0]}
    return {"@type": "Organization", "alternateName": others, "name": names[0]}
