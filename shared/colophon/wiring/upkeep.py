"""Clients of the functions that follow a change: relist, sweep and purge."""

from colophon.settings import Settings
from colophon.stores.cdn import Cdn
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon.stores.queues import Bells, PurgeQueue
from colophon.stores.site import Site
from colophon.verbs.clients import Assets
from colophon.verbs.listings import Shelves
from colophon.verbs.relist import RelistDoors
from colophon.verbs.sweep import Queues, SweepDoors
from colophon.wiring.aws import clients, now


def relist_doors(settings: Settings) -> RelistDoors:
    client = clients()
    site, index = Site(client("s3"), settings.site_bucket), ListingIndex(client("dynamodb"), settings.table)
    sqs = client("sqs")
    intake, purges = Bells(sqs, settings.intake_queue_url), PurgeQueue(sqs, settings.purge_queue_url)
    return RelistDoors(intake, Shelves(index, site, Assets(site)), purges)


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
