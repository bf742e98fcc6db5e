"""The pin of a text: a short digest that says which text a claim is about. README.md beside this file has examples."""

import hashlib
import re
import unicodedata
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Field

from colophon.upload.fields import display_value
from colophon.upload.unseen import strip_unseen
from colophon.upload.values import value_error

# 64 bits: two texts of one post don't get one pin by chance.
PIN_LENGTH = 16
_LINE_ENDS = "\r\n"
_DIGITS = re.compile(r"[0-9a-f]+")


def compute_pin(title: str, body: str) -> str:
    """The first 16 hex digits of the SHA-256 of ``title``, a line feed and ``body``, in UTF-8.

    ``title`` is the value in the front matter, ``body`` all that follows its closing line, both as uploaded. Only what
    a program changes by itself makes no difference: line ends, the form of Unicode, line feeds at the end.
    """
    text = f"{title}\n{body.rstrip(_LINE_ENDS)}".replace("\r\n", "\n").replace("\r", "\n")
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()[:PIN_LENGTH]


def is_pin(text: str) -> bool:
    """Whether ``text`` is written as a pin, but for what shows nothing around it."""
    pin = strip_unseen(text)
    return len(pin) == PIN_LENGTH and _DIGITS.fullmatch(pin) is not None


def parse_pin(value: object) -> object:
    """``value`` stripped, if it is written as a pin."""
    if not isinstance(value, str):
        return value
    pin = strip_unseen(value)
    if is_pin(pin):
        return pin
    what = f"“{display_value(value)}” is not a pin: {PIN_LENGTH} digits of 0-9 and a-f."
    raise value_error(what, _suggest_pin(pin.lower()))


def _suggest_pin(digits: str) -> str:
    if _DIGITS.fullmatch(digits) and len(digits) >= PIN_LENGTH:
        return f"Write its first {PIN_LENGTH} digits, in lower case: {digits[:PIN_LENGTH]}."
    return "Write what colophon pin prints for the text, or leave the field out if you don't know the text."


Pin: TypeAlias = Annotated[str, Field(pattern=f"^[0-9a-f]{{{PIN_LENGTH}}}$"), BeforeValidator(parse_pin)]
