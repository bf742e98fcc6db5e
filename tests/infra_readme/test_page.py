"""The tables of ``infra/README.md`` say what the templates say, and its links lead somewhere."""

import re
from typing import Any

import pytest
import yaml

from colophon_emulator.template import read_template
from tests.infra_readme import page

ROOT = page.ROOT
SITE, ALARMS, EDGE = (
    read_template(ROOT / name) for name in ("template.yaml", "infra/alarms.yaml", "infra/edge-alarms.yaml")
)
ALARM = "AWS::CloudWatch::Alarm"


def alarms_of(template: dict[str, Any]) -> set[str]:
    return {name for name, each in template["Resources"].items() if each["Type"] == ALARM}


def rows_of_alarms() -> list[list[str]]:
    return page.table_under("Alarms", first="alarm | fires when | readers see | look at | command")


def test_each_alarm_has_one_entry_and_each_entry_is_an_alarm() -> None:
    named = [name for row in rows_of_alarms() for name in page.names_in(row[0])]
    assert len(named) == len(set(named))
    assert set(named) == alarms_of(ALARMS) | alarms_of(EDGE)


def test_each_entry_says_what_readers_see_where_to_look_and_a_command() -> None:
    rows = rows_of_alarms()
    assert all(len(row) == 5 and all(row) for row in rows)
    commands = {command for program in page.PROGRAMS for command in page.commands(program)}
    without = [row[0] for row in rows if not commands & set(page.names_in(row[4]))]
    assert without == []


def test_the_alarms_at_the_edge_are_marked() -> None:
    marked = {name for row in rows_of_alarms() if "us-east-1" in row[0] for name in page.names_in(row[0])}
    assert marked == alarms_of(EDGE)


def test_the_parameters_are_those_of_the_template_with_their_defaults() -> None:
    rows = page.table_under("Parameters", first="parameter | default |")
    said = {page.names_in(row[0])[0]: row[1].strip("`") for row in rows}
    assert said == {name: str(each["Default"]) or "empty" for name, each in SITE["Parameters"].items()}


def test_every_output_is_named() -> None:
    rows = page.table_under("Outputs", first="output | use")
    named = [name for row in rows for name in page.names_in(row[0])]
    patterns = [re.escape(name).replace(re.escape("..."), r"\w+") for name in named]
    outputs = SITE["Outputs"]
    assert [name for name in outputs if not any(re.fullmatch(each, name) for each in patterns)] == []
    assert [each for each in patterns if not any(re.fullmatch(each, name) for name in outputs)] == []


def test_policies_for_people_are_those_of_the_template() -> None:
    rows = page.table_under("People", first="policy | for | its commands")
    named = {name for row in rows for name in page.names_in(row[0])}
    assert named == {name for name in SITE["Outputs"] if name.endswith("PolicyArn")}


@pytest.mark.parametrize("link", sorted(set(page.links())))
def test_a_link_leads_somewhere(link: str) -> None:
    if link.startswith("#"):
        assert link[1:] in page.headings()
        return
    path, _, anchor = link.partition("#")
    target = (page.PAGE.parent / path).resolve()
    assert target.exists()
    assert not anchor or f"\n## {anchor.replace('-', ' ')}\n" in target.read_text().lower()


def test_each_drill_names_the_test_that_does_it() -> None:
    rows = page.table_under("Restore drills", first="drill | commands | what comes back, what does not | test")
    assert len(rows) >= 9
    assert [row[3] for row in rows if not (ROOT / page.names_in(row[3])[0]).is_file()] == []


def test_each_game_day_is_a_test() -> None:
    rows = page.table_under("Game days", first="what fails, and for how long | struck | failed runs | pages | oldest")
    days = "".join(path.read_text() for path in (ROOT / "tests/emulated").glob("test_game_day*.py"))
    assert rows
    # All but the last name how long it lasts after a comma.
    assert [row[0] for row in rows if f'"{row[0]}"' not in days and f'"{row[0].rpartition(", ")[0]}"' not in days] == []


def test_the_limits_are_those_of_the_template() -> None:
    limits = page.text().split("\n## Limits\n")[1]
    resources = SITE["Resources"]
    tries = {name: each["Properties"]["RedrivePolicy"]["maxReceiveCount"] for name, each in _queues_with_tries()}
    assert set(tries) == {"IntakeQueue", "SlowQueue", "ImageQueue", "ListingQueue", "PurgeQueue"}
    assert tries["IntakeQueue"] == tries["SlowQueue"] == tries["ImageQueue"]
    uploads, listings, purges = tries["IntakeQueue"], tries["ListingQueue"], tries["PurgeQueue"]
    assert f"{uploads} tries of an upload or image, {listings} of a listing, {purges} of a purge" in limits
    seconds = {name: each["Properties"].get("Timeout") for name, each in resources.items() if name.endswith("Function")}
    usual = {seconds[f"{name}Function"] for name in ("Publish", "Image", "Relist", "Report")}
    assert len(usual) == 1
    sweep, purge = seconds["SweepFunction"], seconds["PurgeFunction"]
    assert f"`report` {usual.pop()} s; `sweep` {sweep} s; `purge` {purge} s" in limits
    mapping = resources["RelistFunction"]["Properties"]["Events"]["Changes"]["Properties"]
    at_once = {1: "one batch", 4: "four batches"}[mapping.get("ParallelizationFactor", 1)]
    assert f"{at_once} at a time for each shard" in limits


def _queues_with_tries() -> list[tuple[str, Any]]:
    resources = SITE["Resources"].items()
    return [(name, each) for name, each in resources if "RedrivePolicy" in each.get("Properties", {})]


def test_the_workflow_deploys_what_samconfig_names_and_asks_for_no_secret() -> None:
    (workflow,) = page.blocks("yaml")[:1]
    jobs = yaml.load(workflow, Loader=yaml.CSafeLoader)["jobs"]
    assert list(jobs) == ["staging", "production"]
    assert all(job["environment"] == name for name, job in jobs.items())
    assert all(f"[{name}.deploy.parameters]" in (ROOT / "samconfig.toml").read_text() for name in jobs)
    assert "secrets." not in workflow
    trust = next(block for block in page.blocks("json") if "AssumeRoleWithWebIdentity" in block)
    assert "environment:production" in trust
