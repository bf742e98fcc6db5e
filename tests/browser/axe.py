"""axe-core on a page that is open in the browser."""

from typing import TYPE_CHECKING, Any

from tests.browser import tools

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Off by itself, though it is a success criterion of WCAG 2.2 at level AA.
_RUN = "axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})"


def install(page: "Page") -> None:
    """Past the page's content security policy, which would keep a script tag out."""
    page.evaluate(tools.AXE.read_text("utf-8"))


def violations(page: "Page") -> list[str]:
    """One line for each element that breaks a rule."""
    found: dict[str, Any] = page.evaluate(_RUN)
    return [
        f"{rule['id']}: {rule['help']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
