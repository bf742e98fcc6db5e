"""Clients of the functions that make pages and images, and of the one that reports on them."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from colophon.settings import Settings
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.queues import MessageQueue
from colophon.stores.site import Site
from colophon.verbs.clients import AssetWriter, ImageClients, PublishClients
from colophon.verbs.tasks import TaskRunner, ThreadRunner
from colophon.wiring.aws import make_client_factory, now
from colophon.wiring.log import make_log
from colophon.wiring.turns import Turns

# How many posts, and how many reports, of one batch wait for AWS at once; not more than a client has connections. The
# first post of a batch goes before the other nine.
POSTS_AT_ONCE, REPORTS_AT_ONCE = 9, 10


class ReportClients(Struct, frozen=True):
    """Clients of ``report``, and where its reports say that the site is (empty: at its public address)."""

    inbox: Inbox
    index: Index
    site_url: str
    run_changes: TaskRunner


def make_publish_clients(settings: Settings) -> PublishClients:
    turns = Turns(POSTS_AT_ONCE)
    make_client = make_client_factory()

    def client(service: str) -> Any:
        return turns.give_way(make_client(service))

    sqs = client("sqs")
    intake, images = MessageQueue(sqs, settings.intake_queue_url), MessageQueue(sqs, settings.image_queue_url)
    plain = _make_image_clients(settings, client)
    assets = AssetWriter(plain.site)
    return PublishClients(
        plain.inbox,
        plain.index,
        plain.site,
        plain.now,
        intake,
        images,
        assets,
        alarm=plain.alarm,
        answered=plain.answered,
        run_posts=turns,
    )


def make_image_clients(settings: Settings) -> ImageClients:
    return _make_image_clients(settings, make_client_factory())


def make_report_clients(settings: Settings) -> ReportClients:
    client = make_client_factory()
    inbox, index = Inbox(client("s3"), settings.inbox_bucket), Index(client("dynamodb"), settings.table)
    return ReportClients(inbox, index, settings.report_site_url, ThreadRunner(REPORTS_AT_ONCE))


def _make_image_clients(settings: Settings, client: Callable[[str], Any]) -> ImageClients:
    s3 = client("s3")
    index = Index(client("dynamodb"), settings.table)
    inbox, site, log = Inbox(s3, settings.inbox_bucket), Site(s3, settings.site_bucket), make_log(settings)
    return ImageClients(inbox, index, site, now, alarm=log.log_without_room, answered=log.log_answer)
