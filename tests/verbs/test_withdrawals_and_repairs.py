"""What a withdrawal asks for where little is left to go by, and what a forced request makes again."""

from colophon.upload.keys import ImageRef
from colophon.upload.messages import RefreshRequest, encode_message, parse_messages
from colophon.verbs.image import refresh_image
from colophon.verbs.intake import IntakeBatch
from colophon.verbs.publish import PublishRequest, publish
from colophon.verbs.stray import update_stray
from tests.decision.in_memory import Drawings
from tests.verbs.account import POST, Account, clients


def test_the_withdrawal_of_a_post_asks_for_its_images_and_a_text_does_not() -> None:
    for key, expected in (("posts/a/b/withdrawal.yaml", ["posts/a/b/x.jpg"]), ("posts/a/b/en.md", [])):
        account = Account({"posts/a/b/x.jpg": b"drawing", key: b""})
        body = encode_message(RefreshRequest(key))
        IntakeBatch([body], clients(account)).handle(body)
        sent = [entry["MessageBody"] for asked in account.asked_of("send_message_batch") for entry in asked["Entries"]]
        assert [request.key for each in sent for request in parse_messages(each)] == expected


def test_a_withdrawn_page_without_room_for_a_row_is_taken_down_once() -> None:
    """Its row may be lost and not its object. That it was taken down is in an item of the key's own."""
    uploads = {"posts/a/b/en.md": b"", "posts/a/b/withdrawal.yaml": b"kind: gone\nreason: error\nat: 2026-03-09\n"}
    full = {"pk": {"S": "post#a/b"}, "sk": {"S": "post"}, "unknown": {"S": "x" * 399_000}}
    account = Account(uploads, {"post#a/b": full})
    publish(POST, PublishRequest(frozenset({"en"})), clients(account))
    (put,) = [asked for asked in account.asked_of("put_object") if asked["Key"] == "en/a/b/index.html"]
    assert put["Metadata"]["status"] == "410"
    (own,) = [asked for asked in account.asked_of("put_item") if asked["Item"]["sk"]["S"] == "posts/a/b/en.md"]
    assert '"withdrawn"' in own["Item"]["row"]["S"]


def test_a_forced_request_makes_an_image_again_only_where_one_of_its_files_is_lost() -> None:
    image = ImageRef(POST, "x.jpg")
    first = Account({image.key: b"drawing"})
    refresh_image(RefreshRequest(image.key), image, Drawings(), clients(first))
    put = [asked["Key"] for asked in first.asked_of("put_object")]
    assert len(put) == 3
    (record,) = first.asked_of("update_item") or [
        asked["TransactItems"][0]["Update"] for asked in first.asked_of("transact_write_items")
    ]
    item = {"pk": {"S": "post#a/b"}, "sk": {"S": "post"}, "I#x.jpg": record["ExpressionAttributeValues"][":p0"]}
    for lost in (None, *put):
        again = Account({image.key: b"drawing"}, {"post#a/b": item})
        again.lost = {lost} if lost else set()
        refresh_image(RefreshRequest(image.key, force=True), image, Drawings(), clients(again))
        assert [asked["Key"] for asked in again.asked_of("put_object")] == ([lost] if lost else [])


def test_a_stray_that_is_answered_for_is_written_once() -> None:
    first = Account({"stray.txt": b"words"})
    update_stray("stray.txt", clients(first))
    (written,) = first.asked_of("put_item")
    again = Account({"stray.txt": b"words"}, {"stray": written["Item"]})
    for force in (False, True):
        update_stray("stray.txt", clients(again), force=force)
    assert again.asked_of("put_item") == []
