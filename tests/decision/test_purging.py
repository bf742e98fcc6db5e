"""Tags gathered: as few as they can be, and never one too few."""

import pytest

from colophon.decision.purging import gathered


@pytest.mark.parametrize(
    ("sent", "asked"),
    [
        ([], []),
        (["p:sorae/cough", "p:sorae/cough"], ["p:sorae/cough"]),
        (["p:sorae/cough", "l:en"], ["l:en", "p:sorae/cough"]),
        (["p:sorae/cough", "p:sorae/fever"], ["c:sorae"]),
        (["p:sorae/cough", "p:haneul/cough"], ["p:haneul/cough", "p:sorae/cough"]),
        (["p:sorae/cough", "c:sorae", "p:soraeul/cough"], ["c:sorae", "p:soraeul/cough"]),
        (["l:en", "l:ko"], ["l:en", "l:ko"]),
        (["l:en", "l:ko", "l:ja", "p:sorae/cough"], ["listings", "p:sorae/cough"]),
        (["listings", "l:en"], ["listings"]),
        (["l:zh-Hans", "l:zh-hans"], ["l:zh-hans"]),
    ],
)
def test_many_posts_are_their_clinic_and_many_languages_are_all_listings(sent: list[str], asked: list[str]) -> None:
    assert list(gathered(sent)) == asked
    assert gathered(reversed(sent)) == gathered(sent)
