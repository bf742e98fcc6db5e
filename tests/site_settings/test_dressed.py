"""The settings with the look that came beside them."""

import pytest

from colophon.decision.rows import SiteRow
from colophon.page.frame import build_frame
from colophon.problem import Refused
from colophon.site_settings import SiteSettings, StyledSite, add_paths, read_site, site_style_path
from colophon.stores.row_encoding import decode_row as read_row
from colophon.stores.row_encoding import encode_row
from colophon_cli.schema import build_schemas
from tests.site_settings.test_read import SITE

PATH = "/assets/site.0123456789ab.css"
ICON, CARD = "/assets/icon.0123456789ab.png", "/assets/card.0123456789ab.png"
PATHS = {"style_path", "icon_path", "card_paths"}


def test_dressing_changes_no_setting() -> None:
    site = read_site(SITE.encode())
    worn = add_paths(site, PATH, "", {})
    assert site_style_path(worn) == PATH
    assert SiteSettings(**worn.model_dump(exclude=PATHS)) == site
    assert (site_style_path(add_paths(site, "", "", {})), site_style_path(site), site_style_path(None)) == ("", "", "")


def test_no_file_of_settings_names_the_path() -> None:
    with pytest.raises(Refused) as refused:
        read_site(f"{SITE}style_path: {PATH}\n".encode())
    assert refused.value.problems[0].field == "style_path"
    assert not PATHS & build_schemas()["site"]["properties"].keys()


def test_the_row_keeps_the_path() -> None:
    row = SiteRow(n=1, settings=add_paths(read_site(SITE.encode()), PATH, ICON, {"en": CARD}))
    read = read_row(SiteRow, encode_row(row))
    assert read == row
    assert isinstance(read.settings, StyledSite)


def test_pages_are_told_of_the_sheet_only_where_there_is_one() -> None:
    site = read_site(SITE.encode())
    assert f'href="{PATH}"' in build_frame("en", add_paths(site, PATH, "", {}), 1)["styles"]
    assert build_frame("en", site, 1)["styles"] == build_frame("en", None, 1)["styles"]
    assert build_frame("en", site, 1)["styles"].count("<link") == 1
