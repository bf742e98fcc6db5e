"""An attack on one post: claims of strangers to its address, more images than have places, and more refused versions of
its text than are read.

Nothing that was live before changes. Then the post is withdrawn: proven, listings clean, its cache tag purged. Here the
limits are a tenth; with COLOPHON_WHOLE_ATTACK they are the real ones, against 400 claims, 600 images and 1,000
versions.
"""

import contextlib
import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from colophon.decision import room
from colophon.images import recipe
from colophon.stores import row_encoding
from colophon.upload import limits, versions
from colophon.upload.keys import PostRef
from colophon_ops.target import find_target
from colophon_ops.verify import inbox as verified_inbox
from colophon_ops.verify.compare import open_verifier
from tests.emulated.cli_driver import CliDriver, open_cli, sentence
from tests.emulated.uploads import Clinic, Post, edition, picture

SCALE = 1 if os.environ.get("COLOPHON_WHOLE_ATTACK") else 10
CLAIMS, IMAGES, VERSIONS = 400 // SCALE, 600 // SCALE, 1000 // SCALE
CLAIM_PREFIXES = (row_encoding.CLAIM_PREFIX, row_encoding.CLAIMS_MADE_PREFIX)
STRANGERS = Clinic("clinic-of-strangers")


@pytest.fixture(scope="module", autouse=True)
def _limits() -> Iterator[None]:
    """The functions run in this process, with its modules."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "MAX_KEYS", limits.MAX_KEYS // SCALE)
        for module in (versions, verified_inbox):
            patch.setattr(module, "MAX_CONTENTS", limits.MAX_CONTENTS // SCALE)
        yield


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CliDriver]:
    with open_cli(tmp_path_factory.mktemp("attack"), large_run=SCALE == 1) as cli:
        cli.driver.settle()
        cli.use_site_url(cli.driver.site_url)
        yield cli
        assert cli.failures.found() == []


def attack(cli: CliDriver, post: Post) -> None:
    """Everything comes at once; few of the images are any. No stranger may claim an address of the post's clinic."""
    cli.driver.stack.dispatcher.stop()
    for claimant in strangers():
        more = f"moved_from: [{post.clinic}/{post.name}]\n"
        cli.driver.put(claimant.key("en.md"), edition(f"Claim of {claimant.name}", more=more))
    for number in range(IMAGES):
        cli.driver.put(post.key(f"image-{number:03}.png"), picture() if number < 3 else b"not an image")
    for number in range(VERSIONS):
        cli.driver.put(post.key("en.md"), f"refused {number}")
    cli.driver.stack.dispatcher.start(skip_delays=True)
    cli.driver.stack.dispatcher.run_until_idle(timeout=9000)
    cli.driver.settle()


def strangers() -> list[Post]:
    return [STRANGERS.post(f"stranger-{number:03}") for number in range(CLAIMS)]


def attributes(cli: CliDriver, post: Post) -> dict[str, object]:
    """What is in the post's item of the index."""
    stack, key = cli.driver.stack, row_encoding.post_key(PostRef(post.clinic, post.name))
    return dict(stack.client("dynamodb").get_item(TableName=stack.table, Key=key)["Item"])


def test_claims_of_strangers_many_images_and_refused_versions_hinder_no_withdrawal(cli: CliDriver) -> None:
    driver, clinic = cli.driver, Clinic("clinic-attacked")
    driver.put(clinic.key, clinic.record())
    driver.put(STRANGERS.key, STRANGERS.record())
    post, other = cli.post(clinic), cli.post(clinic, "fever")
    driver.settle()
    paths = [each.path(lang) for each in (post, other) for lang in ("ko", "en")]
    live = {path: driver.fetch(path).body for path in paths}
    attack(cli, post)
    assert {path: driver.fetch(path).body for path in paths} == live
    states = Counter(driver.state(post.key(f"image-{number:03}.png")) for number in range(IMAGES))
    # Handlers that read the row at the same moment may each take the last place; the item has room for many more.
    beyond = IMAGES + 3 - room.MAX_KEYS - states["waiting"]
    assert 0 <= beyond < driver.stack.dispatcher.limits.at_once
    assert driver.state(post.key("en.md")) == "refused"
    assert [name for name in attributes(cli, post) if name.startswith(CLAIM_PREFIXES)] == []
    for claimant in strangers():
        assert driver.state(claimant.key("en.md")) == "live"
        assert f"does not list {STRANGERS.name} in accepts_moves_from" in driver.report_text(claimant.key("en.md"))
    assert differences(cli) == []
    proof = cli.proof("withdraw", f"{post.clinic}/{post.name}", "--kind", "gone", "--reason", "clinic-request")
    assert {place["verdict"] for place in proof} == {"proven"}
    assert f"{row_encoding.WITHDRAWAL_PREFIX}withdrawal.yaml" in attributes(cli, post)
    assert {driver.fetch(post.path(lang)).status for lang in ("ko", "en")} == {410}
    unharmed = [other.path("ko"), other.path("en"), *(claimant.path("en") for claimant in strangers())]
    assert {driver.fetch(path).status for path in unharmed} == {200}
    purged = {tag for each in driver.stack.invalidations.accepted for tag in each.items}
    assert f"#p:{post.clinic}/{post.name}" in purged
    bodies = {key: driver.site_object(key)["Body"].decode("utf-8", "replace") for key in driver.objects()}
    assert [key for key, body in bodies.items() if post.path("en") in body or sentence("en", post) in body] == []
    assert differences(cli) == []


def differences(cli: CliDriver) -> list[str]:
    """What ``verify`` finds; it must not take for wrong what only the index knows to be right."""
    with contextlib.chdir(cli.folder):
        verifier = open_verifier(find_target(), recipe)
    result = verifier.verify(datetime.now(UTC), lambda *_: None)
    return [f"{each.key}: {each.what}" for each in result.differences]
