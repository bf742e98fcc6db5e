"""Random documents: samples with damage, Markdown and fields in mixed scripts, long repeats, and any bytes at all."""

import json
from collections.abc import Sequence
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

INBOX = Path(__file__).parents[1] / "samples/inbox"
# The size of a repeat: long enough for what takes time that grows with the square of the length.
_LONGEST = 250_000
_REPEATS_IN = 2000
# Hypothesis draws the ends of a range more often than any number between them.
_REPEAT = 777

_FRAGMENTS: dict[str, list[str]] = json.loads((Path(__file__).parent / "fragments.json").read_bytes())
_TEXTS = (*_FRAGMENTS["words"], *_FRAGMENTS["marks"], *_FRAGMENTS["spaces"])


def _samples(*patterns: str) -> list[bytes]:
    return [path.read_bytes() for pattern in patterns for path in sorted(INBOX.glob(pattern))]


def join(fragments: Sequence[str], most: int = 40) -> SearchStrategy[str]:
    """Texts of up to ``most`` of ``fragments``, or of any other characters."""
    character = st.characters(codec="utf-8")
    return st.lists(st.one_of(st.sampled_from(fragments), character), max_size=most).map("".join)


def repeat(fragments: Sequence[str]) -> SearchStrategy[str]:
    """Up to three of ``fragments``, again and again, with an end."""

    def fill(parts: tuple[list[str], str]) -> str:
        one = "".join(parts[0])
        return one * (_LONGEST // (len(one.encode()) or 1)) + parts[1]

    once = st.lists(st.sampled_from(fragments), min_size=1, max_size=3)
    return st.tuples(once, st.sampled_from(fragments)).map(fill)


def damage(samples: Sequence[bytes], fragments: Sequence[str]) -> SearchStrategy[bytes]:
    """A sample in which up to four parts are replaced by fragments."""
    part = st.tuples(st.floats(0, 1), st.integers(0, 60), st.lists(st.sampled_from(fragments), max_size=4).map("".join))

    def replace(drawn: tuple[bytes, list[tuple[float, int, str]]]) -> bytes:
        content = drawn[0]
        for place, length, new in drawn[1]:
            begin = int(place * len(content))
            content = content[:begin] + new.encode() + content[begin + length :]
        return content

    return st.tuples(st.sampled_from(samples), st.lists(part, max_size=4)).map(replace)


def mix(samples: Sequence[bytes], fragments: Sequence[str]) -> SearchStrategy[bytes]:
    """Mostly damaged samples and texts of ``fragments``; one in ``_REPEATS_IN`` is a long repeat."""
    text = join(fragments).map(str.encode)
    usual: SearchStrategy[bytes] = st.one_of(text, st.binary(max_size=300))
    if samples:
        usual = st.one_of(damage(samples, fragments), usual)
    long = repeat(fragments).map(str.encode)
    return st.integers(1, _REPEATS_IN).flatmap(lambda number: long if number == _REPEAT else usual)


_FRONT = _samples("posts/*/*/en.md")[0].decode().partition("\n---\n")[0]


def _below_fields(bodies: SearchStrategy[str]) -> SearchStrategy[bytes]:
    return bodies.map(lambda body: f"{_FRONT}\n---\n\n{body}".encode())


_BODY = (*_TEXTS, *_FRAGMENTS["markup"])
bodies = st.integers(1, _REPEATS_IN).flatmap(
    lambda number: _below_fields(repeat(_BODY) if number == _REPEAT else join(_BODY))
)
# Without NUL, which no text may hold.
markdown = join(_BODY).map(lambda text: text.replace("\x00", ""))
editions = st.one_of(bodies, mix(_samples("posts/*/*/*.md"), (*_BODY, *_FRAGMENTS["fields"])))
clinics = mix(_samples("clinics/*/clinic.yaml"), (*_TEXTS, *_FRAGMENTS["fields"]))
_TERMS = "terms:\n- ko: 접촉\n  en: contact\n  never: [touch, 接触]\n".encode()
glossaries = mix([_TERMS], (*_TEXTS, *_FRAGMENTS["fields"], "terms:", "\n- ko: ", "\n  en: ", "\n  never: ", "[", "]"))
sites = mix(_samples("site.yaml"), (*_TEXTS, *_FRAGMENTS["fields"]))
withdrawals = mix(_samples("posts/*/*/*withdrawal.yaml"), (*_TEXTS, *_FRAGMENTS["fields"]))
styles = mix(_samples("site.css"), (*_TEXTS, *_FRAGMENTS["styles"]))
images = mix(_samples("posts/*/*/*.png", "posts/*/*/*.jpg"), ("\x00", "\x7f", "IDAT", "acTL", "RIFF"))
keys = join((*_TEXTS, *_FRAGMENTS["keys"]), 12)
messages = join((*_FRAGMENTS["keys"], *_FRAGMENTS["json"]), 30)
