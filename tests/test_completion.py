"""Shells complete commands, options and what is in the database: asked for with the tabulator key, in a terminal."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from builders import areas, authority, service
from support import ROOT, terminal
from test_ingest import load

import cli
from busdb.db import Database
from commands._completing import COMPLETE

SHELLS = {
    "bash": (["bash", "--norc", "-i"], 'eval "$(busdb completion bash)"'),
    "zsh": (["zsh", "-f", "-i"], 'autoload -U compinit; compinit -u -D; eval "$(busdb completion zsh)"'),
    "fish": (["fish", "--no-config", "-i"], "busdb completion fish | source"),
}


@pytest.fixture(scope="session")
def environ(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> dict[str, str]:
    """An installation with a few records, and a busdb that a shell finds."""
    folder = tmp_path_factory.mktemp("completion")
    shutil.copy(sqlite_template, folder / "busdb.sqlite3")
    database = Database(f"sqlite:///{folder / 'busdb.sqlite3'}")
    load(database, areas(), source="destatis")
    load(database, [service()])
    load(database, [authority()], source="kommunal")
    database.close()
    program = folder / "busdb"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m cli "$@"\n')
    program.chmod(0o755)
    return {
        "PATH": f"{folder}:{os.environ['PATH']}",
        "HOME": str(folder),
        "TERM": "xterm",
        "BUSDB_LANG": "de",
        "BUSDB_DATA_DIR": str(folder),
    }


@pytest.mark.parametrize("shell", SHELLS)
def test_the_tabulator_completes_commands_ids_and_places(shell: str, environ: dict[str, str]) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is missing")
    words, setup = SHELLS[shell]
    with terminal(words, environ) as shown:
        shown.type(f"{setup}; echo rea''dy\r")
        shown.wait_for("ready")
        for typed, becomes in (
            ("busdb templ", "busdb template"),
            ("busdb who lsa.a", "busdb who lsa.ausweis"),
            ("busdb where naumb", "busdb where naumburg-saale"),
        ):
            shown.seen = ""
            shown.type(f"{typed}\t")
            shown.wait_for(becomes)
            shown.type("\x15")


def completed(environ: dict[str, str], *words: str) -> set[str]:
    """What is offered for the last word."""
    asked = {"COMP_WORDS": " ".join(["busdb", *words]), "COMP_CWORD": str(len(words)), COMPLETE: "bash_complete"}
    done = subprocess.run(
        ["busdb"], env={**environ, **asked}, cwd=environ["HOME"], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return {line.partition(",")[2] for line in done.stdout.splitlines() if line}


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("runs", "s"), {"show"}),
        (("import", "sy"), {"synonyms"}),
        (("export", "fee"), {"fees"}),
        (("import", "json", "x", "--source", "k"), {"kommunal"}),
        (("diff", "--ars", "15084035"), {"150840355355"}),
        (("history", "kommunal."), {"kommunal.buergerbuero"}),
        (("runs", "show", ""), {"1", "2", "3"}),
        (("drafts", "show", ""), set()),
        (("template", "add"), {"additions"}),
        (("sources", "edit", "ls"), {"lsa"}),
        (("serve", "--ho"), {"--host"}),
        (("who", "nichts."), set()),
    ],
)
def test_words_come_from_the_program_and_the_database(
    environ: dict[str, str], words: tuple[str, ...], offered: set[str]
) -> None:
    assert completed(environ, *words) == offered


def test_without_a_database_nothing_is_offered_and_nothing_made(environ: dict[str, str], tmp_path: Path) -> None:
    nowhere = {**environ, "BUSDB_DATA_DIR": str(tmp_path / "var")}
    assert completed(nowhere, "who", "lsa") == set()
    assert completed({**environ, "BUSDB_SEARCH": "unsinn"}, "who", "lsa") == set()
    assert not (tmp_path / "var").exists()


def test_what_names_a_source_or_a_place_is_completed_at_every_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(COMPLETE, "bash_complete")
    group = cli.Commands(name="busdb")
    found = {one.opts[0]: one.type.name for one in parameters(group) if {"--source", "--ars", "--place"} & {*one.opts}}
    assert found == {"--source": "known", "--ars": "known", "--place": "known"}


def test_a_command_that_completes_takes_what_it_took(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(COMPLETE, "bash_complete")
    group = cli.Commands(name="busdb")
    drafts = group.get_command(click.Context(group), "drafts")
    assert isinstance(drafts, click.Group)
    (number,) = [one for one in drafts.commands["show"].params if isinstance(one, click.Argument)]
    assert number.type.name == "known"
    assert number.type_cast_value(click.Context(drafts.commands["show"]), "5") == 5


def parameters(group: click.Group) -> Iterator[click.Parameter]:
    """The parameters of all commands."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield from parameters(command) if isinstance(command, click.Group) else command.params
