"""How templates are read, compiled and escaped. It imports nothing but Jinja2: the layer's build compiles with it."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined, nodes
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup


def escape_html(value: object) -> str:
    """``value`` as ``markupsafe.escape`` writes it, but as plain text: a template's own output is never escaped again.

    The wrapping of every little value would take longer than all the rest of filling in a page.
    """
    if isinstance(value, Markup):
        return value
    text = value if isinstance(value, str) else str(value)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&#34;").replace("'", "&#39;")


class _EscapingPlainly(CodeGenerator):
    """Writes ``escaped`` wherever Jinja2's own generator writes ``escape``."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write("environment.escaped(")


class _PrecompiledTemplates(BytecodeCache):
    """Templates that were compiled when the layer was built. One whose source is another is compiled here and now."""

    def load_bytecode(self, bucket: Bucket) -> None:
        compiled = compiled_template_file(bucket)
        if compiled.is_file():
            bucket.bytecode_from_string(compiled.read_bytes())

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Nowhere: a layer can't be written to."""


class _TemplateEnvironment(Environment):
    code_generator_class = _EscapingPlainly
    escaped = staticmethod(escape_html)


@cache
def environment() -> Environment:
    """Autoescape is set by hand: Jinja2's default is off, whatever the file is called."""
    return _TemplateEnvironment(
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
    """Where a template's byte-code lies beside its source: for this Python, by what Jinja2 knows the template by."""
    return files("colophon") / "templates" / "__pycache__" / f"{bucket.key}.jinja"


def _load_source(name: str) -> str:
    return (files("colophon") / "templates" / name).read_text("utf-8")
