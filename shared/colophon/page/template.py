"""The templates: files of ours, filled in with values that are always escaped."""

from functools import cache
from importlib.resources import files
from json import JSONEncoder
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template


def render(name: str, **values: Any) -> bytes:
    """The template ``name`` (``post.html``) filled in, in UTF-8. A value that the template lacks is an error."""
    return _template(name).render(values).encode()


@cache
def environment() -> Environment:
    """Autoescape is set by hand: Jinja2's default is off, whatever the file is called."""
    made = Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    # Structured data keeps Hangul readable; `tojson` still escapes <, >, & and ' as the script element needs.
    made.policies["json.dumps_function"] = JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
    made.policies["json.dumps_kwargs"] = {}
    return made


@cache
def _template(name: str) -> Template:
    return environment().get_template(name)


def _source(name: str) -> str:
    return (files("colophon") / "templates" / name).read_text("utf-8")
