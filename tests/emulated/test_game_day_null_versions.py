"""The first quarter of an hour: S3 stores uploads without versions, and a new upload heals each of them."""

from colophon_emulator.limits import Limits
from tests.emulated.game_day import COUGH, MINUTE, SLEEP, GameDay, open_game_day


def set_versioning(day: GameDay, status: str) -> None:
    day.stack.client("s3").put_bucket_versioning(
        Bucket=day.stack.inbox_bucket, VersioningConfiguration={"Status": status}
    )


def test_uploads_before_versioning_are_told_hold_up_nothing_and_heal() -> None:
    with open_game_day(Limits(at_once=4)) as day:
        set_versioning(day, "Suspended")
        day.upload_first_posts()
        day.pass_time(15 * MINUTE)
        set_versioning(day, "Enabled")
        day.driver.put("site.yaml", day.driver.inbox_object("site.yaml"))
        day.pass_time(15 * MINUTE)
        assert {day.driver.state(post.key("en.md")) for post in (COUGH, SLEEP)} == {"refused"}
        assert "Upload" in day.driver.report_text(SLEEP.key("en.md"))
        assert day.stack.functions.errors == {}, "nothing stops the sweep"
        day.upload_first_posts()
        day.pass_time(5 * MINUTE)
        story = day.recover()
        print(f"\n{story.row('Uploads are stored without versions for 15 minutes')}")
        assert (story.dead_letters, day.driver.state(COUGH.key("en.md"))) == ({}, "live")
