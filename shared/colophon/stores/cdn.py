"""The CDN: a CloudFront distribution, whose cached copies are purged by cache tag."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError, HTTPClientError

from colophon.problem import Unavailable

if TYPE_CHECKING:
    from types_boto3_cloudfront import CloudFrontClient

_RETRYABLE_CODES = ("TooManyInvalidationsInProgress", "Throttling", "ThrottlingException", "RequestLimitExceeded")


class Cdn:
    """One CloudFront distribution."""

    def __init__(self, client: "CloudFrontClient", distribution_id: str) -> None:
        self._client = client
        self._distribution_id = distribution_id

    def invalidate(self, tags: Sequence[str], reference: str) -> None:
        """Purge every cached copy that has one of ``tags``.

        A second call with the same ``reference`` and tags does nothing. Raises Unavailable if CloudFront does not
        accept the request now: a later retry may succeed.
        """
        items = [f"#{tag}" for tag in tags]
        batch = {"Paths": {"Quantity": len(items), "Items": items}, "CallerReference": reference}
        try:
            self._client.create_invalidation(DistributionId=self._distribution_id, InvalidationBatch=batch)  # type: ignore[arg-type]
        except ClientError as error:
            code, status = error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
            if code in _RETRYABLE_CODES or status >= 500:
                raise Unavailable(f"CloudFront did not accept the invalidation of {len(items)} tags: {code}") from error
            raise
        except HTTPClientError as error:
            raise Unavailable("CloudFront did not answer") from error
