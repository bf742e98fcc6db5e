"""The drawing of a dashboard: every metric finds its samples, and a curve its place."""

import json
from xml.etree import ElementTree

from colophon_emulator.alarms import Metric, Sample
from tests.emulated.dashboard_svg import draw, read_widgets

BODY = json.dumps(
    {
        "widgets": [
            {
                "type": "metric",
                "x": 0,
                "y": 0,
                "width": 8,
                "height": 6,
                "properties": {
                    "title": "Calls & errors",
                    "stat": "Sum",
                    "period": 60,
                    "annotations": {"horizontal": [{"value": 8, "label": "alarm"}]},
                    "metrics": [
                        ["AWS/Lambda", "Errors", "FunctionName", "publish", {"label": "publish"}],
                        ["...", "image", {"label": "image"}],
                        ["Colophon/night", "PublishErrors", {"label": "logged", "stat": "Maximum"}],
                    ],
                },
            }
        ]
    }
)


def sample(name: str, at: float, value: float) -> Sample:
    return Sample(Metric("AWS/Lambda", "Errors", (("FunctionName", name),)), at, value)


SAMPLES = [
    *(sample("publish", 10, 1), sample("publish", 20, 2), sample("image", 70, 4)),
    *(Sample(Metric("Colophon/night", "PublishErrors"), 10, value) for value in (5.0, 3.0)),
]


def test_each_metric_finds_its_samples_by_its_own_statistic() -> None:
    (widget,) = read_widgets(BODY, SAMPLES, 0, 120)
    assert {curve.label: list(curve.points) for curve in widget.curves} == {
        "publish": [(0, 3)],
        "image": [(60, 4)],
        "logged": [(0, 5)],
    }


def test_the_picture_is_xml_with_titles_legends_and_marks() -> None:
    picture = ElementTree.fromstring(draw("A & B", list(read_widgets(BODY, SAMPLES, 0, 120)), 0, 120))
    texts = [element.text for element in picture.iter() if element.tag.endswith("text")]
    assert {"A & B", "Calls & errors", "publish", "image", "logged", "alarm"} <= set(texts)
    assert "no data" not in texts
    empty = draw("A", list(read_widgets(BODY, [], 0, 120)), 0, 120)
    assert "no data" in empty


def test_no_legend_is_wider_than_its_widget() -> None:
    labels = ["overdue", "unanswered", "live but not listed", "stored without a version", "one that is out of room"]
    body = json.loads(BODY)
    body["widgets"][0]["properties"]["metrics"] = [["A", "B", {"label": label}] for label in labels]
    (widget,) = read_widgets(json.dumps(body), [], 0, 120)
    picture = ElementTree.fromstring(draw("A", [widget], 0, 120))
    ends = [float(each.get("x", 0)) + 6 * len(each.text or "") for each in picture.iter() if each.text in labels]
    assert len(ends) == len(labels)
    assert max(ends) <= widget.width * 52 - 8
