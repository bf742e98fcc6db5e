"""A message that fails is in the log, with its subject and its cause."""

import json
import subprocess
import sys

# In a process of its own, because a logger keeps the stream that it was made with.
FAILS = """
from colophon.wiring.aws import log_failures
with log_failures("posts/a/b"):
    raise ValueError("seven")
"""


def test_a_failure_is_logged_with_its_subject_and_raised_again() -> None:
    ended = subprocess.run([sys.executable, "-c", FAILS], capture_output=True, text=True, check=False)
    logged = json.loads(ended.stdout)
    assert logged["level"] == "ERROR"
    assert logged["subject"] == "posts/a/b"
    assert "seven" in logged["exception"]
    assert ended.stderr.endswith("ValueError: seven\n")
