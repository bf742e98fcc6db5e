"""What can't be read is passed over, told once for each reason, and counted each time; what may pass is not."""

from collections.abc import Sequence

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from colophon.problem import Unavailable
from colophon.stores.table import Conflict
from colophon.verbs.skipping import Skips, read_or_skip

NAMES = tuple(range(11))


def read(bad: dict[int, Exception]) -> tuple[list[int], list[str], int]:
    """What is read of all names but those that are ``bad``, what is told of these, and their number."""
    told: list[str] = []
    skips = Skips(told.append)

    def read_some(names: Sequence[int]) -> list[int]:
        for name in names:
            if name in bad:
                raise bad[name]
        return list(names)

    found = [name for some in read_or_skip(NAMES, read_some, str, skips) for name in some]
    return found, told, skips.count


@pytest.mark.parametrize("bad", [(), (0,), (10,), (5,), (0, 10), (4, 5, 6), NAMES])
def test_all_others_are_read_in_order(bad: tuple[int, ...]) -> None:
    found, told, count = read({name: ValueError("broken") for name in bad})
    assert found == [name for name in NAMES if name not in bad]
    assert count == len(bad)
    assert told == ([f"Passed over {bad[0]}. ValueError: broken"] if bad else [])


def test_each_reason_is_told_once_and_no_more_than_an_operator_reads() -> None:
    told: list[str] = []
    skips = Skips(told.append)
    for number in range(60):
        skips.add(f"key {number}", ValueError(f"reason {number // 2}"))
    assert skips.count == 60
    assert told == [f"Passed over key {2 * number}. ValueError: reason {number}" for number in range(20)]


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "ThrottlingException"}}, "GetItem"),
        ConnectTimeoutError(endpoint_url="https://dynamodb.example"),
        Conflict("row"),
        Unavailable("the index"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_aws_answers_is_about_no_key(error: Exception) -> None:
    with pytest.raises(type(error)):
        read({5: error})


def test_a_request_that_can_never_succeed_is_about_its_key() -> None:
    """As one with a key that is too long."""
    found, _, count = read({5: ClientError({"Error": {"Code": "ValidationException"}}, "GetItem")})
    assert (len(found), count) == (10, 1)


def test_nothing_is_read_of_nothing() -> None:
    def refuse(_: Sequence[int]) -> None:
        raise AssertionError

    assert list(read_or_skip((), refuse, str, Skips())) == []
