"""A deployed stack: its resources with resolved properties, and the gaps, what of the template is not emulated."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field

# The property of a gap when the whole resource is not emulated.
WHOLE_RESOURCE = "*"


class Resource(Struct, frozen=True):
    """One deployed resource. ``ref`` is what Ref gives, ``attributes`` what GetAtt gives, by attribute name.

    ``properties`` are the template's with every intrinsic function resolved. ``local_path`` is the folder of a
    function's or layer's code, else empty. In a nested stack the logical id is a path: ``Edge/Distribution``.
    """

    logical_id: str
    type: str
    ref: str
    attributes: Mapping[str, str]
    properties: Mapping[str, Any]
    local_path: str = ""

    @property
    def arn(self) -> str:
        return self.attributes["Arn"]


class Gap(Struct, frozen=True):
    """A property (dotted path, or ``*`` for the whole resource) of one resource that the emulation does not apply."""

    logical_id: str
    type: str
    property: str

    def __str__(self) -> str:
        return f"{self.logical_id}.{self.property}"


class Deployment(Struct, frozen=True):
    """Every resource of the template and of its nested stacks, in the order of their creation."""

    stack_name: str
    resources: Mapping[str, Resource]
    outputs: Mapping[str, str] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()

    def of_type(self, resource_type: str) -> Iterator[Resource]:
        """The resources of one type (``AWS::S3::Bucket``), nested stacks included."""
        return (resource for resource in self.resources.values() if resource.type == resource_type)

    def find_function(self, reference: str) -> Resource | None:
        """The function with this logical id, name or ARN, or that the alias with this ARN leads to."""
        for alias in self.of_type("AWS::Lambda::Alias"):
            if alias.ref == reference:
                reference = alias.properties["FunctionName"]
        functions = self.of_type("AWS::Lambda::Function")
        return next((each for each in functions if reference in (each.logical_id, each.ref, each.arn)), None)

    @property
    def not_emulated(self) -> tuple[str, ...]:
        """``LogicalId.Property`` of everything in the template that the emulation does not apply."""
        return tuple(str(gap) for gap in self.gaps)


_FOR_PEOPLE = "Text for people; it has no effect."
_ONE_PROCESS = "All functions run in this process, with its Python and its memory."
_IN_MEMORY = "Everything is kept in this process's memory, unencrypted, until it ends."
_PLAIN_HTTP = "The site server speaks HTTP/1.1 to this machine only."
_ONE_ORIGIN = "The site server reads one bucket, with full permissions."
_ONE_VERSION = "A function has one version: the code in its folder."
_NO_WAITING = "The dispatcher polls without waiting and takes what is there."
_KEY = "CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin."

# Why each known gap is left, by resource type and property. A test compares this with the gaps of a real deployment
# both ways: a property that is new in the template must be emulated or explained here.
EMULATION_GAPS: Mapping[tuple[str, str], str] = {
    ("AWS::CloudFront::CachePolicy", "CachePolicyConfig.Name"): _FOR_PEOPLE,
    ("AWS::CloudFront::CachePolicy", _KEY + "EnableAcceptEncodingBrotli"): _PLAIN_HTTP,
    ("AWS::CloudFront::CachePolicy", _KEY + "EnableAcceptEncodingGzip"): _PLAIN_HTTP,
    ("AWS::CloudFront::Distribution", "DistributionConfig.Comment"): _FOR_PEOPLE,
    ("AWS::CloudFront::Distribution", "DistributionConfig.DefaultCacheBehavior.Compress"): _PLAIN_HTTP,
    ("AWS::CloudFront::Distribution", "DistributionConfig.DefaultCacheBehavior.TargetOriginId"): _ONE_ORIGIN,
    ("AWS::CloudFront::Distribution", "DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy"): _PLAIN_HTTP,
    ("AWS::CloudFront::Distribution", "DistributionConfig.Enabled"): "A local site is enabled as long as it runs.",
    ("AWS::CloudFront::Distribution", "DistributionConfig.HttpVersion"): _PLAIN_HTTP,
    ("AWS::CloudFront::Distribution", "DistributionConfig.IPV6Enabled"): _PLAIN_HTTP,
    ("AWS::CloudFront::Distribution", "DistributionConfig.Origins"): _ONE_ORIGIN,
    ("AWS::CloudFront::Distribution", "DistributionConfig.PriceClass"): "There is one edge location.",
    ("AWS::CloudFront::Distribution", "DistributionConfig.ViewerCertificate"): _PLAIN_HTTP,
    ("AWS::CloudFront::Function", "AutoPublish"): "The code in the template is the one that runs.",
    ("AWS::CloudFront::Function", "FunctionConfig"): "One JavaScript engine runs every edge function.",
    ("AWS::CloudFront::OriginAccessControl", WHOLE_RESOURCE): _ONE_ORIGIN,
    ("AWS::CloudFront::ResponseHeadersPolicy", "ResponseHeadersPolicyConfig.Name"): _FOR_PEOPLE,
    ("AWS::CloudWatch::Alarm", WHOLE_RESOURCE): "Nothing is measured, so no alarm goes off.",
    ("AWS::CloudWatch::Dashboard", WHOLE_RESOURCE): "Nothing is measured, so there is nothing to draw.",
    ("AWS::CodeDeploy::Application", WHOLE_RESOURCE): _ONE_VERSION,
    ("AWS::CodeDeploy::DeploymentGroup", WHOLE_RESOURCE): _ONE_VERSION,
    ("AWS::DynamoDB::Table", "PointInTimeRecoverySpecification"): _IN_MEMORY,
    ("AWS::DynamoDB::Table", "SSESpecification"): _IN_MEMORY,
    ("AWS::Lambda::EventInvokeConfig", "DestinationConfig"): "What a call ended with is sent to no destination.",
    ("AWS::IAM::ManagedPolicy", "Description"): _FOR_PEOPLE,
    ("AWS::Lambda::EventSourceMapping", "MaximumBatchingWindowInSeconds"): _NO_WAITING,
    ("AWS::Lambda::Function", "Architectures"): _ONE_PROCESS,
    ("AWS::Lambda::Function", "Description"): _FOR_PEOPLE,
    ("AWS::Lambda::Function", "LoggingConfig"): "The output of functions is kept as they print it.",
    ("AWS::Lambda::Function", "MemorySize"): "The function is given its size, but nothing enforces it.",
    ("AWS::Lambda::Function", "RecursiveLoop"): "The dispatcher does not detect loops.",
    ("AWS::Lambda::Function", "Runtime"): _ONE_PROCESS,
    ("AWS::Lambda::Function", "Tags"): _FOR_PEOPLE,
    ("AWS::Lambda::Function", "Timeout"): "The function is given its time limit, but nothing enforces it.",
    ("AWS::Lambda::LayerVersion", "CompatibleArchitectures"): _ONE_PROCESS,
    ("AWS::Lambda::LayerVersion", "CompatibleRuntimes"): _ONE_PROCESS,
    ("AWS::Lambda::LayerVersion", "Description"): _FOR_PEOPLE,
    ("AWS::Lambda::Version", WHOLE_RESOURCE): _ONE_VERSION,
    ("AWS::Logs::MetricFilter", WHOLE_RESOURCE): "Nothing is measured, so nothing is counted.",
    ("AWS::Logs::LogGroup", "RetentionInDays"): _IN_MEMORY,
    ("AWS::S3::Bucket", "BucketEncryption"): _IN_MEMORY,
    ("AWS::S3::Bucket", "LifecycleConfiguration"): "A local stack does not live long enough for anything to expire.",
    ("AWS::S3::Bucket", "OwnershipControls"): "There is one owner.",
    ("AWS::S3::Bucket", "PublicAccessBlockConfiguration"): "The endpoint is open to this machine only.",
    ("AWS::Scheduler::Schedule", "FlexibleTimeWindow"): "Every schedule runs exactly on time, as the template asks.",
    ("AWS::Scheduler::Schedule", "Target.RetryPolicy"): "No call is retried, as the template asks.",
    ("AWS::SNS::Topic", WHOLE_RESOURCE): "Only a bucket sends to a topic: no alarm goes off.",
    ("AWS::SQS::Queue", "ReceiveMessageWaitTimeSeconds"): _NO_WAITING,
    ("AWS::SQS::Queue", "SqsManagedSseEnabled"): _IN_MEMORY,
}
