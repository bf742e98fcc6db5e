"""One upload goes live, and is taken down, through what `sam build` made: functions, layers, AWS's own runtime."""

from collections.abc import Iterator

import pytest

from tests.built.built_stack import Sandboxes, open_built_stack
from tests.built.sandbox import ARCHITECTURE
from tests.emulated.stack_driver import StackDriver
from tests.emulated.uploads import SITE, Clinic, edition, original, picture, withdrawal_file
from tests.template.sam_build import sam_built

pytestmark = pytest.mark.slow
CLINIC = Clinic("clinic-built")


@pytest.fixture(scope="module")
def built() -> Iterator[tuple[StackDriver, Sandboxes]]:
    with open_built_stack(sam_built(ARCHITECTURE)) as opened:
        yield opened


def test_an_upload_goes_live_and_is_taken_down(built: tuple[StackDriver, Sandboxes]) -> None:
    driver, sandboxes = built
    post = CLINIC.post()
    driver.put("site.yaml", SITE)
    driver.put(CLINIC.key, CLINIC.record())
    driver.put(post.key("warm-water.png"), picture(width=1200, height=800))
    driver.put(post.key("ko.md"), original())
    driver.put(post.key("en.md"), edition(body="Drink warm water.\n\n![A cup](warm-water.png)"))
    driver.settle()
    page = driver.fetch(post.path("en"))
    assert (page.status, driver.state(post.key("en.md"))) == (200, "live")
    assert "Drink warm water." in page.text
    sizes = driver.objects(post.images_folder())
    assert len(sizes) >= 2
    assert all(f"/{key}" in page.text for key in sizes), "the page offers every size"
    assert post.path("en") in driver.fetch(f"/en/{CLINIC.name}/").text
    driver.put(post.key("withdrawal.yaml"), withdrawal_file())
    driver.settle()
    assert driver.fetch(post.path("en")).status == 410
    assert {driver.fetch(f"/{key}").status for key in sizes} == {410}
    assert post.path("en") not in driver.fetch(f"/en/{CLINIC.name}/").text
    sandboxes.invoke("SweepFunction", {})
    assert {name for name, _ in sandboxes.calls} == {"publish", "image", "relist", "report", "purge", "sweep"}
    assert driver.stack.dispatcher.dead_letters() == {}
