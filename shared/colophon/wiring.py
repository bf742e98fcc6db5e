"""Wiring: the only builder of clients. Each call builds anew; whoever calls keeps what it built."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

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
    sqs = _client("sqs")
    intake, images = Bells(sqs, settings.intake_queue_url), Bells(sqs, settings.image_queue_url)
    plain = image_doors(settings)
    return PublishDoors(plain.inbox, plain.index, plain.site, plain.now, intake, images, Assets(plain.site))


def image_doors(settings: Settings) -> Doors:
    s3 = _client("s3")
    index = Index(_client("dynamodb"), settings.table)
    return Doors(Inbox(s3, settings.inbox_bucket), index, Site(s3, settings.site_bucket), _now)


def relist_doors(settings: Settings) -> RelistDoors:
    site, index = Site(_client("s3"), settings.site_bucket), ListingIndex(_client("dynamodb"), settings.table)
    sqs = _client("sqs")
    intake, purges = Bells(sqs, settings.intake_queue_url), PurgeQueue(sqs, settings.purge_queue_url)
    return RelistDoors(intake, Shelves(index, site, Assets(site)), purges)


def purge_doors(settings: Settings) -> Cdn:
    return Cdn(_client("cloudfront"), settings.distribution_id)


def sweep_doors(settings: Settings) -> SweepDoors:
    sqs = _client("sqs")
    inbox, index = Inbox(_client("s3"), settings.inbox_bucket), Index(_client("dynamodb"), settings.table)
    urls = (settings.intake_queue_url, settings.slow_queue_url, settings.listing_queue_url)
    intake, slow, listings = (Bells(sqs, url) for url in urls)
    queues = Queues(intake, slow, listings, PurgeQueue(sqs, settings.purge_queue_url))
    return SweepDoors(inbox, index, queues, _now)


def report_doors(settings: Settings) -> ReportDoors:
    return ReportDoors(Inbox(_client("s3"), settings.inbox_bucket), Index(_client("dynamodb"), settings.table))


@contextmanager
def failures_told(subject: str) -> Iterator[None]:
    """Log what goes wrong with ``subject`` before it goes on its way: a batch's partial failures say nothing of why."""
    try:
        yield
    except Exception:
        _logger().exception("could not be answered for; it comes back", extra={"subject": subject})
        raise


@cache
def _logger() -> Logger:
    return Logger()


def _client(service: str) -> Any:
    return boto3.session.Session().client(service, config=_CONFIG)  # type: ignore[call-overload]


def _now() -> datetime:
    return datetime.now(UTC)
