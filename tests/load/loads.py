"""The loads: many posts, a full folder, many versions of one key, a full month, and two uploads at once.

Each begins on a stack at rest with posts that are live, and says what became of every upload.
"""

import json
import shutil
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.emulated.uploads import picture
from tests.load.contents import LoadPost
from tests.load.dev_process import DevProcess
from tests.load.load import (
    CLIENTS,
    FOLDER,
    POSTS,
    TWO,
    VERSIONS,
    Load,
    Result,
    fill,
    newest_versions,
    put_post,
    run_upload,
)
from tests.load.observer import (
    IdleTimeout,
    PageWatch,
    Report,
    Uploads,
    await_reports,
    count_states,
    wait_for_page,
)


def load_posts(load: Load) -> Result:
    """Many posts with an image each, by eight clients of S3 at once, and one more in the middle."""
    dev, count = load.dev, load.size.posts
    result, uploads = Result("posts with an image, uploaded at once"), Uploads(dev)
    posts = [LoadPost(POSTS, number) for number in range(count)]
    alone = statistics.median(load.put_one_more() for _ in range(3))
    load.settle()
    load.live.remember()
    result.memory.append(dev.measure_memory())
    more: list[float] = []
    one_more = threading.Thread(target=lambda: more.append(load.put_one_more()))
    began, quarters = time.monotonic(), [count // 4, count // 2]

    def on_poll(seen: int) -> None:
        load.show(f"{len(uploads.put_at) // 2:,} posts uploaded, {seen:,} live")
        if quarters and seen >= quarters[0]:
            result.memory.append(dev.measure_memory())
            quarters.pop(0)

    with PageWatch(dev, f"en/{POSTS.name}/post-", on_poll) as watch:
        with ThreadPoolExecutor(CLIENTS) as clients:
            _run(clients, posts[: count // 2], uploads)
            one_more.start()
            _run(clients, posts[count // 2 :], uploads)
        result.figures["upload seconds"] = round(time.monotonic() - began, 1)
        missing = watch.wait_for([post.page_key for post in posts], load.size.idle_timeout)
    one_more.join()
    reports = await_reports(dev, uploads.versions, load.size.idle_timeout)
    fill(result, load, uploads.versions, reports, began)
    result.expect(not missing, f"{len(missing)} posts never went live, such as {missing[:1]}")
    _add_waits(result, posts, uploads, watch)
    whole = max(watch.seen_at.values()) - began
    result.figures |= {
        "one more post, with nothing beside it": round(alone, 2),
        "one more post, in the middle": round(more[0], 1),
        "the last of all live after": round(whole, 1),
    }
    result.expect(more[0] < whole, "the one more post waited for all the others")
    result.expect(result.states == {"live": 2 * count}, f"states are {result.states}")
    return result


def _add_waits(result: Result, posts: Sequence[LoadPost], uploads: Uploads, watch: PageWatch) -> None:
    waits = [
        watch.seen_at[post.page_key] - uploads.put_at[post.text_key] for post in posts if post.page_key in watch.seen_at
    ]
    result.median_wait, result.worst_wait = statistics.median(waits), max(waits)


def _run(clients: ThreadPoolExecutor, posts: Sequence[LoadPost], uploads: Uploads) -> None:
    list(clients.map(lambda post: put_post(post, uploads, image=True), posts))


def load_republish(load: Load) -> Result:
    """Every post is made again through the slow lane, and one more is uploaded in the middle."""
    dev, result = load.dev, Result("republish --all of them")
    load.settle()
    load.live.remember(contents=True)
    began = time.monotonic()
    command = dev.start_command("republish", "--all", "--yes", "--json")
    output, errors = command.communicate()
    result.expect(command.returncode == 0, f"republish ended with {command.returncode}: {errors[-300:]}")
    result.figures["republish says"] = json.loads(output or "{}")
    result.uploads = load.size.posts
    result.figures["one more post, beside the slow lane"] = round(load.put_one_more(), 1)
    result.figures["messages left when it was live"] = sum(dev.count_messages().values())
    while left := sum(dev.count_messages().values()):
        load.show(f"{left:,} messages left")
        time.sleep(1)
    result.seconds = time.monotonic() - began
    changed = load.live.find_changes(contents=True)
    result.expect(not changed, f"{len(changed)} pages or images changed, such as {changed[:1]}")
    result.memory.append(dev.measure_memory())
    return result


def load_folder(load: Load) -> Result:
    """One post's folder with very many objects. The last ones are sent by ``colophon upload``, more than have a place.
    The others are put while S3 sends no notifications: each would have the whole folder listed."""
    dev, files, sent = load.dev, load.size.files, load.size.sent
    result, post = Result("one folder, by colophon upload"), LoadPost(FOLDER, 0)
    inbox = dev.folder / "crowded"
    folder = (inbox / post.text_key).parent
    folder.mkdir(parents=True)
    shutil.copy(dev.folder / "inbox/site.yaml", inbox)
    (inbox / post.text_key).write_text(post.text())
    for number in range(files - 1):
        (folder / f"image-{number:04}.png").write_bytes(picture(number % 200, 40 + number // 200))
    before = sorted(folder.glob("*.png"))[sent - 1 :]
    with _no_notifications(dev), ThreadPoolExecutor(CLIENTS) as clients:
        keys = clients.map(lambda file: Uploads(dev).put(f"{file.relative_to(inbox)}", file.read_bytes()), before)
        result.figures["in the folder before"] = len(list(keys))
    load.live.remember()
    began = time.monotonic()
    answer = run_upload(load, inbox)
    result.figures["colophon upload took"] = round(time.monotonic() - began, 1)
    result.figures["exit code"], result.figures["no outcome yet"] = answer["code"], len(answer["unanswered"])
    newest = newest_versions(dev, folder.relative_to(inbox).as_posix())
    versions = {key: version for key, version in newest.items() if key in answer["sent"]}
    # Those without a place wait for good.
    reports = await_reports(dev, versions, load.size.idle_timeout, settled=lambda _: True)
    fill(result, load, versions, reports, began)
    result.expect(reports.get(post.text_key, Report("", "none")).state == "live", "the text is not live")
    unexplained = [
        key
        for key, report in reports.items()
        if report.state == "waiting" and not any("files" in problem.fix for problem in report.problems)
    ]
    result.expect(
        not unexplained, f"{len(unexplained)} wait and their reports do not say for what, such as {unexplained[:1]}"
    )
    result.expect(set(result.states) <= {"live", "waiting"}, f"states are {result.states}")
    result.expect(len(newest) == files, f"the folder has {len(newest)} of {files} objects")
    result.expect(len(versions) == sent, f"{len(versions)} of {sent} were sent")
    result.expect(not answer["unanswered"], f"colophon upload has no outcome of {len(answer['unanswered'])}")
    return result


def load_versions(load: Load) -> Result:
    """Very many versions of one key. All but the last are uploaded while S3 sends no notifications: each would have the
    whole history listed. Then refused ones come, more than are read, and a right one at the end."""
    dev, size, post = load.dev, load.size, LoadPost(VERSIONS, 0)
    result, uploads = Result("versions of one key"), Uploads(dev)
    began = time.monotonic()
    put_post(post, uploads, image=False)
    wait_for_page(dev, post.page_key, size.idle_timeout)
    load.settle()
    with _no_notifications(dev), ThreadPoolExecutor(CLIENTS) as clients:
        for start in range(0, size.versions - size.counted - 1, 1_000):
            some = range(start, min(start + 1_000, size.versions - size.counted - 1))
            list(clients.map(lambda number: uploads.put(post.text_key, post.text(said=f"Version {number}.")), some))
            load.show(f"{some.stop:,} versions uploaded")
    uploads.put(post.text_key, post.text(said="The newest right one."))
    _await_text(dev, post, "The newest right one.", size.idle_timeout)
    load.live.remember()
    for number in range(size.counted - 2):
        uploads.put(post.text_key, f"refused {number}")
    reports = await_reports(dev, uploads.versions, size.idle_timeout)
    result.expect(count_states(reports) == {"refused": 1}, f"after refused versions it is {count_states(reports)}")
    changed = load.live.find_changes()
    result.expect(not changed, f"refused versions changed {changed[:1]}")
    uploads.put(post.text_key, post.text(said="The last one."))
    result.worst_wait = result.median_wait = _await_text(dev, post, "The last one.", size.idle_timeout)
    reports = await_reports(dev, uploads.versions, size.idle_timeout)
    fill(result, load, uploads.versions, reports, began, but=[post.page_key])
    listed = dev.s3.get_paginator("list_object_versions").paginate(Bucket=dev.inbox_bucket, Prefix=post.text_key)
    result.uploads = sum(len(page.get("Versions", [])) for page in listed)
    result.expect(result.uploads == size.versions, f"the inbox has {result.uploads} of {size.versions} versions")
    result.expect(result.states == {"live": 1}, f"the newest one is {result.states}")
    return result


def _await_text(dev: DevProcess, post: LoadPost, text: str, idle_timeout: float) -> float:
    """Seconds until the page says ``text``."""
    began, waiting = time.monotonic(), IdleTimeout(dev, idle_timeout)
    while text not in dev.s3.get_object(Bucket=dev.site_bucket, Key=post.page_key)["Body"].read().decode():
        assert not waiting.is_over(None), f"{post.page_key} does not say “{text}”"
        time.sleep(0.2)
    return time.monotonic() - began


@contextmanager
def _no_notifications(dev: DevProcess) -> Iterator[None]:
    """S3 sends no notifications of the inbox within the block."""
    kept = dev.s3.get_bucket_notification_configuration(Bucket=dev.inbox_bucket)
    kept.pop("ResponseMetadata")
    dev.s3.put_bucket_notification_configuration(Bucket=dev.inbox_bucket, NotificationConfiguration={})
    try:
        yield
    finally:
        dev.s3.put_bucket_notification_configuration(Bucket=dev.inbox_bucket, NotificationConfiguration=kept)


def load_two_uploads(load: Load) -> Result:
    """Two ``colophon upload`` at once: each has posts of its own, some that both have alike, and some that differ."""
    dev, shared = load.dev, load.size.shared
    result = Result("two colophon upload at once")
    inboxes = [dev.folder / name for name in ("mine", "theirs")]
    for number, inbox in enumerate(inboxes):
        own = range((number + 1) * shared, (number + 1) * shared + shared // 2)
        alike, different = range(shared // 2), range(shared // 2, shared)
        for post in (LoadPost(TWO, each) for each in (*own, *alike, *different)):
            file = inbox / post.text_key
            file.parent.mkdir(parents=True)
            file.write_text(post.text(said=f"Written by {inbox.name}." if post.number in different else ""))
        shutil.copy(dev.folder / "inbox/site.yaml", inbox)
    load.live.remember()
    began, answers = time.monotonic(), {}
    with ThreadPoolExecutor(2) as terminals:
        for inbox, answer in zip(inboxes, terminals.map(lambda inbox: run_upload(load, inbox), inboxes), strict=True):
            answers[inbox.name] = answer
    result.figures["colophon upload took"] = round(time.monotonic() - began, 1)
    for name, answer in answers.items():
        states = Counter(outcome["state"] for outcome in answer["outcomes"])
        result.figures[name] = dict(states)
        result.expect(answer["code"] == 0, f"{name} ended with {answer['code']}: {answer.get('errors', '')[-300:]}")
        result.expect(not answer["unanswered"], f"{name} has no outcome of {len(answer['unanswered'])}")
        result.expect(set(states) <= {"live", "superseded"}, f"{name}: {dict(states)}")
    versions = newest_versions(dev, f"posts/{TWO.name}")
    reports = _reports_of_contents(load, versions)
    fill(result, load, versions, reports, began)
    result.uploads = sum(len(answer["sent"]) for answer in answers.values())
    result.expect(result.states == {"live": 2 * shared}, f"states are {result.states}")
    return result


def _reports_of_contents(load: Load, versions: dict[str, str]) -> dict[str, Report]:
    """The reports by key. Of equal bytes in a row a report names the version that was there when it was decided."""
    pages = load.dev.s3.get_paginator("list_object_versions").paginate(
        Bucket=load.dev.inbox_bucket, Prefix=f"posts/{TWO.name}/"
    )
    found = [each for page in pages for each in page.get("Versions", [])]
    etags = {each["VersionId"]: each["ETag"] for each in found}
    equal = {
        key: {one["VersionId"] for one in found if one["ETag"] == etags[newest]} for key, newest in versions.items()
    }
    return await_reports(load.dev, versions, load.size.idle_timeout, equal_versions=equal)
