"""The settings with the look that came beside them."""

import pytest

from colophon.decision.rows import SiteRow
from colophon.page.frame import frame
from colophon.problem import Refused
from colophon.schema import schemas
from colophon.site_settings import DressedSite, SiteSettings, dressed, read_site, style_of
from colophon.stores.row_encoding import fields
from colophon.stores.row_encoding import read as read_row
from tests.site_settings.test_read import SITE

PATH = "/assets/site.0123456789ab.css"


def test_dressing_changes_no_setting() -> None:
    site = read_site(SITE.encode())
    worn = dressed(site, PATH)
    assert style_of(worn) == PATH
    assert SiteSettings(**worn.model_dump(exclude={"style_path"})) == site
    assert (style_of(dressed(site, "")), style_of(site), style_of(None)) == ("", "", "")


def test_no_file_of_settings_names_the_path() -> None:
    with pytest.raises(Refused) as refused:
        read_site(f"{SITE}style_path: {PATH}\n".encode())
    assert refused.value.problems[0].field == "style_path"
    assert "style_path" not in schemas()["site"]["properties"]


def test_the_row_keeps_the_path() -> None:
    row = SiteRow(n=1, settings=dressed(read_site(SITE.encode()), PATH))
    read = read_row(SiteRow, fields(row))
    assert read == row
    assert isinstance(read.settings, DressedSite)


def test_pages_are_told_of_the_sheet_only_where_there_is_one() -> None:
    site = read_site(SITE.encode())
    assert f'href="{PATH}"' in frame("en", dressed(site, PATH), 1)["styles"]
    assert frame("en", site, 1)["styles"] == frame("en", None, 1)["styles"]
    assert frame("en", site, 1)["styles"].count("<link") == 1
