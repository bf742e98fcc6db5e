"""The month that a post's page leads to: an object is there before the page is, and it keeps no word of a post."""

from functools import partial

import pytest
from msgspec.structs import replace

from colophon.page.objects import AWAITED_KIND, SiteObject
from colophon.stores import row_encoding
from colophon.stores.site import Site
from tests.protocol.harness import contents
from tests.protocol.harness.broken_publish import clients_with_site
from tests.protocol.harness.cloud import TABLE, Cloud
from tests.protocol.harness.explore import at_each_switch, single_faults
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.invariants import Violation
from tests.protocol.harness.scheduler import Scheduler, Upload, upload_and_settle
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.listing_scenarios import CLINIC_WITHDRAWAL, FEBRUARY, ONE, OTHER, TWO, first, other
from tests.protocol.scenarios import SITE_AND_CLINIC, Scenario, delete

FEBRUARY_KEY = f"en/{contents.CLINIC}/2026/02/index.html"
MARCH_KEY = f"en/{contents.CLINIC}/2026/03/index.html"


class NothingAwaited(Site):
    """Leaves out what is put for the links of pages."""

    def put_if_absent(self, new: SiteObject) -> None:
        if new.metadata.get("kind") != AWAITED_KIND:
            super().put_if_absent(new)


def months_of(cloud: Cloud) -> frozenset[str]:
    key = row_encoding.split_key(row_encoding.clinic_key(contents.CLINIC))
    return row_encoding.decode_clinic(contents.CLINIC, cloud.items()[key]).months


def test_without_it_the_first_page_of_a_month_leads_nowhere(account: Cloud, transport: Transport) -> None:
    functions = replace(REAL, publish_clients=partial(clients_with_site, NothingAwaited))
    scheduler = Scheduler(
        account,
        transport,
        SITE_AND_CLINIC,
        Scenario(SITE_AND_CLINIC, (first(1), other(1))).participants,
        functions,
        listing=True,
    )
    with pytest.raises(Violation, match=rf"^I4: .* leads to {MARCH_KEY}"):
        at_each_switch(scheduler, "first", ["second"])


@pytest.mark.parametrize(
    "then", [delete(OTHER), other(2), CLINIC_WITHDRAWAL], ids=["deleted", "back", "clinic withdrawn"]
)
def test_a_post_that_leaves_a_month_before_its_page_is_out_leaves_no_word_there(
    account: Cloud, transport: Transport, then: Upload
) -> None:
    scheduler = Scheduler(account, transport, ONE, Scenario(ONE, (other(1, FEBRUARY), then)).participants, listing=True)
    assert at_each_switch(scheduler, "first", ["second"]) > 3
    assert single_faults(scheduler, [("first", "second")], of="first") > 5


def test_what_is_put_is_a_redirect_to_the_archive_until_the_month_is_listed(world: World) -> None:
    upload_and_settle(world, *ONE)
    assert months_of(world.cloud) == {"en/2026-03"}
    world.handler_for(other(1, FEBRUARY)(world))()
    awaited = world.cloud.site()[FEBRUARY_KEY]
    assert (awaited.status, awaited.metadata["location"]) == ("302", f"/en/{contents.CLINIC}/")
    assert b'<meta name="colophon-status" content="302">' in awaited.content
    assert contents.CLINIC.encode() not in awaited.content.replace(f"/en/{contents.CLINIC}/".encode(), b"")
    world.run_until_quiet()
    assert not world.cloud.site()[FEBRUARY_KEY].status
    assert months_of(world.cloud) == {"en/2026-03", "en/2026-02"}


def test_a_month_that_was_forgotten_is_noted_once_more_and_its_page_stays(world: World) -> None:
    upload_and_settle(world, *ONE)
    listed = world.cloud.site()[MARCH_KEY]
    world.cloud.dynamodb.update_item(
        TableName=TABLE, Key=row_encoding.clinic_key(contents.CLINIC), UpdateExpression="REMOVE months"
    )
    world.handler_for(other(1)(world))()
    assert world.cloud.site()[MARCH_KEY] == listed
    assert months_of(world.cloud) == {"en/2026-03"}
    world.run_until_quiet()


def test_a_record_of_the_clinic_keeps_its_months(world: World) -> None:
    upload_and_settle(world, *TWO, lambda w: w.put(f"clinics/{contents.CLINIC}/clinic.yaml", contents.clinic(2)))
    assert months_of(world.cloud) == {"en/2026-03"}
