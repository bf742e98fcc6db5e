"""The one place where an exception becomes a message and an exit code."""

from collections.abc import Iterator

from colophon.problem import Misconfigured, Refused, Unavailable
from colophon_emulator.errors import EmulationError, NotIdle
from colophon_ops.errors import Misused

DONE, REFUSED, MISUSED, UNAVAILABLE, INTERRUPTED = 0, 1, 2, 3, 130

# AWS error codes that a later retry may not get. All others persist until something is changed.
_TRANSIENT = frozenset({"InternalError", "RequestTimeout", "ServiceUnavailable", "SlowDown", "RequestLimitExceeded"})
_SETUP = ("NoCredentials", "PartialCredentials", "ProfileNotFound", "NoRegion", "InvalidRegion", "InvalidConfig")
_NETWORK = ("Connection", "Connect", "Timeout", "ProxyConnection", "HTTPClient", "SSL", "IncompleteRead")


def explain(error: Exception) -> tuple[int, str] | None:
    """The exit code and the message for ``error``; None for an unexpected one, which is a bug."""
    match error:
        case Refused(problems=problems):
            return REFUSED, " ".join(f"{problem.what} {problem.fix}" for problem in problems)
        case Misused() | Misconfigured() | EmulationError():
            return MISUSED, str(error)
        case Unavailable() | NotIdle():
            return UNAVAILABLE, str(error)
        case OSError(filename=str(name), strerror=str(reason)):
            return MISUSED, f"{name}: {reason}."
        case ImportError(name=str(name)) if not name.startswith("colophon"):
            return MISUSED, f"The Python package “{name}” is not installed; this command needs it."
    return next(_explain_aws(error), None)


def _explain_aws(error: Exception) -> Iterator[tuple[int, str]]:
    if not type(error).__module__.startswith(("botocore.", "boto3.")):
        return
    names = [kind.__name__ for kind in type(error).__mro__]
    if "ClientError" in names:
        yield _explain_client_error(error)
    elif any(name.startswith(_SETUP) for name in names):
        yield MISUSED, f"{error} Set AWS_PROFILE and AWS_REGION, or log in again."
    elif any(name.startswith(_NETWORK) for name in names):
        yield UNAVAILABLE, f"{error}"


def _explain_client_error(error: Exception) -> tuple[int, str]:
    answer = error.response  # type: ignore[attr-defined]
    code, status = str(answer["Error"].get("Code", "")), answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    transient = code in _TRANSIENT or "Throttl" in code or "Throughput" in code or status >= 500
    return UNAVAILABLE if transient else MISUSED, f"AWS returned an error: {error}"
