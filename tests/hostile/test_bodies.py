"""Hostile bodies, whole pages: as html5lib sees them, and as DOMPurify does."""

import pytest

from tests.hostile import installed_lists, lists
from tests.hostile.bodies import bodies, judge
from tests.hostile.control import flag_bodies
from tests.hostile.purify import find_removed
from tests.rotating_seeds import share_of_the_day

_DAYS = 16


def _share() -> list[str]:
    more = () if installed_lists.describe_missing() else (*lists.commonmark_examples(), *lists.naughty_strings())
    return list(share_of_the_day(bodies(more), _DAYS))


@pytest.fixture(scope="module")
def _lists() -> None:
    if missing := installed_lists.describe_missing():
        if installed_lists.is_required():
            pytest.fail(f"The lists are required: {missing}.")
        pytest.skip(f"Needs the lists: {missing}.")


def test_nothing_of_a_body_is_outside_of_it_and_nothing_in_it_off_the_list() -> None:
    judged = [judge(body) for body in _share()]
    assert [(each.body, each.faults) for each in judged if each.faults] == []
    assert sum(bool(each.html) for each in judged) > 50


def test_the_control_flags_bodies_without_the_sanitizer() -> None:
    share = _share()
    assert flag_bodies(share).faulty > len(share) / 8


@pytest.mark.usefixtures("_lists")
def test_dompurify_removes_nothing() -> None:
    judged = [each for each in map(judge, _share()) if each.html]
    removed = find_removed([each.html for each in judged])
    assert [(each.body, names) for each, names in zip(judged, removed, strict=True) if names] == []


@pytest.mark.usefixtures("_lists")
def test_dompurify_sees_what_is_off_the_list() -> None:
    hostile = ["<p onclick=x>y</p>", "<a href=javascript:x>y</a>", "<svg><script>x</script></svg>", "<form>x</form>"]
    assert all(find_removed(hostile))
    assert find_removed(['<p>x</p><figure id="p1"><img src="/a.jpg" alt="x"></figure>']) == [[]]
