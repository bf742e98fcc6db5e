"""Reads the table's stream: writes a report on every upload whose outcome changed."""

from colophon.wiring.garbage_collector import pause_collector, resume_collector

pause_collector()

import os
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from colophon.settings import Settings
from colophon.stores.stream import parse_changes
from colophon.verbs.report import report_all
from colophon.wiring.log import FunctionLog, log_failures, log_invocation, make_log
from colophon.wiring.pages import ReportClients, make_report_clients

resume_collector()


@cache
def clients() -> ReportClients:
    return make_report_clients(Settings(os.environ))


@cache
def log() -> FunctionLog:
    return make_log(Settings(os.environ))


def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Handle one batch of changes. After a failure the stream is read again from the first change that failed."""
    with log_invocation(context):
        changes, made = list(parse_changes(event)), clients()
        reported = report_all(changes, made.inbox, made.index, made.site_url, made.run_changes)
        results = iter(zip(changes, reported, strict=True))

        def process(record: DynamoDBRecord) -> None:
            change, result = next(results)
            with log_failures(f"{change.pk} {change.sk}", change.trace):
                if isinstance(result, Exception):
                    raise result
                if result:
                    log().log_work("Reported.", {}, keys=result)

        processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
        return process_partial_response(event, process, processor, context)
