"""Hostile bodies on whole pages, checked by html5lib and by DOMPurify."""

import pytest

from tests.hostile import installed_lists, lists
from tests.hostile.bodies import bodies, check_body
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


def test_a_body_stays_in_its_element_and_has_only_allowed_elements() -> None:
    checked = [check_body(body) for body in _share()]
    assert [(each.body, each.faults) for each in checked if each.faults] == []
    assert sum(bool(each.html) for each in checked) > len(checked) / 3


def test_the_control_flags_bodies_without_the_sanitizer() -> None:
    share = _share()
    assert flag_bodies(share).faulty > len(share) / 8


@pytest.mark.usefixtures("_lists")
def test_dompurify_removes_nothing() -> None:
    checked = [each for each in map(check_body, _share()) if each.html]
    removed = find_removed([each.html for each in checked])
    assert [(each.body, names) for each, names in zip(checked, removed, strict=True) if names] == []


@pytest.mark.usefixtures("_lists")
def test_dompurify_finds_elements_that_are_not_allowed() -> None:
    hostile = ["<p onclick=x>y</p>", "<a href=javascript:x>y</a>", "<svg><script>x</script></svg>", "<form>x</form>"]
    assert all(find_removed(hostile))
    assert find_removed(['<p>x</p><figure id="p1"><img src="/a.jpg" alt="x"></figure>']) == [[]]
