"""Clients of the functions that follow a change: relist, sweep and purge."""

from colophon.settings import Settings
from colophon.stores.cdn import Cdn
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon.stores.queues import MessageQueue, PurgeQueue
from colophon.stores.site import Site
from colophon.verbs.clients import AssetWriter
from colophon.verbs.gathering import Gathering
from colophon.verbs.listings import ListingClients
from colophon.verbs.relist import RelistClients
from colophon.verbs.sweep import SweepClients, SweepQueues
from colophon.verbs.tasks import ThreadRunner
from colophon.wiring.aws import BRIEF, make_client_factory, now
from colophon.wiring.log import log_warning

# How many groups of listings, and how many swaps of them, wait for AWS at once. A full batch of the stream is 25 posts:
# 25 years and a home page. Most groups have three swaps. Each may need a connection of its own.
GROUPS_AT_ONCE = 26
SWAPS_AT_ONCE = 3 * GROUPS_AT_ONCE


def make_relist_clients(settings: Settings) -> RelistClients:
    client = make_client_factory(connections=GROUPS_AT_ONCE + SWAPS_AT_ONCE)
    site, index = Site(client("s3"), settings.site_bucket), ListingIndex(client("dynamodb"), settings.table)
    sqs = client("sqs")
    intake, purges = MessageQueue(sqs, settings.intake_queue_url), PurgeQueue(sqs, settings.purge_queue_url)
    run_groups, run_swaps = ThreadRunner(GROUPS_AT_ONCE), ThreadRunner(SWAPS_AT_ONCE)
    listings = ListingClients(index, site, AssetWriter(site), run_groups, run_swaps, now)
    gathering = Gathering(MessageQueue(sqs, settings.listing_queue_url), now, settings.search_seconds)
    return RelistClients(intake, listings, purges, gathering)


def make_sweep_clients(settings: Settings) -> SweepClients:
    client = make_client_factory()
    sqs = client("sqs")
    dynamodb = client("dynamodb")
    inbox, index = Inbox(client("s3"), settings.inbox_bucket), Index(dynamodb, settings.table)
    intake, listings = (MessageQueue(sqs, url) for url in (settings.intake_queue_url, settings.listing_queue_url))
    queues = SweepQueues(intake, listings, PurgeQueue(sqs, settings.purge_queue_url))
    return SweepClients(inbox, index, ListingIndex(dynamodb, settings.table), queues, now, log_warning)


def make_purge_client(settings: Settings) -> Cdn:
    return Cdn(make_client_factory(BRIEF)("cloudfront"), settings.distribution_id)
