"""axe-core on a page that is open in the browser."""

from typing import TYPE_CHECKING, Any

from tests.browser import installed_tools
from tests.browser.page_visit import HEIGHT, NARROW, WIDE

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Off by itself, though it is a success criterion of WCAG 2.2 at level AA.
_MORE = "rules: {'target-size': {enabled: true}}"
_COLOURS = "runOnly: {type: 'tag', values: ['cat.color']}"


def install_axe(page: "Page") -> None:
    """Past the page's content security policy, which would keep a script tag out."""
    page.evaluate(installed_tools.AXE.read_text("utf-8"))


def find_violations(page: "Page") -> list[str]:
    """One line for each element that breaks a rule, narrow or wide, light or dark."""
    install_axe(page)
    found = []
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme="light")
        found += [f"{width} px, light: {line}" for line in run_axe(page)]
        # The same elements in the same places: what the dark can change is their colours.
        page.emulate_media(color_scheme="dark")
        found += [f"{width} px, dark: {line}" for line in run_axe(page, colours_only=True)]
    return found


def run_axe(page: "Page", *, colours_only: bool = False) -> list[str]:
    """One line for each element that breaks a rule; ``colours_only`` asks the rules about colours and no others."""
    rules = _COLOURS if colours_only else _MORE
    found: dict[str, Any] = page.evaluate(f"axe.run(document, {{resultTypes: ['violations'], {rules}}})")
    return [
        f"{rule['id']}: {rule['help']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
