"""What programs ask for without having read a page: an icon, a sitemap, and whom to tell of a weakness."""

from datetime import UTC, datetime

from colophon.decision.rows import SiteRow
from colophon.listings.kind import ListingSnapshot
from colophon.listings.kinds.front import FRONT, FrontRow
from colophon.page.objects import SiteObject
from colophon.site_settings import Security, SiteSettings, add_paths
from tests.listings.feeds import SITE

SECURITY = Security(contact="mailto:safe@reader.example", expires=datetime(2027, 1, 31, 9, tzinfo=UTC))
ICON = "/assets/icon.0123456789ab.png"


def made(site: SiteSettings | None) -> dict[str, SiteObject]:
    """What the front group makes of ``site``, by key, in the second revision."""
    settings = add_paths(site, "", ICON, {}) if site else None
    row = SiteRow(n=1, fp="a", settings=settings, ever_valid=True)
    return {each.key: each.make(2) for each in FRONT.decide(ListingSnapshot(FrontRow(), row), {}).listings}


def test_the_usual_addresses_lead_to_the_icon_and_to_a_sitemap() -> None:
    found = made(SITE)
    for key, location in (("favicon.ico", ICON), ("sitemap.xml", "/en/sitemap.xml")):
        assert (found[key].metadata["status"], found[key].metadata["location"]) == ("302", location)
        assert f"https://reader.example{location}" in found[key].content.decode()
        assert b"rev 2" in found[key].content
        assert "max-age=60" in found[key].cache_control
    korean = SITE.model_copy(update={"languages": ("ko", "ja")})
    assert made(korean)["sitemap.xml"].metadata["location"] == "/ko/sitemap.xml"


def test_security_txt_has_the_fields_of_the_standard_in_any_order_of_languages() -> None:
    found = made(SITE.model_copy(update={"security": SECURITY}))[".well-known/security.txt"]
    assert found.content_type == "text/plain; charset=utf-8"
    assert "status" not in found.metadata
    lines = found.content.decode().splitlines()
    assert lines[0] == "# rev 2"
    assert dict(line.split(": ", 1) for line in lines[1:]) == {
        "Contact": "mailto:safe@reader.example",
        "Expires": "2027-01-31T09:00:00+00:00",
        "Preferred-Languages": "en, ja, ko",
        "Canonical": "https://reader.example/.well-known/security.txt",
    }


def test_what_the_site_does_not_have_is_told_to_be_nowhere() -> None:
    """A tombstone stands where an earlier text may be, whether or not a row knows it."""
    assert made(SITE)[".well-known/security.txt"].metadata["status"] == "404"
    assert {each.metadata["status"] for each in made(None).values()} == {"404"}
    assert made(None).keys() == made(SITE).keys()
