"""Drawings as pictures."""

import io
from collections.abc import Callable

import pytest
from PIL import Image


@pytest.fixture
def picture() -> Callable[[bytes], Image.Image]:
    """Makes a picture of a PNG, by another library than ours."""
    return lambda content: Image.open(io.BytesIO(content)).convert("RGB")
