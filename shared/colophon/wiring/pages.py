"""What makes pages and images, and tells of them."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from colophon.settings import Settings
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.queues import Bells
from colophon.stores.site import Site
from colophon.verbs.clients import Assets, Doors, PublishDoors
from colophon.wiring.aws import clients, now


class ReportDoors(Struct, frozen=True):
    """What ``report`` works through."""

    inbox: Inbox
    index: Index


def publish_doors(settings: Settings) -> PublishDoors:
    client = clients()
    sqs = client("sqs")
    intake, images = Bells(sqs, settings.intake_queue_url), Bells(sqs, settings.image_queue_url)
    plain = _doors(settings, client)
    return PublishDoors(plain.inbox, plain.index, plain.site, plain.now, intake, images, Assets(plain.site))


def image_doors(settings: Settings) -> Doors:
    return _doors(settings, clients())


def report_doors(settings: Settings) -> ReportDoors:
    client = clients()
    return ReportDoors(Inbox(client("s3"), settings.inbox_bucket), Index(client("dynamodb"), settings.table))


def _doors(settings: Settings, client: Callable[[str], Any]) -> Doors:
    s3 = client("s3")
    index = Index(client("dynamodb"), settings.table)
    return Doors(Inbox(s3, settings.inbox_bucket), index, Site(s3, settings.site_bucket), now)
