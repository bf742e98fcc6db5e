"""The templates: files of ours, filled in with values that are always escaped."""

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Template
from markupsafe import Markup
from pydantic_core import to_json

from colophon.page.environment import environment


def render(name: str, **values: Any) -> bytes:
    """The template ``name`` (``post.html``) filled in, in UTF-8. A value that the template lacks is an error."""
    return _template(name).render(values).encode()


def markup(name: str, **values: Any) -> Markup:
    """The template ``name`` filled in, for other templates to show as it is."""
    # A template of ours has escaped all that is in it.
    return Markup(_template(name).render(values))  # noqa: S704


@cache
def macro(template: str, name: str) -> Callable[..., Markup]:
    """The macro ``name`` of ``template``, for what is shown very many times over: an import into a template costs."""
    found: Callable[..., Markup] = getattr(_template(template).module, name)
    return found


def compile_templates() -> None:
    """Compile them all now, not each when the first page asks for it."""
    for entry in (files("colophon") / "templates").iterdir():
        if entry.name.endswith((".html", ".xml")):
            _template(entry.name)


def script_json(described: object) -> Markup:
    """``described`` as JSON for a script element, in which nothing may look like its end. Its order is kept."""
    text = to_json(described).decode().replace("<", "\\u003c").replace(">", "\\u003e")
    # HTML takes nothing for a tag or a reference in it any more.
    return Markup(text.replace("&", "\\u0026").replace("'", "\\u0027"))  # noqa: S704


@cache
def _template(name: str) -> Template:
    return environment().get_template(name)
