"""A small inbox for every test."""

from pathlib import Path

import pytest

from tests.small_inbox import small_inbox


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Two clinics with three posts: live, with an image and ※ lines, withdrawn."""
    return small_inbox(tmp_path / "inbox")
