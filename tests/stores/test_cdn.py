"""Invalidations: one request for all tags, which a repeated reference does not make again, and what may be retried."""

import pytest
from botocore.exceptions import ClientError

from colophon.problem import Unavailable
from colophon.stores.cdn import Cdn
from tests.stores.stubbed import Call, expecting

PARAMS = {
    "DistributionId": "E1",
    "InvalidationBatch": {"Paths": {"Quantity": 2, "Items": ["#p:a/b", "#l:en"]}, "CallerReference": "reference"},
}


def test_all_tags_are_in_one_request_with_the_callers_reference() -> None:
    with expecting("cloudfront", Call("create_invalidation", PARAMS, {})) as client:
        Cdn(client, "E1").invalidate(["p:a/b", "l:en"], "reference")


@pytest.mark.parametrize(
    ("code", "status", "raised"),
    [
        ("TooManyInvalidationsInProgress", 400, Unavailable),
        ("Throttling", 400, Unavailable),
        ("ServiceUnavailable", 503, Unavailable),
        ("InternalError", 500, Unavailable),
        ("AccessDenied", 403, ClientError),
        ("InvalidArgument", 400, ClientError),
    ],
)
def test_only_what_may_succeed_later_is_retried(code: str, status: int, raised: type[Exception]) -> None:
    call = Call("create_invalidation", PARAMS, error=code, status=status)
    with expecting("cloudfront", call) as client, pytest.raises(raised):
        Cdn(client, "E1").invalidate(["p:a/b", "l:en"], "reference")
