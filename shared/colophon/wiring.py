"""Wiring: the only builder of clients. Each call builds anew; whoever calls keeps what it built."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from botocore.config import Config
from botocore.session import Session

from colophon.settings import Settings
from colophon.stores.bells import Bells
from colophon.stores.cdn import Cdn
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon.stores.purge_queue import PurgeQueue
from colophon.stores.site import Site
from colophon.verbs.assets import Assets
from colophon.verbs.doors import Doors, PublishDoors
from colophon.verbs.go_round import Queues
from colophon.verbs.relist import RelistDoors
from colophon.verbs.relisting import Shelves
from colophon.verbs.sweep import SweepDoors

_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=3, read_timeout=20)


@dataclass(frozen=True, slots=True)
class ReportDoors:
    """What ``report`` works through."""

    inbox: Inbox
    index: Index


def publish_doors(settings: Settings) -> PublishDoors:
    client = _clients()
    sqs = client("sqs")
    intake, images = Bells(sqs, settings.intake_queue_url), Bells(sqs, settings.image_queue_url)
    plain = _doors(settings, client)
    return PublishDoors(plain.inbox, plain.index, plain.site, plain.now, intake, images, Assets(plain.site))


def image_doors(settings: Settings) -> Doors:
    return _doors(settings, _clients())


def relist_doors(settings: Settings) -> RelistDoors:
    client = _clients()
    site, index = Site(client("s3"), settings.site_bucket), ListingIndex(client("dynamodb"), settings.table)
    sqs = client("sqs")
    intake, purges = Bells(sqs, settings.intake_queue_url), PurgeQueue(sqs, settings.purge_queue_url)
    return RelistDoors(intake, Shelves(index, site, Assets(site)), purges)


def purge_doors(settings: Settings) -> Cdn:
    return Cdn(_clients()("cloudfront"), settings.distribution_id)


def sweep_doors(settings: Settings) -> SweepDoors:
    client = _clients()
    sqs = client("sqs")
    inbox, index = Inbox(client("s3"), settings.inbox_bucket), Index(client("dynamodb"), settings.table)
    urls = (settings.intake_queue_url, settings.slow_queue_url, settings.listing_queue_url)
    intake, slow, listings = (Bells(sqs, url) for url in urls)
    queues = Queues(intake, slow, listings, PurgeQueue(sqs, settings.purge_queue_url))
    return SweepDoors(inbox, index, queues, _now)


def report_doors(settings: Settings) -> ReportDoors:
    client = _clients()
    return ReportDoors(Inbox(client("s3"), settings.inbox_bucket), Index(client("dynamodb"), settings.table))


def _doors(settings: Settings, client: Callable[[str], Any]) -> Doors:
    s3 = client("s3")
    index = Index(client("dynamodb"), settings.table)
    return Doors(Inbox(s3, settings.inbox_bucket), index, Site(s3, settings.site_bucket), _now)


def _clients() -> Callable[[str], Any]:
    """What makes clients by the name of their service; all of one session, which reads what they share once."""
    return partial(Session().create_client, config=_CONFIG)


def _now() -> datetime:
    return datetime.now(UTC)
