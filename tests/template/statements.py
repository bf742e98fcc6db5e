"""Every statement that grants or denies something, as deployed. Run it to rewrite statements.json:

python tests/template/statements.py
"""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).with_name("statements.json")
_POLICIES = ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy")


def statements(resources: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """For each role, managed policy and resource policy, by logical id: its statements by Sid, in lists."""
    found: dict[str, dict[str, Any]] = {}
    for logical_id, resource in sorted(resources.items()):
        if resource.type == "AWS::IAM::Role":
            documents = [policy["PolicyDocument"] for policy in resource.properties.get("Policies", [])]
            found[logical_id] = _by_sid(documents) | _assumed_by(resource.properties)
        elif resource.type in (*_POLICIES, "AWS::IAM::ManagedPolicy"):
            found[logical_id] = _by_sid([resource.properties["PolicyDocument"]])
    return found


def _by_sid(documents: list[Mapping[str, Any]]) -> dict[str, Any]:
    found = {}
    for document in documents:
        for statement in document["Statement"]:
            kept = {name: value for name, value in statement.items() if name != "Sid"}
            found[statement["Sid"]] = kept | {name: _list(kept[name]) for name in ("Action", "Resource")}
    return found


def _assumed_by(properties: Mapping[str, Any]) -> dict[str, Any]:
    managed = properties.get("ManagedPolicyArns", [])
    return {"AssumedBy": properties["AssumeRolePolicyDocument"]["Statement"]} | (
        {"Managed": managed} if managed else {}
    )


def _list(value: str | list[str]) -> list[str]:
    # A stream's ARN ends with the moment it was made at.
    return [re.sub("(?<=/stream/).+", "<made at>", each) for each in ([value] if isinstance(value, str) else value)]


def rewrite() -> None:
    from colophon_emulator.deploy import deploy
    from colophon_emulator.engine import run_moto

    with run_moto():
        found = statements(deploy(ROOT / "template.yaml", {}, "colophon").resources)
    GOLDEN.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "shared"))
    rewrite()
