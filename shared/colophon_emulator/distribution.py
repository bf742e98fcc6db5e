"""A CloudFront distribution as a function from a viewer's request to the response, by way of the edge cache.

Order of the steps: "Customize at the edge" in the CloudFront Developer Guide. An edge function is not called for a
status of 400 and above from the origin, for a custom error page, or for a response of another edge function.
"""

from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import unquote_plus

from msgspec import Struct
from msgspec.structs import replace

from colophon_emulator.deployment import Deployment
from colophon_emulator.edge_cache import CachePolicy, EdgeCache, OriginResponse, read_cache_policy
from colophon_emulator.edge_function import EdgeFunction, EdgeFunctionError, ViewerRequest, ViewerResponse
from colophon_emulator.errors import EmulationError

# A key of the origin bucket -> status (404 for a missing key), headers (names in lower case), body.
Fetch: TypeAlias = Callable[[str], tuple[int, Mapping[str, str], bytes]]
_BODY_HEADERS = ("content-length", "content-type", "content-encoding", "content-language", "transfer-encoding")


class Distribution(Struct, frozen=True):
    """The properties of the distribution that a viewer can notice. ``error_pages``: status -> new status, page path."""

    allowed_methods: frozenset[str]
    default_root: str
    error_pages: Mapping[int, tuple[int, str]]
    added_headers: Mapping[str, str]
    removed_headers: frozenset[str]
    request_function: EdgeFunction | None
    response_function: EdgeFunction | None
    cache_policy: CachePolicy

    def respond(self, request: ViewerRequest, fetch: Fetch, cache: EdgeCache | None = None) -> ViewerResponse:
        """The response to ``request``.

        ``fetch`` is the origin; it is called for at most two keys, and for each request without a ``cache``.
        """
        if request.method not in self.allowed_methods:
            return _add_cache_headers(self._apply_policy(_plain_text(403, "This site can only be read.")), "Error")
        try:
            return self._respond(request, fetch, cache or EdgeCache())
        except EdgeFunctionError as error:
            return _add_cache_headers(_plain_text(503, str(error)), "FunctionExecutionError")

    def _respond(self, request: ViewerRequest, fetch: Fetch, cache: EdgeCache) -> ViewerResponse:
        rewritten = self.request_function.on_request(request) if self.request_function else request
        if isinstance(rewritten, ViewerResponse):
            return _add_cache_headers(rewritten, "FunctionGeneratedResponse")
        found = cache.get(rewritten.uri, lambda: self._fetch_or_error_page(rewritten.uri, fetch, cache))
        return _add_cache_headers(self._present(request, rewritten, found.response), found.result, found.age)

    def _present(self, request: ViewerRequest, rewritten: ViewerRequest, found: OriginResponse) -> ViewerResponse:
        response = ViewerResponse(found.status, _reason(found.status), found.headers, found.body)
        if found.status >= 400:
            return self._apply_policy(response)
        if _is_not_modified(request, found.headers):
            headers = {name: value for name, value in found.headers.items() if name not in _BODY_HEADERS}
            response = ViewerResponse(304, _reason(304), headers)
        response = self._apply_policy(response)
        return self.response_function.on_response(rewritten, response) if self.response_function else response

    def _fetch_or_error_page(self, uri: str, fetch: Fetch, cache: EdgeCache) -> OriginResponse:
        response = self._fetch(uri, fetch)
        if response.status not in self.error_pages:
            return response
        return self._find_error_page(response, fetch, cache)

    def _find_error_page(self, error: OriginResponse, fetch: Fetch, cache: EdgeCache) -> OriginResponse:
        """The custom page for ``error``, with the error's TTL. The page itself is cached with its own."""
        status, uri = self.error_pages[error.status]
        page = cache.get(uri, lambda: self._fetch(uri, fetch)).response
        return replace(error, status=status, headers=page.headers, body=page.body) if page.status == 200 else error

    def _fetch(self, uri: str, fetch: Fetch) -> OriginResponse:
        status, headers, body = fetch(self._key_for(uri))
        ttl, tags = self.cache_policy.compute_ttl(status, headers), self.cache_policy.parse_tags(headers)
        return OriginResponse(status, headers, body, ttl, tags)

    def _key_for(self, uri: str) -> str:
        """S3 reads a plus sign in a path as a space; a plus sign in a key has to be sent as %2B."""
        return unquote_plus(uri.removeprefix("/")) or self.default_root

    def _apply_policy(self, response: ViewerResponse) -> ViewerResponse:
        kept = {name: value for name, value in response.headers.items() if name not in self.removed_headers}
        return ViewerResponse(response.status, response.reason, {**kept, **self.added_headers}, response.body)


