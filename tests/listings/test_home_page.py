"""The home page of a language."""

from colophon.listings.kinds.home import render_home


def test_a_home_says_what_the_site_is_in_the_sites_own_words(make_home, parse):
    tree = parse(render_home(make_home(), 1))
    assert tree.findtext(".//h1") == "Clinic Reader"
    assert tree.findtext(".//p[@class='lead']") == "What clinics write, translated."
    assert tree.find(".//meta[@name='description']").get("content") == "What clinics write, translated."


def test_a_site_that_says_nothing_of_itself_is_still_described(make_home, parse):
    tree = parse(render_home(make_home("ko"), 1))
    assert tree.find(".//p[@class='lead']") is None
    assert "한국어" in tree.find(".//meta[@name='description']").get("content")


def test_clinics_lead_to_their_archives_and_the_rest_of_them_to_the_directory(make_home, parse):
    tree = parse(render_home(make_home(), 1))
    assert [link.get("href") for link in tree.findall(".//li[@class='card']//a")] == [
        "/en/noeul-dental/",
        "/en/badaro-eye/",
    ]
    assert tree.findtext(".//h2[@id='clinics']") == "Clinics: 40"
    assert tree.find(".//main//a[@href='/en/search/']") is not None


def test_a_home_offers_the_feeds_of_its_language(make_home, parse):
    links = parse(render_home(make_home("ja"), 1)).findall(".//link[@rel='alternate'][@type]")
    assert [link.get("href") for link in links] == ["/ja/feed.xml", "/ja/feed.json"]


def test_an_empty_home_says_so_and_may_still_be_found(make_home, parse):
    tree = parse(render_home(make_home(count=0), 1))
    assert tree.findtext(".//p[@class='nothing']")
    assert tree.find(".//meta[@name='robots']") is None
