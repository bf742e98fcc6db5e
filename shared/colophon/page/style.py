"""The style sheets, each under the hash of its content: ours goes out with the code, a site may have its own."""

from functools import cache
from hashlib import sha256
from importlib.resources import files


@cache
def style_sheet() -> tuple[str, bytes]:
    """The site bucket's key, ``assets/style.<hash>.css``, and the bytes that belong there."""
    sheet = (files("colophon") / "templates" / "style.css").read_bytes()
    return _key("style", sheet), sheet


def style_path() -> str:
    """The path that pages link to."""
    return f"/{style_sheet()[0]}"


def site_style_key(sheet: bytes) -> str:
    """The site bucket's key for a deployer's own ``sheet``, ``assets/site.<hash>.css``."""
    return _key("site", sheet)


def _key(name: str, sheet: bytes) -> str:
    return f"assets/{name}.{sha256(sheet).hexdigest()[:12]}.css"
