"""A batch of messages: what the posts depend on is handled before any of them, wherever its message stands."""

import pytest

from colophon.upload.messages import RefreshRequest, encode_message
from colophon.verbs.intake import IntakeBatch
from tests.verbs.account import Account, clients

TEXT = "posts/a/b/en.md"
SETTINGS = {
    "site.yaml": "site.",
    "site.css": "site.",
    "site.icon.png": "site.",
    "clinics/a/clinic.yaml": "clinics/a/",
    "clinics/a/glossary.yaml": "clinics/a/",
    "clinics/a/withdrawal.yaml": "clinics/a/",
}


@pytest.mark.parametrize("key", SETTINGS)
def test_a_clinic_or_the_site_is_handled_before_the_posts_of_its_batch(key: str) -> None:
    account = Account({TEXT: b"", key: b""})
    bodies = [encode_message(RefreshRequest(each)) for each in (TEXT, key)]
    IntakeBatch(bodies, clients(account)).handle(bodies[0])
    folders = [asked["Prefix"] for asked in account.asked_of("list_object_versions")]
    assert folders == [SETTINGS[key], "posts/a/b/"]
