"""What CloudFront takes less of than V8 does, and what it refuses from a function."""

import re
import subprocess
import sys

import pytest

from colophon_emulator.deployment import Deployment
from colophon_emulator.edge_function import (
    MAX_CODE_BYTES,
    EdgeFunction,
    EdgeFunctionError,
    ViewerRequest,
    ViewerResponse,
)

# cloudfront-js-2.0 is ECMAScript 5.1 and a part of what came later (Developer Guide, "JavaScript runtime 2.0
# features for CloudFront Functions"). These would run on V8 and perhaps not there.
NEWER = {
    "import or require": r"\b(import|require)\b",
    "class": r"\bclass\b",
    "for-of": r"\bfor\s*\([^)]*\bof\b",
    "waiting": r"\b(await|async|setTimeout|fetch)\b",
    "optional chaining": r"\?\.",
    "nullish": r"\?\?",
    "destructuring": r"\b(const|let|var)\s*[\[{]",
    "spread": r"\.\.\.",
    "default parameters": r"function[^(]*\([^)]*=",
    "eval": r"\b(eval|Function)\s*\(",
}


def test_the_distribution_calls_one_function_each_way(stack: Deployment) -> None:
    functions = list(stack.of_type("AWS::CloudFront::Function"))
    assert len(functions) == 2
    for function in functions:
        assert function.properties["AutoPublish"] is True
        assert function.properties["FunctionConfig"]["Runtime"] == "cloudfront-js-2.0"
        assert len(function.properties["FunctionCode"].encode()) < MAX_CODE_BYTES // 2


@pytest.mark.parametrize("what", NEWER)
def test_a_function_speaks_the_dialect_that_cloudfront_knows(stack: Deployment, what: str) -> None:
    for function in stack.of_type("AWS::CloudFront::Function"):
        code = re.sub(r"//.*", "", function.properties["FunctionCode"])
        assert not re.search(NEWER[what], code), f"{function.logical_id} uses {what}"


@pytest.mark.parametrize(
    "code",
    [
        "function handler(event) {",
        "function handler(event) { throw new Error('no'); }",
        "function handler(event) { }",
        "function handler(event) { while (true) { } }",
        "function handler(event) { event.response.statusCode = 999; return event.response; }",
        "function handler(event) { event.response.headers['X-Own'] = {value: 'a'}; return event.response; }",
        "function handler(event) { event.response.headers['x-amz-cf-id'] = {value: 'a'}; return event.response; }",
        "function handler(event) { event.response.headers['connection'] = {value: 'a'}; return event.response; }",
        "//" + "x" * MAX_CODE_BYTES,
    ],
)
def test_what_cloudfront_would_refuse_is_refused(code: str) -> None:
    with pytest.raises(EdgeFunctionError):
        EdgeFunction("planted", code).on_response(ViewerRequest("GET", "/"), ViewerResponse(200))


def test_an_engine_left_open_does_not_keep_the_program_from_ending() -> None:
    program = (
        "from colophon_emulator.edge_function import EdgeFunction\n"
        "kept = EdgeFunction('a', 'function handler(e) { return e; }')"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30, env={"PYTHONPATH": ":".join(sys.path)})
