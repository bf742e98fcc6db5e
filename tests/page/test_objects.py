"""Where pages lie and how they are served."""

from colophon.page.objects import PAGE_CACHE_CONTROL, blocked_by_link, listing_tags, post_tags
from colophon.page.paths import archive_path, page_key, page_path, path_to_key, profile_path
from colophon.upload.keys import PageRef, PostRef

PAGE = PageRef(PostRef("noeul-dental", "night-guards"), "en")


def test_a_page_lies_at_its_path_and_its_key_is_the_index_there():
    assert page_path(PAGE) == "/en/noeul-dental/night-guards/"
    assert page_key(PAGE) == path_to_key(page_path(PAGE)) == "en/noeul-dental/night-guards/index.html"
    assert archive_path("en", "noeul-dental") == "/en/noeul-dental/"
    assert profile_path("en", "noeul-dental") == "/en/noeul-dental/profile/"


def test_posts_carry_the_tags_of_post_and_clinic_and_listings_that_of_their_language():
    assert post_tags(PAGE.post) == "p:noeul-dental/night-guards,c:noeul-dental"
    assert listing_tags("en") == "l:en,listings"
    assert listing_tags("en", "noeul-dental") == "l:en,listings,c:noeul-dental"


def test_a_lost_purge_is_over_in_five_minutes():
    assert PAGE_CACHE_CONTROL == "public, max-age=60, s-maxage=300"


def test_a_legal_answer_names_the_site_as_who_blocks_it():
    assert blocked_by_link("https://reader.example") == '<https://reader.example/>; rel="blocked-by"'
