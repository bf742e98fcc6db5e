"""What looks after the rest: what is due, and what the edge keeps."""

from colophon.settings import Settings
from colophon.stores.cdn import Cdn
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.queues import Bells, PurgeQueue
from colophon.verbs.go_round import Queues
from colophon.verbs.sweep import SweepDoors
from colophon.wiring.clients import clients, now


def sweep_doors(settings: Settings) -> SweepDoors:
    client = clients()
    sqs = client("sqs")
    inbox, index = Inbox(client("s3"), settings.inbox_bucket), Index(client("dynamodb"), settings.table)
    urls = (settings.intake_queue_url, settings.slow_queue_url, settings.listing_queue_url)
    intake, slow, listings = (Bells(sqs, url) for url in urls)
    queues = Queues(intake, slow, listings, PurgeQueue(sqs, settings.purge_queue_url))
    return SweepDoors(inbox, index, queues, now)


def purge_doors(settings: Settings) -> Cdn:
    return Cdn(clients()("cloudfront"), settings.distribution_id)
