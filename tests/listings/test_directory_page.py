"""All clinics and topics of a language: a search that needs no script."""

from colophon.listings.kinds.language import render_directory
from colophon.listings.search import search_script_path
from colophon.listings.search_index import topic_id


def test_every_clinic_is_named_with_its_tags_as_ways_into_its_archive(make_directory, parse):
    cards = parse(render_directory(make_directory(), 1)).findall(".//li[@class='card']")
    ways = [[(link.get("href"), link.text) for link in card.iter("a")] for card in cards]
    assert ways == [
        [
            ("/en/noeul-dental/", "Noeul Dental"),
            ("/en/noeul-dental/#q=teeth", "teeth"),
            ("/en/noeul-dental/#q=Yawning", "Yawning"),
        ],
        [("/en/badaro-eye/", None), ("/en/badaro-eye/#q=eyes", "eyes"), ("/en/badaro-eye/#q=teeth", "teeth")],
    ]


def test_topics_stand_by_letter_whatever_their_case_each_with_all_its_clinics(make_directory, parse):
    topics = parse(render_directory(make_directory(), 1)).findall(".//ul[@class='index']/li")
    assert [(topic.findtext("h3"), [link.get("href") for link in topic.iter("a")]) for topic in topics] == [
        ("eyes", ["/en/badaro-eye/#q=eyes"]),
        ("teeth", ["/en/noeul-dental/#q=teeth", "/en/badaro-eye/#q=teeth"]),
        ("Yawning", ["/en/noeul-dental/#q=Yawning"]),
    ]


def test_its_links_need_no_script_and_its_search_waits_hidden_for_one(make_directory, parse):
    tree = parse(render_directory(make_directory(), 1))
    assert [script.get("src") for script in tree.iter("script") if script.get("src")] == [search_script_path()]
    search = tree.find(".//div[@data-search]")
    assert search.get("hidden") is not None
    assert (search.get("data-index"), search.get("data-shards")) == ("/en/search/index.json", None)
    assert tree.find(".//section[@class='clinics']//a") is not None
    assert parse(render_directory(make_directory(count=0), 1)).find(".//div[@data-search]") is None


def test_a_topic_can_be_linked_to(make_directory, parse):
    topics = parse(render_directory(make_directory(), 1)).findall(".//ul[@class='index']//h3")
    assert [topic.get("id") for topic in topics] == [topic_id(topic.text) for topic in topics]


def test_an_empty_directory_says_so_and_asks_not_to_be_found(make_directory, parse):
    tree = parse(render_directory(make_directory(count=0), 1))
    assert tree.findtext(".//p[@class='nothing']") == "No clinics are shown here at present."
    assert tree.find(".//meta[@name='robots']").get("content") == "noindex"
