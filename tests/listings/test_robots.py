"""robots.txt: everything may be read, and the sitemaps of all languages are named."""

from urllib.robotparser import RobotFileParser

from colophon.listings.kinds.front import render_robots
from tests.listings.feeds import SITE


def test_every_robot_may_read_everything_and_finds_every_sitemap():
    robots = RobotFileParser()
    robots.parse(render_robots({}, SITE, 12).decode().splitlines())
    assert robots.can_fetch("Anybot", "https://reader.example/en/noeul-dental/night-guards/")
    assert robots.can_fetch("*", "https://reader.example/images/noeul-dental/night-guards/a.jpg")
    assert robots.site_maps() == [f"https://reader.example/{lang}/sitemap.xml" for lang in ("en", "ja", "ko")]


def test_every_file_of_a_sitemap_index_is_named():
    robots = RobotFileParser()
    robots.parse(render_robots({"ja": 3}, SITE, 12).decode().splitlines())
    assert robots.site_maps() == [
        "https://reader.example/en/sitemap.xml",
        *(f"https://reader.example/ja/sitemap{number}.xml" for number in ("", "-2", "-3")),
        "https://reader.example/ko/sitemap.xml",
    ]


def test_the_revision_stands_where_comparisons_mask_it():
    assert render_robots({}, SITE, 12).splitlines()[0] == b"# rev 12"
    assert render_robots({}, SITE, 12).replace(b"# rev 12", b"# rev 13") == render_robots({}, SITE, 13)
