"""Progress where there is no terminal: a line now and then, so that the log of a pipeline shows that work goes on."""

import pytest

from colophon_cli import terminal
from colophon_cli.terminal import progress


def test_long_work_prints_lines_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "_BETWEEN_LINES", 0.0)
    with progress("comparing") as bar:
        bar.at(1, 2_000)
        bar.at(1_200, 2_000, "waiting for outcomes")
        bar.close()
        bar.advance(3)
    assert capsys.readouterr() == ("", "comparing: 1 of 2,000\nwaiting for outcomes: 1,200 of 2,000\ncomparing: 3\n")


def test_short_work_prints_nothing_there(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("comparing", 3) as bar:
        bar.advance(3)
    assert capsys.readouterr() == ("", "")
