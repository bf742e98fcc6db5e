"""What a phone must load before a page can be read: few requests, no fonts, nothing from elsewhere, and few bytes."""

import pytest

from tests.browser.page_kinds import PageKind
from tests.browser.page_visit import SiteBrowser
from tests.browser.page_weight import WEIGHED, PageWeight, weigh

# Beside its images. A page of 14 kB arrives in the first round trip (RFC 6928: ten segments).
_MOST_OF_PAGE, _MOST_OF_ALL = 14_000, 30_000


def group_of(path: str) -> str:
    """Images by themselves, the search's files by themselves, assets by their kind, and the page."""
    match path.split("/"):
        case ["", "images", *_]:
            return "image"
        case ["", "assets", name]:
            return name.partition(".")[0]
        case [*_, name] if name.endswith(".json"):
            return "search data"
    return "page"


def groups(weight: PageWeight) -> set[str]:
    return {group_of(path) for path in weight.sizes}


@pytest.mark.parametrize("kind", WEIGHED, ids=str)
def test_a_page_loads_its_sheet_one_script_and_its_images_and_no_more(kind: PageKind, browser: SiteBrowser) -> None:
    weight = weigh(kind, browser, is_slow=False)
    script = "neighbours" if kind.name.startswith("post") else "search"
    data = {"search data"} if kind.name == "search" else set()
    assert groups(weight) - {"image"} == {"page", "style", "icon", script} | data
    of_page = next(size for path, size in weight.sizes.items() if group_of(path) == "page")
    others = sum(size for path, size in weight.sizes.items() if group_of(path) != "image")
    assert 0 < of_page < _MOST_OF_PAGE
    assert others < _MOST_OF_ALL


@pytest.mark.parametrize("kind", WEIGHED[:1], ids=str)
def test_scripts_do_not_hold_up_what_is_shown(kind: PageKind, browser: SiteBrowser) -> None:
    with browser.visit(kind.path) as visit:
        blocking = visit.page.evaluate(
            "performance.getEntriesByType('resource').filter(each => each.renderBlockingStatus === 'blocking')"
            ".map(each => new URL(each.name).pathname)"
        )
    assert [group_of(path) for path in blocking] == ["style"]
