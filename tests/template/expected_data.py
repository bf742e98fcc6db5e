"""What holds of buckets, index and distribution in the transformed templates."""

from collections.abc import Iterator

from tests.template.expectation import Expectation, expect, expect_that, find_statement, has
from tests.template.transformed import Break, Check, Templates, drop, get, put


def data_expectations() -> Iterator[Expectation]:
    yield from _buckets()
    yield from _index()
    yield from _distribution()


def _buckets() -> Iterator[Expectation]:
    for bucket in ("InboxBucket", "SiteBucket"):
        properties = f"{bucket}/Properties"
        for block in ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"):
            yield expect(f"{bucket}: {block}", f"{properties}/PublicAccessBlockConfiguration/{block}", True, False)
        yield Expectation(
            f"{bucket} is encrypted", has(properties, "BucketEncryption"), drop(f"{properties}/BucketEncryption")
        )
        statements = f"{bucket}Policy/Properties/PolicyDocument/Statement"
        yield Expectation(
            f"{bucket} speaks TLS only", _denies(statements, "TlsOnly", "s3:*"), _allow(statements, "TlsOnly")
        )
    yield expect(
        "The inbox keeps versions", "InboxBucket/Properties/VersioningConfiguration/Status", "Enabled", "Suspended"
    )
    yield expect("The inbox outlives the stack", "InboxBucket/DeletionPolicy", "RetainExceptOnCreate", "Delete")
    yield expect("The inbox outlives a change of name", "InboxBucket/UpdateReplacePolicy", "Retain", "Delete")
    yield expect("The site goes with the stack", "SiteBucket/DeletionPolicy", "Delete", "Retain")
    yield Expectation(
        "Nothing that was uploaded expires",
        _expires_reports_alone,
        put("InboxBucket/Properties/LifecycleConfiguration/Rules/0/Prefix", "posts/"),
    )
    yield expect(
        "Parts of uploads that were never completed go",
        "InboxBucket/Properties/LifecycleConfiguration/Rules/1/AbortIncompleteMultipartUpload/DaysAfterInitiation",
        7,
        None,
    )
    notifications = "InboxBucket/Properties/NotificationConfiguration/QueueConfigurations"
    yield Expectation(
        "Six notifications, none for reports", _notifies, put(f"{notifications}/0/Filter/S3Key/Rules/0/Value", "")
    )
    yield from _report_events()
    statements = "SiteBucketPolicy/Properties/PolicyDocument/Statement"
    yield Expectation(
        "The site takes no PUT without a condition",
        _denies(statements, "ConditionalPutsOnly", "s3:PutObject"),
        _allow(statements, "ConditionalPutsOnly"),
    )
    for sid in ("NoCustomerKeys", "NoKmsKeys"):
        statements = "InboxBucketPolicy/Properties/PolicyDocument/Statement"
        yield Expectation(f"The inbox: {sid}", _denies(statements, sid, "s3:PutObject"), _allow(statements, sid))


