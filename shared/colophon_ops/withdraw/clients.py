"""The clients that withdrawing and reinstating work through."""

from typing import TYPE_CHECKING

from msgspec import Struct

from colophon.site_settings import SiteSettings
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon_ops.site_reader import PublicSite, SiteBucket
from colophon_ops.target import Target

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


class WithdrawClients(Struct, frozen=True):
    """The inbox and the index of a stack, its site as stored and as readers get it, and the site's settings, if any.

    ``site_urls`` are all addresses that the site may have.
    """

    s3: "S3Client"
    inbox_bucket: str
    inbox: Inbox
    index: Index
    listings: ListingIndex
    bucket: SiteBucket
    public: PublicSite
    settings: SiteSettings | None
    site_urls: tuple[str, ...]

    @property
    def time_zone(self) -> str:
        return self.settings.time_zone if self.settings else "UTC"

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.settings.languages) if self.settings else ()


def open_clients(stack: Target) -> WithdrawClients:
    """The clients of ``stack``. A deployed site is read at the URL in site.yaml, an emulated one at its local URL."""
    s3, dynamodb = stack.client("s3"), stack.client("dynamodb")
    index = Index(dynamodb, stack.table)
    settings = index.read_site().settings
    return WithdrawClients(
        s3,
        stack.inbox_bucket,
        Inbox(s3, stack.inbox_bucket),
        index,
        ListingIndex(dynamodb, stack.table),
        SiteBucket(s3, stack.site_bucket),
        PublicSite(settings.url if settings and not stack.endpoint else stack.site_url),
        settings,
        tuple(dict.fromkeys((stack.site_url, settings.url if settings else ""))),
    )
