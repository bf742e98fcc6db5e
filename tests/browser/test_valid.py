"""The Nu HTML checker finds no error in any page of the site, nor in its style sheet."""

from pathlib import Path

from tests.browser import nu
from tests.browser.served_site import ServedSite

PLANTED = {
    "planted/element.html": b'<!doctype html><html lang="en"><title>x</title><p><div>x</div></p>',
    "planted/attribute.html": b'<!doctype html><html lang="en"><title>x</title><img src="a.png">',
    "planted/sheet.css": b"p { colour: red }",
}


def test_every_page_and_the_style_sheet_are_valid(site: ServedSite, tmp_path: Path) -> None:
    pages, sheets = site.files(".html"), site.files(".css")
    planted = {**PLANTED, "planted/end.css": b"".join(sheets.values()) + PLANTED["planted/sheet.css"]}
    found = nu.validate({**pages, **sheets, **planted}, tmp_path)
    assert {name: said for name, said in found.items() if said and name not in planted} == {}
    assert [name for name in planted if not found[name]] == [], "The checker let pass what is wrong on purpose."
