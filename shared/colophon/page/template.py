"""The templates: files of ours, filled in with values that are always escaped."""

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from json import JSONEncoder
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template, nodes
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup

# Structured data keeps Hangul readable.
_JSON = JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


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


def escaped(value: object) -> str:
    """``value`` as ``markupsafe.escape`` writes it, but as plain text: a template's own output is never escaped again.

    The wrapping of every little value would take longer than all the rest of filling in a page.
    """
    if isinstance(value, Markup):
        return value
    text = value if isinstance(value, str) else str(value)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&#34;").replace("'", "&#39;")


def script_json(described: object) -> Markup:
    """``described`` as JSON for a script element, in which nothing may look like its end."""
    text = _JSON.encode(described).replace("<", "\\u003c").replace(">", "\\u003e")
    # HTML takes nothing for a tag or a reference in it any more.
    return Markup(text.replace("&", "\\u0026").replace("'", "\\u0027"))  # noqa: S704


class _EscapingPlainly(CodeGenerator):
    """Writes ``escaped`` wherever Jinja2's own generator writes ``escape``."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write("environment.escaped(")


class _CompiledBefore(BytecodeCache):
    """Templates that were compiled when the layer was built. One whose source is another is compiled here and now."""

    def load_bytecode(self, bucket: Bucket) -> None:
        compiled = compiled_template(bucket)
        if compiled.is_file():
            bucket.bytecode_from_string(compiled.read_bytes())

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Nowhere: a layer can't be written to."""


class _Environment(Environment):
    code_generator_class = _EscapingPlainly
    escaped = staticmethod(escaped)


@cache
def environment() -> Environment:
    """Autoescape is set by hand: Jinja2's default is off, whatever the file is called."""
    return _Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        bytecode_cache=_CompiledBefore(),
    )


def compiled_template(bucket: Bucket) -> Traversable:
    """Where a template's byte-code lies beside its source: for this Python, by what Jinja2 knows the template by."""
    return files("colophon") / "templates" / "__pycache__" / f"{bucket.key}.jinja"


@cache
def _template(name: str) -> Template:
    return environment().get_template(name)


def _source(name: str) -> str:
    return (files("colophon") / "templates" / name).read_text("utf-8")
