"""The template environment. It imports nothing but Jinja2, as the layer's build compiles templates with it."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from jinja2 import Environment, FunctionLoader, StrictUndefined
from jinja2.bccache import Bucket, BytecodeCache
from markupsafe import Markup


def escape_html(value: object) -> str:
    """``value`` as ``markupsafe.escape`` writes it, but as a plain string.

    A prerendered page has many short values. To wrap each of them in Markup would take longer than to fill them in.
    """
    if isinstance(value, Markup):
        return value
    text = value if isinstance(value, str) else str(value)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&#34;").replace("'", "&#39;")


class _PrecompiledTemplates(BytecodeCache):
    """The templates that were compiled when the layer was built. A template with another source is compiled now."""

    def load_bytecode(self, bucket: Bucket) -> None:
        compiled = compiled_template_file(bucket)
        if compiled.is_file():
            bucket.bytecode_from_string(compiled.read_bytes())

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store nothing: a layer can't be written to."""


@cache
def environment() -> Environment:
    """The environment, with autoescape on: Jinja2's default is off for every file name."""
    return Environment(
        loader=FunctionLoader(_load_source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        bytecode_cache=_PrecompiledTemplates(),
    )


def compiled_template_file(bucket: Bucket) -> Traversable:
    """The file with a template's byte-code, beside the template's source: one per Python version and template."""
    return files("colophon") / "templates" / "__pycache__" / f"{bucket.key}.jinja"


def _load_source(name: str) -> str:
    return (files("colophon") / "templates" / name).read_text("utf-8")
