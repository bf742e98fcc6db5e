"""Files of published lists as uploads: a share each day, all of them in ``make hostile``."""

import pytest

from tests.hostile import installed_lists, lists
from tests.hostile.files import read_files, read_images
from tests.rotating_seeds import share_of_the_day


@pytest.fixture(autouse=True)
def _lists() -> None:
    if missing := installed_lists.describe_missing():
        if installed_lists.is_required():
            pytest.fail(f"The lists are required: {missing}.")
        pytest.skip(f"Needs the lists: {missing}.")


def test_documents_of_yaml_and_json_are_read_or_refused() -> None:
    yaml, json = lists.yaml_documents(), lists.json_documents()
    assert len(yaml) > 400
    assert len(json) > 300
    ends = read_files(share_of_the_day((*yaml, *json), 4))
    assert ends["refused"] > 100
    assert ends["read"] > 10


def test_images_that_broke_another_library_are_clean_or_refused() -> None:
    images = list(lists.pillow_images())
    assert len(images) > 1000
    ends = [end for _, end in read_images(share_of_the_day(images, 20))]
    assert ends.count("refused") > 3
    assert ends.count("clean") > 3
