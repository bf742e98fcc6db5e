"""axe-core on a page that is open in the browser."""

from typing import TYPE_CHECKING, Any

from tests.browser import tools

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Off by itself, though it is a success criterion of WCAG 2.2 at level AA.
_MORE = "rules: {'target-size': {enabled: true}}"
_COLOURS = "runOnly: {type: 'tag', values: ['cat.color']}"


def install(page: "Page") -> None:
    """Past the page's content security policy, which would keep a script tag out."""
    page.evaluate(tools.AXE.read_text("utf-8"))


def violations(page: "Page", *, colours_only: bool = False) -> list[str]:
    """One line for each element that breaks a rule; ``colours_only`` asks the rules about colours and no others."""
    rules = _COLOURS if colours_only else _MORE
    found: dict[str, Any] = page.evaluate(f"axe.run(document, {{resultTypes: ['violations'], {rules}}})")
    return [
        f"{rule['id']}: {rule['help']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
