"""Code as it was before the last deployment: another template, and so another code version."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from colophon.decision import code_version
from colophon.page import environment, post, template
from colophon_emulator.lock import patch

# Stands in every post page that earlier code made, and in none of today's.
MARK = b'<article class="as-it-was">'


@contextmanager
def earlier_code() -> Iterator[None]:
    """For the time of the block posts have another template than the one that is deployed."""
    with ExitStack() as parts:
        parts.callback(_forget)
        parts.enter_context(patch(environment, "_load_source", _as_it_was(environment._load_source)))
        parts.enter_context(patch(code_version, "_DATA_ENDINGS", code_version._DATA_ENDINGS[:-1]))
        _forget()
        yield


def _as_it_was(source: Callable[[str], str]) -> Callable[[str], str]:
    def earlier(name: str) -> str:
        text = source(name)
        return text.replace("<article>", MARK.decode()) if name == "post.html" else text

    return earlier


def _forget() -> None:
    """What was made of the templates before is not used any more."""
    code_version.code_version.cache_clear()
    for kept in (environment.environment, template._load_template, template.load_macro, post._prerender_post):
        kept.cache_clear()