def load_distribution(deployment: Deployment) -> Distribution:
    """The distribution of ``deployment``, with its edge functions compiled.

    Raises EmulationError when there is not exactly one.
    """
    found = list(deployment.of_type("AWS::CloudFront::Distribution"))
    if len(found) != 1:
        raise EmulationError(f"The template has {len(found)} distributions; exactly one can be emulated.")
    config: Mapping[str, Any] = found[0].properties["DistributionConfig"]
    behaviour = config["DefaultCacheBehavior"]
    added, removed = _read_headers_policy(deployment, behaviour.get("ResponseHeadersPolicyId"))
    functions = {
        association["EventType"]: _load_edge_function(deployment, association["FunctionARN"])
        for association in behaviour.get("FunctionAssociations", [])
    }
    return Distribution(
        allowed_methods=frozenset(behaviour.get("AllowedMethods", ["GET", "HEAD"])),
        default_root=config.get("DefaultRootObject", ""),
        error_pages={
            int(error["ErrorCode"]): (int(error["ResponseCode"]), error["ResponsePagePath"])
            for error in config.get("CustomErrorResponses", [])
            if "ResponsePagePath" in error
        },
        added_headers=added,
        removed_headers=removed,
        request_function=functions.get("viewer-request"),
        response_function=functions.get("viewer-response"),
        cache_policy=read_cache_policy(deployment, config),
    )


def _load_edge_function(deployment: Deployment, arn: str) -> EdgeFunction:
    for resource in deployment.of_type("AWS::CloudFront::Function"):
        if arn in (resource.attributes["FunctionARN"], resource.ref):
            return EdgeFunction(resource.logical_id, resource.properties["FunctionCode"])
    raise EmulationError(f"The distribution names the edge function {arn}, which is not in the template.")


def _read_headers_policy(deployment: Deployment, policy_id: str | None) -> tuple[dict[str, str], frozenset[str]]:
    """The headers that a response headers policy adds, and the names of those it removes, all in lower case."""
    if policy_id is None:
        return {}, frozenset()
    for resource in deployment.of_type("AWS::CloudFront::ResponseHeadersPolicy"):
        if resource.ref == policy_id:
            config = resource.properties["ResponseHeadersPolicyConfig"]
            custom = config.get("CustomHeadersConfig", {}).get("Items", [])
            added = _security_headers(config.get("SecurityHeadersConfig", {}))
            added.update({header["Header"].lower(): header["Value"] for header in custom})
            removed = config.get("RemoveHeadersConfig", {}).get("Items", [])
            return added, frozenset(header["Header"].lower() for header in removed)
    raise EmulationError(f"The distribution names the headers policy {policy_id}, which is not in the template.")


def _security_headers(config: Mapping[str, Any]) -> dict[str, str]:
    headers: dict[str, str] = {}
    if policy := config.get("ContentSecurityPolicy"):
        headers["content-security-policy"] = policy["ContentSecurityPolicy"]
    if config.get("ContentTypeOptions"):
        headers["x-content-type-options"] = "nosniff"
    if referrer := config.get("ReferrerPolicy"):
        headers["referrer-policy"] = referrer["ReferrerPolicy"]
    if transport := config.get("StrictTransportSecurity"):
        headers["strict-transport-security"] = _transport_security(transport)
    return headers


def _transport_security(config: Mapping[str, Any]) -> str:
    parts = [f"max-age={config['AccessControlMaxAgeSec']}"]
    parts += ["includeSubDomains"] if _is_true(config.get("IncludeSubdomains")) else []
    parts += ["preload"] if _is_true(config.get("Preload")) else []
    return "; ".join(parts)


def _is_true(value: object) -> bool:
    return str(value).lower() == "true"


def _is_not_modified(request: ViewerRequest, headers: Mapping[str, str]) -> bool:
    """If-None-Match decides if it is present, else If-Modified-Since (RFC 9110, 13.2.2)."""
    if (tags := request.headers.get("if-none-match")) is not None:
        held = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return "*" in held or headers.get("etag", "") in held
    since, changed = request.headers.get("if-modified-since"), headers.get("last-modified")
    if since is None or changed is None:
        return False
    try:
        return parsedate_to_datetime(changed) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False


def _add_cache_headers(response: ViewerResponse, result: str, age: int | None = None) -> ViewerResponse:
    """The response with CloudFront's own headers, which no edge function sees."""
    own = {"x-cache": f"{result} from cloudfront", **({} if age is None else {"age": str(age)})}
    return replace(response, headers={**response.headers, **own})


def _plain_text(status: int, text: str) -> ViewerResponse:
    headers = {"content-type": "text/plain; charset=utf-8"}
    return ViewerResponse(status, _reason(status), headers, (text + "\n").encode())


def _reason(status: int) -> str:
    return HTTPStatus(status).phrase
