"""What the report of a file with the name of no language advises: a name that the site takes."""

import pytest

from colophon.decision.stray import StrayRow, decide_stray
from colophon.upload.versions import Version


@pytest.mark.parametrize(
    ("written", "fix"),
    [
        ("en-gb", "Name the file en.md. If site.yaml lists en-GB, name it en-GB.md."),
        ("en_AU", "Name the file en.md. If site.yaml lists en-AU, name it en-AU.md."),
        ("zh-hans-sg", "Name the file zh-Hans.md. If site.yaml lists zh-Hans-SG, name it zh-Hans-SG.md."),
        ("en_US", "Name the file en.md."),
        ("zh-hans-cn", "Name the file zh-Hans.md."),
        ("EN", "Name the file en.md."),
        ("english", "Name the file en.md."),
    ],
)
def test_a_tag_in_another_spelling_is_told_the_language_and_the_region(written: str, fix: str) -> None:
    key = f"posts/a-clinic/a-post/{written}.md"
    outcome = decide_stray(StrayRow(key), Version(key, "1")).outcome
    assert outcome is not None
    assert outcome.problems[0].fix == fix
