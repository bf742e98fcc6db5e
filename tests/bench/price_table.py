"""The table of infra/README.md that shows what a million new posts cost, call by call, before and now."""

from collections.abc import Mapping

from msgspec import Struct

from tests.bench import search_cost


class Row(Struct, frozen=True):
    """One row. ``before`` was measured with the version before 0.2.0; ``lines`` begin the names of today's figures."""

    name: str
    of: str
    before: float
    lines: tuple[str, ...]


ROWS = (
    Row("publish PutObject", "page", 5.00, ("publish.PutObject.",)),
    Row("publish ListObjectVersions", "folder", 5.00, ("publish.ListObjectVersions",)),
    Row("publish GetObject", "upload", 0.40, ("publish.GetObject.",)),
    Row("publish TransactGetItems", "post, clinic, site", 0.75, ("publish.TransactGetItems.",)),
    Row("publish TransactWriteItems", "post's row", 2.50, ("publish.TransactWriteItems.post",)),
    Row("", "entry", 1.25, ("publish.TransactWriteItems.entries",)),
    Row("", "second entry; now the day", 1.25, ("publish.TransactWriteItems.recent",)),
    Row("", "history", 1.25, ("publish.TransactWriteItems.history",)),
    Row("relist PutObject", "month, sitemap, search, archive, home, 4 feeds", 4.50, ("relist.PutObject.",)),
    Row("relist reads", "rows, entries", 0.475, ("relist.TransactGetItems.", "relist.Query.", "relist.BatchGetItem.")),
    Row("relist PutItem", "years, archives, home", 0.25, ("relist.PutItem.",)),
    Row("report PutObject", "report", 5.00, ("report.PutObject.",)),
    Row("Lambda", "", 2.17, ("lambda",)),
    Row("SQS", "", 0.08, ("sqs",)),
)
BEFORE = 29.87
_SERVICES = {"s3": "S3", "dynamodb": "DynamoDB", "lambda": "Lambda", "sqs": "SQS"}


def render(first: Mapping[str, float], second: Mapping[str, float]) -> str:
    """``first`` and ``second`` are the figures of the two baskets, as ``measure_basket`` returns them."""
    rows = [f"| {row.name} | {row.of} | {row.before:.2f} | {_sum(row, first):.2f} |" for row in ROWS]
    services = ", ".join(f"{name} {second[f'.{key}']:.1f}" for key, name in _SERVICES.items())
    return "\n".join(
        [
            "| function, call | of | before | now |",
            "| --- | --- | ---: | ---: |",
            *rows,
            f"| **all** | | **{BEFORE:.2f}** | **{first['']:.2f}** |",
            "",
            "The second basket, a Korean original, its translation with three tags and one image (three sizes and a",
            f"fallback), costs {second['']:.1f} dollars: {services}.",
            "",
            *search_cost.describe(),
        ]
    )


def _sum(row: Row, figures: Mapping[str, float]) -> float:
    return sum(figure for name, figure in figures.items() if name[1:].startswith(row.lines))


def unlisted(first: Mapping[str, float]) -> set[str]:
    """The figures that no row shows."""
    shown = tuple(line for row in ROWS for line in row.lines)
    totals = {"", ".s3", ".dynamodb", ".calls_a_post"}
    return {name for name in first if name not in totals and not name[1:].startswith(shown)}
