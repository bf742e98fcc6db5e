"""What makes listings."""

from colophon.settings import Settings
from colophon.stores.listing_index import ListingIndex
from colophon.stores.queues import Bells, PurgeQueue
from colophon.stores.site import Site
from colophon.verbs.assets import Assets
from colophon.verbs.relist import RelistDoors
from colophon.verbs.relisting import Shelves
from colophon.wiring.clients import clients


def relist_doors(settings: Settings) -> RelistDoors:
    client = clients()
    site, index = Site(client("s3"), settings.site_bucket), ListingIndex(client("dynamodb"), settings.table)
    sqs = client("sqs")
    intake, purges = Bells(sqs, settings.intake_queue_url), PurgeQueue(sqs, settings.purge_queue_url)
    return RelistDoors(intake, Shelves(index, site, Assets(site)), purges)
