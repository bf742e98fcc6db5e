"""A response headers policy of the template: the headers that it adds to every answer and takes from it.

One CloudFront distribution as a function: a reader's request in, the answer out, by way of what the edge keeps.

Order of the steps: CloudFront Developer Guide, "Customize at the edge". An edge function is not called for an origin's
status of 400 and above, for a custom error page, or for an answer that another edge function made.

"""

from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import unquote_plus

from msgspec import Struct
from msgspec.structs import replace

from colophon_emulator.deployment import Deployment
from colophon_emulator.edge_cache import CachePolicy, EdgeCache, Found, cache_policy
from colophon_emulator.edge_function import Answer, EdgeFault, EdgeFunction, Request
from colophon_emulator.errors import EmulationError


def headers_policy(deployment: Deployment, policy_id: str | None) -> tuple[dict[str, str], frozenset[str]]:
    """What the policy adds and what it removes, names in lower case. Raises EmulationError when there is none such."""
    for resource in deployment.of_type("AWS::CloudFront::ResponseHeadersPolicy"):
        if resource.ref == policy_id:
            config = resource.properties["ResponseHeadersPolicyConfig"]
            custom = config.get("CustomHeadersConfig", {}).get("Items", [])
            added = _security_headers(config.get("SecurityHeadersConfig", {}))
            added.update({header["Header"].lower(): header["Value"] for header in custom})
            removed = config.get("RemoveHeadersConfig", {}).get("Items", [])
            return added, frozenset(header["Header"].lower() for header in removed)
    if policy_id is None:
        return {}, frozenset()
    raise EmulationError(f"The distribution names the headers policy {policy_id}, which the template does not have.")


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
    parts += ["includeSubDomains"] if _true(config.get("IncludeSubdomains")) else []
    parts += ["preload"] if _true(config.get("Preload")) else []
    return "; ".join(parts)


def _true(value: object) -> bool:
    return str(value).lower() == "true"


# A key of the site bucket -> status, headers (names in lower case), body. 404 when it is not there.
Fetch: TypeAlias = Callable[[str], tuple[int, Mapping[str, str], bytes]]
_OF_A_BODY = ("content-length", "content-type", "content-encoding", "content-language", "transfer-encoding")


class Distribution(Struct, frozen=True):
    """What the template says of the distribution, as far as a reader can see it."""

    methods: frozenset[str]
    root: str
    error_pages: Mapping[int, tuple[int, str]]
    added: Mapping[str, str]
    removed: frozenset[str]
    on_request: EdgeFunction | None
    on_response: EdgeFunction | None
    policy: CachePolicy

    def answer(self, request: Request, fetch: Fetch, cache: EdgeCache | None = None) -> Answer:
        """The answer to ``request``. ``fetch`` stands for the origin and is asked for at most two keys; without a
        ``cache`` it is asked each time."""
        if request.method not in self.methods:
            return _via(self._with_policy(_plain(403, "This site can only be read.")), "Error")
        try:
            return self._answer(request, fetch, cache or EdgeCache())
        except EdgeFault as fault:
            return _via(_plain(503, str(fault)), "FunctionExecutionError")

    def _answer(self, request: Request, fetch: Fetch, cache: EdgeCache) -> Answer:
        asked = self.on_request.on_request(request) if self.on_request else request
        if isinstance(asked, Answer):
            return _via(asked, "FunctionGeneratedResponse")
        served = cache.ask(asked.uri, lambda: self._from_origin(asked.uri, fetch, cache))
        return _via(self._shown(request, asked, served.found), served.result, served.age)

    def _shown(self, request: Request, asked: Request, found: Found) -> Answer:
        if found.status >= 400:
            return self._with_policy(Answer(found.status, _reason(found.status), found.headers, found.body))
        answer = Answer(found.status, _reason(found.status), found.headers, found.body)
        if _not_modified(request, found.headers):
            kept = {name: value for name, value in found.headers.items() if name not in _OF_A_BODY}
            answer = Answer(304, _reason(304), kept)
        shown = self._with_policy(answer)
        return self.on_response.on_response(asked, shown) if self.on_response else shown

    def _from_origin(self, uri: str, fetch: Fetch, cache: EdgeCache) -> Found:
        found = self._said(uri, fetch)
        return found if found.status not in self.error_pages else self._error_page(found, fetch, cache)

    def _error_page(self, error: Found, fetch: Fetch, cache: EdgeCache) -> Found:
        """The page that stands for ``error``, kept as long as that: its own life is that of the page itself."""
        shown_as, uri = self.error_pages[error.status]
        page = cache.ask(uri, lambda: self._said(uri, fetch)).found
        return replace(error, status=shown_as, headers=page.headers, body=page.body) if page.status == 200 else error

    def _said(self, uri: str, fetch: Fetch) -> Found:
        status, headers, body = fetch(self._key(uri))
        return Found(status, headers, body, self.policy.life(status, headers), self.policy.tags(headers))

    def _key(self, uri: str) -> str:
        """S3 reads a plus sign in a path as a space; a key with one is asked for by %2B."""
        return unquote_plus(uri.removeprefix("/")) or self.root

    def _with_policy(self, answer: Answer) -> Answer:
        kept = {name: value for name, value in answer.headers.items() if name not in self.removed}
        return Answer(answer.status, answer.reason, {**kept, **self.added}, answer.body)


