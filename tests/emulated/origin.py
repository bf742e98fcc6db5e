"""The site bucket as CloudFront reads it: for the local site server."""

from collections.abc import Mapping

from botocore.exceptions import ClientError

from colophon.local.distribution import Fetch
from colophon.local.stack import LocalStack

_MOTO = "x-amzn-requestid"


def origin(stack: LocalStack) -> Fetch:
    """Answers for one key as S3 does: status, headers with the object's own metadata, content."""
    s3 = stack.client("s3")

    def fetch(key: str) -> tuple[int, Mapping[str, str], bytes]:
        try:
            stored = s3.get_object(Bucket=stack.site_bucket, Key=key)
        except ClientError as error:
            answer = error.response["ResponseMetadata"]
            return answer["HTTPStatusCode"], answer["HTTPHeaders"], b""
        # moto names its requests in a header that S3 does not send.
        headers = {name: value for name, value in stored["ResponseMetadata"]["HTTPHeaders"].items() if name != _MOTO}
        return 200, headers, stored["Body"].read()

    return fetch
