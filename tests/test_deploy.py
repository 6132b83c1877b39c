"""What operators copy is true: units, container and alert rules fit the program."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families
from support import NOW, ROOT, missing

import cli
from api import create_app
from busdb import migration, webhooks
from busdb.db import Database
from busdb.settings import Settings

DEPLOY = ROOT / "deploy"
PROGRAM = "/opt/busdb/bin/busdb"
UNITS = sorted(DEPLOY.glob("systemd/*.service"))


def parse(words: list[str]) -> click.Context:
    """The words of a command line, taken as click takes them, up to the command that would run."""
    command: click.Command = cli.Commands(name="busdb")
    context = click.Context(command)
    while isinstance(command, click.Group):
        name, found, words = command.resolve_command(context, words)
        assert name is not None
        assert found is not None
        command = found
        context = command.make_context(name, list(words), parent=context)
        words = [*context._protected_args, *context.args]
    return context


def programs() -> list[tuple[str, list[str]]]:
    """Every call of busdb in a unit or in the container."""
    found = []
    for unit in UNITS:
        for line in re.findall(r"^ExecStart=-?(.*)$", unit.read_text(), re.MULTILINE):
            program, *words = shlex.split(line)
            assert program == PROGRAM
            found.append((unit.name, words))
    container = (DEPLOY / "Containerfile").read_text()
    assert json.loads(re.findall(r"^ENTRYPOINT (.*)$", container, re.MULTILINE)[0]) == ["busdb"]
    found.append(("Containerfile", json.loads(re.findall(r"^CMD (.*)$", container, re.MULTILINE)[0])))
    return found


@pytest.mark.parametrize(("where", "words"), programs(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_line_is_one_that_the_program_takes(where: str, words: list[str], tmp_path: Path) -> None:
    for folder in re.findall(r"busdb/(\S+)", (DEPLOY / "systemd/busdb-.service.d/hardening.conf").read_text()):
        (tmp_path / folder).mkdir(exist_ok=True)
    assert parse([word.replace("/var/lib/busdb", str(tmp_path)) for word in words]).command.callback


def test_a_command_line_that_is_none_is_seen() -> None:
    with pytest.raises(click.UsageError):
        parse(["serve", "--sockel", "x"])
    with pytest.raises(click.UsageError):
        parse(["inbox", "laufe"])


def test_every_timer_has_its_service_and_every_short_service_its_timer() -> None:
    timers = {path.stem for path in DEPLOY.glob("systemd/*.timer")}
    short = {unit.stem for unit in UNITS if "Type=oneshot" in unit.read_text()}
    assert timers == short


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        missing("systemd-analyze")
    shutil.copytree(DEPLOY / "systemd", tmp_path, dirs_exist_ok=True)
    own = str(Path(sys.executable).with_name("busdb"))
    for unit in tmp_path.glob("*.service"):
        unit.write_text(unit.read_text().replace(PROGRAM, own))
    units = [*tmp_path.glob("*.service"), *tmp_path.glob("*.timer")]
    words = [str(analyze), "verify", "--man=no", "--recursive-errors=no", *map(str, units)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_operators_run_the_program_as_the_services_do() -> None:
    held = dict(
        re.findall(r"^(\w+)=(.*)$", (DEPLOY / "systemd/busdb-.service.d/hardening.conf").read_text(), re.MULTILINE)
    )
    words = shlex.split((DEPLOY / "busdb").read_text(), comments=True)
    assert {f"--uid={held['User']}", f"--gid={held['Group']}", f"UMask={held['UMask']}"} <= set(words)
    assert f"EnvironmentFile={held['EnvironmentFile']}" in words
    assert words[-2:] == [PROGRAM, "$@"]
    assert os.access(DEPLOY / "busdb", os.X_OK)


def test_the_container_runs_as_nobody_special() -> None:
    users = re.findall(r"^USER (.*)$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)
    assert users == ["5115"]


def told(tmp_path: Path) -> set[str]:
    """The names that /metrics of an installation in which everything happens tells."""
    settings = Settings(data_dir=str(tmp_path), published=str(tmp_path / "files"))
    database = Database(settings.database)
    migration.upgrade(database)
    with database.writing() as connection:
        webhooks.add(connection, "https://a.example.org", None, NOW, ["*"])
    database.close()
    environ = {"BUSDB_DATA_DIR": str(tmp_path)}
    words = ["publish", str(tmp_path / "files"), "--formats", "json"]
    assert CliRunner().invoke(cli.Commands(), words, env=environ, catch_exceptions=False).exit_code == 0
    client = create_app(settings).test_client()
    client.get("/api/v1/search?q=nichts", buffered=True)
    text = client.get("/metrics", buffered=True).get_data(as_text=True)
    families = list(text_string_to_metric_families(text))
    samples = {sample.name for family in families for sample in family.samples}
    return samples | {family.name for family in families}


def test_alerts_ask_for_figures_that_there_are_and_the_page_names_all(tmp_path: Path) -> None:
    rules = [rule for group in yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"] for rule in group["rules"]]
    there = told(tmp_path)
    asked = {name for rule in rules for name in re.findall(r"\bbusdb_\w+", rule["expr"])}
    assert asked
    assert asked - there == set()
    page = (ROOT / "docs" / "operations.md").read_text()
    named = set(re.findall(r"\bbusdb_\w+", page))
    own = {re.sub(r"_(bucket|count|sum)$", "", name) for name in there if name.startswith("busdb_")}
    assert {name.removesuffix("_total") for name in own} == {name.removesuffix("_total") for name in named}
    for rule in rules:
        assert rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in {"page", "ticket"}