def distribution(deployment: Deployment) -> Distribution:
    """The one distribution of ``deployment``, its JavaScript compiled. Raises EmulationError when there is not one."""
    found = list(deployment.of_type("AWS::CloudFront::Distribution"))
    if len(found) != 1:
        raise EmulationError(f"The template has {len(found)} distributions; the local site can show one.")
    config: Mapping[str, Any] = found[0].properties["DistributionConfig"]
    behaviour = config["DefaultCacheBehavior"]
    added, removed = headers_policy(deployment, behaviour.get("ResponseHeadersPolicyId"))
    functions = {
        association["EventType"]: _edge_function(deployment, association["FunctionARN"])
        for association in behaviour.get("FunctionAssociations", [])
    }
    return Distribution(
        methods=frozenset(behaviour.get("AllowedMethods", ["GET", "HEAD"])),
        root=config.get("DefaultRootObject", ""),
        error_pages={
            int(error["ErrorCode"]): (int(error["ResponseCode"]), error["ResponsePagePath"])
            for error in config.get("CustomErrorResponses", [])
            if "ResponsePagePath" in error
        },
        added=added,
        removed=removed,
        on_request=functions.get("viewer-request"),
        on_response=functions.get("viewer-response"),
        policy=cache_policy(deployment, config),
    )


def _edge_function(deployment: Deployment, arn: str) -> EdgeFunction:
    for resource in deployment.of_type("AWS::CloudFront::Function"):
        if arn in (resource.attributes["FunctionARN"], resource.ref):
            return EdgeFunction(resource.logical_id, resource.properties["FunctionCode"])
    raise EmulationError(f"The distribution names the edge function {arn}, which the template does not have.")


def _not_modified(request: Request, headers: Mapping[str, str]) -> bool:
    """RFC 9110, 13.2.2: If-None-Match decides where it is given, else If-Modified-Since."""
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


def _via(answer: Answer, result: str, age: int | None = None) -> Answer:
    """The answer with CloudFront's own headers, which no edge function sees."""
    told = {"x-cache": f"{result} from cloudfront", **({} if age is None else {"age": str(age)})}
    return replace(answer, headers={**answer.headers, **told})


def _plain(status: int, text: str) -> Answer:
    headers = {"content-type": "text/plain; charset=utf-8"}
    return Answer(status, _reason(status), headers, (text + "\n").encode())


def _reason(status: int) -> str:
    return HTTPStatus(status).phrase
