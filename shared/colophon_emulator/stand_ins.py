"""Resources that are only named here: other resources refer to them, and the site server reads their properties."""

import hashlib

from colophon_emulator.making import Made, Making
from colophon_emulator.names import arn
from colophon_emulator.properties import Properties


def make_log_group(making: Making) -> Made:
    """A name to refer to; what functions log is kept by the runner."""
    name = making.name("LogGroupName", 512)
    return Made(name, {"Arn": arn("logs", f"log-group:{name}:*")})


def make_distribution(making: Making) -> Made:
    """An id and a host name; the site server answers as the taken properties say."""
    configuration = making.properties.inside("DistributionConfig")
    _take(configuration, "DefaultRootObject", "CacheTagConfig")
    for error in configuration.each("CustomErrorResponses"):
        _take(error, "ErrorCode", "ResponseCode", "ResponsePagePath", "ErrorCachingMinTTL")
    behaviour = configuration.inside("DefaultCacheBehavior")
    _take(behaviour, "AllowedMethods", "CachedMethods", "CachePolicyId")
    _take(behaviour, "FunctionAssociations", "ResponseHeadersPolicyId")
    identity = _identity(making)
    return Made(f"E{identity}", {"Id": f"E{identity}", "DomainName": f"d{identity.lower()}.cloudfront.net"})


def make_cache_policy(making: Making) -> Made:
    """An id; the site server keeps answers as the policy says, and refuses one that looks at more than the path."""
    configuration = making.properties.inside("CachePolicyConfig")
    _take(configuration, "MinTTL", "DefaultTTL", "MaxTTL")
    key = configuration.inside("ParametersInCacheKeyAndForwardedToOrigin")
    _take(key, "CookiesConfig", "HeadersConfig", "QueryStringsConfig")
    return make_by_id(making)


def make_edge_function(making: Making) -> Made:
    """An ARN; the site server runs the code."""
    making.properties.take("FunctionCode")
    name = making.name("Name", 64)
    function_arn = arn("cloudfront", f"function/{name}", region="")
    return Made(function_arn, {"FunctionARN": function_arn, "Stage": "LIVE"})


def make_headers_policy(making: Making) -> Made:
    """An id; the site server sends the headers."""
    configuration = making.properties.inside("ResponseHeadersPolicyConfig")
    _take(configuration, "CustomHeadersConfig", "RemoveHeadersConfig")
    security = configuration.inside("SecurityHeadersConfig")
    _take(security, "ContentSecurityPolicy", "ContentTypeOptions", "ReferrerPolicy", "StrictTransportSecurity")
    return make_by_id(making)


def make_by_id(making: Making) -> Made:
    """Something that is known by its id alone."""
    identity = _identity(making)
    return Made(identity, {"Id": identity})


def make_topic(making: Making) -> Made:
    """A topic that nobody hears."""
    name = making.name("TopicName", 256)
    return Made(arn("sns", name), {"TopicArn": arn("sns", name), "TopicName": name})


def make_by_name(making: Making) -> Made:
    """Something that is referred to, if at all, by a name and an ARN."""
    service, kind = making.resource_type.split("::")[1:]
    name = making.logical_id.replace("/", "-")
    return Made(name, {"Arn": arn(service.lower(), f"{kind.lower()}:{name}")})


def _take(properties: Properties, *names: str) -> None:
    for name in names:
        properties.take(name)


def _identity(making: Making) -> str:
    return hashlib.sha256(f"{making.stack_name}/{making.logical_id}".encode()).hexdigest()[:13].upper()