def _report_events() -> Iterator[Expectation]:
    condition, nothing = "HasReportTopic", {"Ref": "AWS::NoValue"}
    topics = "InboxBucket/Properties/NotificationConfiguration/TopicConfigurations/Fn::If"
    only_reports = {"S3Key": {"Rules": [{"Name": "prefix", "Value": "reports/"}]}}
    yield expect("A topic is told of reports alone", f"{topics}/1/0/Filter", only_reports, {})
    yield expect("Without the parameter the inbox notifies no topic", f"{topics}/2", nothing, [])
    yield expect("Only then", f"{topics}/0", condition, "HasDomain")
    for resource in ("ReportEvents", "ReportEventsPolicy"):
        yield expect(f"Without it there is no {resource}", f"{resource}/Condition", condition, "HasDomain")
    statement = "ReportEventsPolicy/Properties/PolicyDocument/Statement/0"
    account = {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    yield expect("S3 sends reports for this account alone", f"{statement}/Condition/StringEquals", account, {})
    yield expect_that(
        "S3 sends reports for the inbox alone",
        f"{statement}/Condition/ArnEquals",
        lambda found: "aws:SourceArn" in found,
        {},
    )
    before = {"Fn::If": [condition, {"Ref": "ReportEventsPolicy"}, ""]}
    yield expect(
        "S3 may send to the topic before the bucket is told to", "InboxBucket/Metadata/ReportEventsPolicy", before, ""
    )


def _denies(path: str, sid: str, action: str) -> Check:
    def check(templates: Templates) -> None:
        found = find_statement(templates, path, sid)
        assert (found["Effect"], found["Principal"], found["Action"]) == ("Deny", "*", action)
        assert found["Condition"]

    return check


def _allow(path: str, sid: str) -> Break:
    def change(templates: Templates) -> None:
        find_statement(templates, path, sid)["Effect"] = "Allow"

    return change


def _expires_reports_alone(templates: Templates) -> None:
    for rule in get(templates, "InboxBucket/Properties/LifecycleConfiguration/Rules"):
        deletes = {name for name in rule if "Expir" in name or "Transition" in name}
        assert not deletes or rule["Prefix"] == "reports/"


def _notifies(templates: Templates) -> None:
    targets = get(templates, "InboxBucket/Properties/NotificationConfiguration/QueueConfigurations")
    found = sorted((each["Filter"]["S3Key"]["Rules"][0]["Value"], each["Event"]) for each in targets)
    events = ("s3:ObjectCreated:*", "s3:ObjectRemoved:*")
    assert found == [(prefix, event) for prefix in ("clinics/", "posts/", "site.") for event in events]


def _index() -> Iterator[Expectation]:
    table = "IndexTable/Properties"
    recovery = f"{table}/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled"
    yield expect(
        "The index has a stream with both images",
        f"{table}/StreamSpecification/StreamViewType",
        "NEW_AND_OLD_IMAGES",
        "KEYS_ONLY",
    )
    yield expect("The index can be restored to a moment", recovery, True, False)
    yield expect("The index is encrypted", f"{table}/SSESpecification/SSEEnabled", True, False)
    yield expect("The index is billed on demand", f"{table}/BillingMode", "PAY_PER_REQUEST", "PROVISIONED")
    yield expect("The index outlives the stack", "IndexTable/DeletionPolicy", "RetainExceptOnCreate", "Delete")


def _distribution() -> Iterator[Expectation]:
    config = "Cdn:Distribution/Properties/DistributionConfig"
    behaviour = f"{config}/DefaultCacheBehavior"
    acl = {"Fn::If": ["HasWebAcl", {"Ref": "WebAclArn"}, {"Ref": "AWS::NoValue"}]}
    yield expect("Readers come by HTTPS", f"{behaviour}/ViewerProtocolPolicy", "redirect-to-https", "allow-all")
    yield expect("Readers only read", f"{behaviour}/AllowedMethods", ["GET", "HEAD"], ["GET", "HEAD", "PUT"])
    yield expect("The price class is the parameter's", f"{config}/PriceClass", {"Ref": "PriceClass"}, "PriceClass_All")
    yield expect("A web ACL is put before it, if there is one", f"{config}/WebACLId", acl, {"Ref": "WebAclArn"})
    yield expect(
        "Old TLS is refused",
        f"{config}/ViewerCertificate/Fn::If/1/MinimumProtocolVersion",
        "TLSv1.2_2021",
        "TLSv1",
    )
    yield expect("Objects are purged by tag", f"{config}/CacheTagConfig/HeaderName", "x-amz-meta-cache-tag", "x-tag")
    yield expect(
        "The bucket is reached signed",
        "Cdn:OriginAccess/Properties/OriginAccessControlConfig/SigningBehavior",
        "always",
        "never",
    )
    yield expect("The bucket's root is not reached", f"{config}/DefaultRootObject", "index.html", "")
    yield Expectation(
        "A fault is never a missing page", _keeps_403, put(f"{config}/CustomErrorResponses/1/ResponseCode", 404)
    )
    for parameter in ("SiteDomain", "CertificateArn", "PriceClass", "WebAclArn"):
        yield expect(
            f"{parameter} reaches the distribution",
            f"Cdn/Properties/Parameters/{parameter}",
            {"Ref": parameter},
            "",
        )


def _keeps_403(templates: Templates) -> None:
    responses = get(templates, "Cdn:Distribution/Properties/DistributionConfig/CustomErrorResponses")
    assert [each.get("ResponseCode") for each in responses if each["ErrorCode"] == 403] == [None]
