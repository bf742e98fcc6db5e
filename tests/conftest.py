"""For every test."""

import gc


def pytest_sessionstart() -> None:
    """Look for garbage a tenth as often: a run makes little, and looking through five thousand tests for it is dear."""
    gc.set_threshold(20_000, 20, 20)
