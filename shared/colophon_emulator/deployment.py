"""What a deployment made: resources with their resolved properties, and what of the template was left out.

What template.yaml says and the local run does not do, each with its reason.

A test compares this list with what a deployment really left out, both ways: a new property that the emulation ignores
has to be emulated or to be explained here.

"""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field

# Of a gap: the whole resource is left out.
WHOLE = "*"


class Resource(Struct, frozen=True):
    """One resource as deployed. ``ref`` is what Ref gives, ``attributes`` what GetAtt gives, by attribute name.

    ``properties`` are the template's, every function resolved. ``local_path`` is the folder of a function's or a
    layer's code, else empty. In a nested stack the logical id is the path to it: ``Edge/Distribution``.
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
    """Every resource of the template and of its nested stacks, in the order they were made."""

    stack_name: str
    resources: Mapping[str, Resource]
    outputs: Mapping[str, str] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()

    def of_type(self, resource_type: str) -> Iterator[Resource]:
        """The resources of one type (``AWS::S3::Bucket``), nested stacks included."""
        return (resource for resource in self.resources.values() if resource.type == resource_type)

    @property
    def not_emulated(self) -> tuple[str, ...]:
        """``LogicalId.Property`` of everything that the template says and the local run does not do."""
        return tuple(str(gap) for gap in self.gaps)


_FOR_PEOPLE = "Words for people; nothing acts on them."
_ONE_PROCESS = "All functions run in this process, on its Python and with its memory."
_IN_MEMORY = "Everything lies in this process's memory, unencrypted, and is gone when it ends."
_PLAIN_HTTP = "The site server speaks HTTP/1.1 to this machine only."
_ONE_ORIGIN = "The site server reads the site bucket, with every right."
_NO_WAITING = "The dispatcher looks without waiting and takes what is there."
_KEY = "CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin."

EMULATION_GAPS: Mapping[tuple[str, str], str] = {
    ("AWS::CloudFront::CachePolicy", "CachePolicyConfig.Name"): _FOR_PEOPLE,
    ("AWS::CloudFront::CachePolicy", _KEY + "EnableAcceptEncodingBrotli"): _PLAIN_HTTP,
    ("AWS::CloudFront::CachePolicy", _KEY + "EnableAcceptEncodingGzip"): _PLAIN_HTTP,
    ("AWS::CloudFront::Distribution", "DistributionConfig.Comment"): _FOR_PEOPLE,
    ("AWS::CloudFront::Distribution", "DistributionConfig.DefaultCacheBehavior.Compress"): _PLAIN_HTTP,
    ("AWS::CloudFront::Distribution", "DistributionConfig.DefaultCacheBehavior.TargetOriginId"): _ONE_ORIGIN,
    ("AWS::CloudFront::Distribution", "DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy"): _PLAIN_HTTP,
    ("AWS::CloudFront::Distribution", "DistributionConfig.Enabled"): "A local site is there as long as it runs.",
    ("AWS::CloudFront::Distribution", "DistributionConfig.HttpVersion"): _PLAIN_HTTP,
    ("AWS::CloudFront::Distribution", "DistributionConfig.IPV6Enabled"): _PLAIN_HTTP,
    ("AWS::CloudFront::Distribution", "DistributionConfig.Origins"): _ONE_ORIGIN,
    ("AWS::CloudFront::Distribution", "DistributionConfig.ViewerCertificate"): _PLAIN_HTTP,
    ("AWS::CloudFront::Function", "AutoPublish"): "The code that stands in the template is the one that runs.",
    ("AWS::CloudFront::Function", "FunctionConfig"): "One JavaScript engine runs every edge function.",
    ("AWS::CloudFront::OriginAccessControl", WHOLE): _ONE_ORIGIN,
    ("AWS::CloudFront::ResponseHeadersPolicy", "ResponseHeadersPolicyConfig.Name"): _FOR_PEOPLE,
    ("AWS::CloudWatch::Alarm", WHOLE): "Nothing is measured, so nothing rings.",
    ("AWS::CloudWatch::Dashboard", WHOLE): "Nothing is measured, so there is nothing to draw.",
    ("AWS::DynamoDB::Table", "PointInTimeRecoverySpecification"): _IN_MEMORY,
    ("AWS::DynamoDB::Table", "SSESpecification"): _IN_MEMORY,
    ("AWS::Lambda::EventSourceMapping", "MaximumBatchingWindowInSeconds"): _NO_WAITING,
    ("AWS::Lambda::EventSourceMapping", "MaximumRecordAgeInSeconds"): "A local stack does not live that long.",
    ("AWS::Lambda::EventSourceMapping", "ScalingConfig"): "Batches are handed over one after the other.",
    ("AWS::Lambda::Function", "Architectures"): _ONE_PROCESS,
    ("AWS::Lambda::Function", "Description"): _FOR_PEOPLE,
    ("AWS::Lambda::Function", "LoggingConfig"): "What functions print is kept as they print it.",
    ("AWS::Lambda::Function", "MemorySize"): "The function is told its size; nothing holds it to that.",
    ("AWS::Lambda::Function", "RecursiveLoop"): "The dispatcher does not look for loops.",
    ("AWS::Lambda::Function", "Runtime"): _ONE_PROCESS,
    ("AWS::Lambda::Function", "Tags"): _FOR_PEOPLE,
    ("AWS::Lambda::Function", "Timeout"): "The function is told how long it has; nothing cuts it off.",
    ("AWS::Lambda::LayerVersion", "CompatibleArchitectures"): _ONE_PROCESS,
    ("AWS::Lambda::LayerVersion", "CompatibleRuntimes"): _ONE_PROCESS,
    ("AWS::Lambda::LayerVersion", "Description"): _FOR_PEOPLE,
    ("AWS::Logs::LogGroup", "RetentionInDays"): _IN_MEMORY,
    ("AWS::S3::Bucket", "BucketEncryption"): _IN_MEMORY,
    ("AWS::S3::Bucket", "LifecycleConfiguration"): "A local stack does not live long enough for anything to expire.",
    ("AWS::S3::Bucket", "OwnershipControls"): "There is one owner.",
    ("AWS::S3::Bucket", "PublicAccessBlockConfiguration"): "The endpoint is open to this machine and to nobody else.",
    ("AWS::Scheduler::Schedule", "FlexibleTimeWindow"): "Each time is kept, as the template asks.",
    ("AWS::Scheduler::Schedule", "Target.RetryPolicy"): "No call is tried again, as the template asks.",
    ("AWS::SQS::Queue", "ReceiveMessageWaitTimeSeconds"): _NO_WAITING,
    ("AWS::SQS::Queue", "SqsManagedSseEnabled"): _IN_MEMORY,
}
