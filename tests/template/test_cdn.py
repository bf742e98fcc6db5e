"""The distribution: what a reader's request may carry, and what every answer says."""

from typing import Any

import pytest

from colophon_emulator.deployment import Deployment

CSP = (
    "default-src 'none'; img-src 'self'; style-src 'self'; font-src 'self'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@pytest.fixture(scope="module")
def config(stack: Deployment) -> dict[str, Any]:
    (distribution,) = stack.of_type("AWS::CloudFront::Distribution")
    return dict(distribution.properties["DistributionConfig"])


def test_the_path_alone_tells_two_answers_apart(stack: Deployment, config: dict[str, Any]) -> None:
    (policy,) = stack.of_type("AWS::CloudFront::CachePolicy")
    assert config["DefaultCacheBehavior"]["CachePolicyId"] == policy.ref
    assert policy.properties["CachePolicyConfig"]["ParametersInCacheKeyAndForwardedToOrigin"] == {
        "CookiesConfig": {"CookieBehavior": "none"},
        "HeadersConfig": {"HeaderBehavior": "none"},
        "QueryStringsConfig": {"QueryStringBehavior": "none"},
        "EnableAcceptEncodingBrotli": True,
        "EnableAcceptEncodingGzip": True,
    }
    assert policy.properties["CachePolicyConfig"]["MinTTL"] == 0
    assert "OriginRequestPolicyId" not in config["DefaultCacheBehavior"]
    assert "CacheBehaviors" not in config


def test_an_object_is_purged_by_the_tags_that_publish_gave_it(config: dict[str, Any]) -> None:
    assert config["CacheTagConfig"] == {"HeaderName": "x-amz-meta-cache-tag"}


def test_an_error_lives_ten_seconds_and_only_a_missing_page_gets_the_404_page(config: dict[str, Any]) -> None:
    errors = {error["ErrorCode"]: error for error in config["CustomErrorResponses"]}
    assert {error["ErrorCachingMinTTL"] for error in errors.values()} == {10}
    assert set(errors) == {403, 404, 500, 502, 503, 504}
    pages = {code: (each["ResponsePagePath"], each["ResponseCode"]) for code, each in errors.items() if len(each) > 2}
    assert pages == {404: ("/404.html", 404)}


def test_the_site_is_read_only_and_never_in_the_clear(config: dict[str, Any]) -> None:
    behaviour = config["DefaultCacheBehavior"]
    assert behaviour["AllowedMethods"] == ["GET", "HEAD"]
    assert behaviour["ViewerProtocolPolicy"] == "redirect-to-https"
    assert config["HttpVersion"] == "http2and3"


def test_the_bucket_is_reached_by_origin_access_control(stack: Deployment, config: dict[str, Any]) -> None:
    (access,) = stack.of_type("AWS::CloudFront::OriginAccessControl")
    (origin,) = config["Origins"]
    assert access.properties["OriginAccessControlConfig"]["SigningBehavior"] == "always"
    assert origin["OriginAccessControlId"] == access.attributes["Id"]
    assert origin["S3OriginConfig"] == {"OriginAccessIdentity": ""}
    assert origin["DomainName"] == stack.resources["SiteBucket"].attributes["RegionalDomainName"]


def test_every_answer_carries_the_policy_against_foreign_content(stack: Deployment, config: dict[str, Any]) -> None:
    (policy,) = stack.of_type("AWS::CloudFront::ResponseHeadersPolicy")
    assert config["DefaultCacheBehavior"]["ResponseHeadersPolicyId"] == policy.ref
    headers = policy.properties["ResponseHeadersPolicyConfig"]
    security = headers["SecurityHeadersConfig"]
    assert security["ContentSecurityPolicy"] == {"ContentSecurityPolicy": CSP, "Override": True}
    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000
    assert set(security) == {"ContentSecurityPolicy", "ContentTypeOptions", "ReferrerPolicy", "StrictTransportSecurity"}
    assert all(header["Override"] is True for header in security.values())
    custom = {header["Header"]: header["Value"] for header in headers["CustomHeadersConfig"]["Items"]}
    assert custom["cross-origin-opener-policy"] == "same-origin"
    assert "geolocation=()" in custom["permissions-policy"]


def test_the_headers_policy_leaves_the_edge_function_what_it_reads(stack: Deployment) -> None:
    (policy,) = stack.of_type("AWS::CloudFront::ResponseHeadersPolicy")
    items = policy.properties["ResponseHeadersPolicyConfig"]["RemoveHeadersConfig"]["Items"]
    removed = {item["Header"] for item in items}
    assert len(items) <= 10, "CloudFront's quota"
    assert removed.isdisjoint({"x-amz-meta-status", "x-amz-meta-location", "x-amz-meta-link"})
    assert {"x-amz-meta-rev", "x-amz-meta-fp", "x-amz-meta-cache-tag", "server"} <= removed


def test_without_a_domain_cloudfront_gives_the_address(stack: Deployment, config: dict[str, Any]) -> None:
    assert "Aliases" not in config
    assert config["ViewerCertificate"] == {"CloudFrontDefaultCertificate": True}
    assert stack.outputs["SiteUrl"] == f"https://{stack.outputs['DistributionDomain']}"


def test_a_domain_of_ones_own_is_served_with_modern_tls(own_domain: Deployment) -> None:
    (distribution,) = own_domain.of_type("AWS::CloudFront::Distribution")
    config = distribution.properties["DistributionConfig"]
    assert config["Aliases"] == ["posts.example.com"]
    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert config["ViewerCertificate"]["SslSupportMethod"] == "sni-only"
    assert own_domain.outputs["SiteUrl"] == "https://posts.example.com"
