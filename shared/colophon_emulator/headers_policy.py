"""A response headers policy of the template: the headers that it adds to every answer and takes from it."""

from collections.abc import Mapping
from typing import Any

from colophon_emulator.deployment import Deployment
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
