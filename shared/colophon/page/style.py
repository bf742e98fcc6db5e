"""The style sheet: it goes out with the code, under the hash of its content."""

from functools import cache
from hashlib import sha256
from importlib.resources import files


@cache
def style_sheet() -> tuple[str, bytes]:
    """The site bucket's key, ``assets/style.<hash>.css``, and the bytes that belong there."""
    sheet = (files("colophon") / "templates" / "style.css").read_bytes()
    return f"assets/style.{sha256(sheet).hexdigest()[:12]}.css", sheet


def style_path() -> str:
    """The path that pages link to."""
    return f"/{style_sheet()[0]}"
