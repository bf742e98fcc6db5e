"""``colophon republish`` before it reads anything: what it accepts."""

import pytest

from tests.cli.conftest import Run


@pytest.mark.parametrize(
    "words", [(), ("--all", "--stale"), ("--all", "--clinic", "sorae"), ("--since", "yesterday"), ("--dry-run",)]
)
def test_what_does_not_say_which_posts_is_misused(words: tuple[str, ...], run: Run) -> None:
    assert run("republish", *words).exit_code == 2
