"""A stack as withdrawals need it."""

from typing import TYPE_CHECKING

from msgspec import Struct

from colophon.cli.target import Target
from colophon.site_settings import SiteSettings
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon_ops.site_reader import PublicSite, SiteBucket

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


class Stack(Struct, frozen=True):
    """A stack's inbox, its index, its site as the bucket has it and as readers get it, and the site's settings, if any.

    ``site_urls`` are all addresses at which the site may be found.
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


def stack_of(target: Target) -> Stack:
    """The clients of ``target``. Readers find a deployed site where site.yaml says, an emulated one beside it."""
    s3, dynamodb = target.client("s3"), target.client("dynamodb")
    index = Index(dynamodb, target.table)
    settings = index.site().settings
    url = settings.url if settings and not target.endpoint else target.site_url
    return Stack(
        s3,
        target.inbox_bucket,
        Inbox(s3, target.inbox_bucket),
        index,
        ListingIndex(dynamodb, target.table),
        SiteBucket(s3, target.site_bucket),
        PublicSite(url),
        settings,
        tuple(dict.fromkeys((target.site_url, settings.url if settings else ""))),
    )
