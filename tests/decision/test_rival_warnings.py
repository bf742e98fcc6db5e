"""What a report says of other posts that claim the same earlier address: it names its own clinic's only."""

import pytest

from colophon.decision.redirects import Rivals, rival_warnings
from colophon.upload.keys import PageRef, PostRef

PAGE = PageRef(PostRef("sorae", "cough"), "en")


@pytest.mark.parametrize(
    ("posts", "text"),
    [
        (("sorae/ear", "sorae/nose"), "by other posts (sorae/ear, sorae/nose). It"),
        (("dalbit/ear", "sorae/nose"), "by other posts (sorae/nose) and by posts of other clinics. It"),
        (("dalbit/ear", "dalbit/nose"), "by posts of other clinics. It"),
    ],
)
def test_posts_of_other_clinics_are_not_named(posts: tuple[str, ...], text: str) -> None:
    (warning,) = rival_warnings(PAGE, "haneul/cold", Rivals(posts, has_page=False, withdrawals=()))
    assert f"haneul/cold is also claimed {text}" in warning.what
