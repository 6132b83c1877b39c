"""The documentation is true: what is there is documented, what is said has its words in both languages."""

from __future__ import annotations

import ast
import configparser
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po
from support import ROOT

import cli
from busdb import checks, errors, formats, records
from busdb.codelists import PROSE_MODULES, TEXT_MODULES
from busdb.issues import CODES
from busdb.quality import RULES
from busdb.records import KINDS
from busdb.settings import Settings
from commands._manual import EXAMPLES, SPECIAL

FIELDS = {
    field
    for one in vars(records).values()
    if isinstance(one, type) and issubclass(one, records.Item | records.Record)
    for field in one.__struct_fields__
} - {"id"}
"""The fields of records and their parts."""
CODE = ("api", "busdb", "commands", "exporters", "importers")
DYNAMIC = (
    "executor.",
    "field.",
    "issue.",
    "kind.",
    "legal.",
    "page.embed_",
    "page.problem_",
    "parameter.",
    "status.",
    "module.",
    "news.",
    "visits.",
    "period.",
    "fee.",
    "quality.",
    "quality_do.",
    "quality_page.",
    "plain.",
    "duty.",
    "link.",
    "severity.",
    "newsmail.",
    "pricing.",
    "age.",
    "question.",
    "reason.",
    "http.",
    "label.",
    "advice.",
    "houses.",
    "titled.",
    "starts.",
    "coverage.",
    "hours.opens_",
    "weekday.",
    "applies.",
    "quote.question_",
    "quote.total_",
    "area.",
    "beaten.",
    "reference_place.",
    "reference_question.",
    "role.",
    "help.option_",
    "column.",
    "note.",
    "choice.",
    "table.",
    "suggestion.",
    "finding.",
    "infodienste.",
    "fit_connect.",
    "oauth.",
    "tidy.",
    "widget.",
    "interrupted.",
    "manual.",
    "doctor.name_",
    "doctor.all_",
)


def read(name: str) -> str:
    """A page of the documentation."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def commands() -> Iterator[tuple[str, click.Command]]:
    """All commands with their whole names."""
    group = cli.Commands(name="busdb")
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {sub}", below) for sub, below in command.commands.items())


@pytest.mark.parametrize(
    ("name", "command"), list(commands()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_command_is_documented_and_has_help(name: str, command: click.Command) -> None:
    assert f"busdb {name}" in read("commands.md")
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            assert parameter.help, f"{name} {parameter.opts}"


def test_every_option_stands_in_the_section_of_its_command_and_its_help_is_a_sentence() -> None:
    text = read("commands.md")
    for name, command in commands():
        section = text.split(f"\n## busdb {name.split()[0]}\n")[1].split("\n## ")[0]
        for parameter in command.params:
            if not isinstance(parameter, click.Option) or parameter.hidden or parameter.name == "as_json":
                continue
            names = [one for one in (*parameter.opts, *parameter.secondary_opts) if one.startswith("-")]
            said = [one for one in names if re.search(rf"(?<![\w-]){one}(?![\w-])", section)]
            assert said, (name, names)
            sentence = parameter.help or ""
            assert sentence.endswith((".", ")", "…")), (name, sentence)
            assert not sentence[0].islower(), (name, sentence)


def test_what_the_documentation_calls_has_these_options() -> None:
    known = dict(commands())
    lines = [line.strip() for line in read("commands.md").splitlines() if line.startswith("    ")]
    calls = [call for line in lines for call in re.findall(r"(?:^|[ =])busdb ([a-z][^|]*)", line)]
    calls += [example.partition("busdb ")[2].split(" || ")[0] for one in EXAMPLES.values() for example in one]
    assert len(calls) > 100
    for call in calls:
        first, second = (*call.split(), "", "")[:2]
        command = known.get(f"{first} {second}") or known[first]
        options = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
        assert set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", call)) <= options | {"--help"}, call


def test_every_status_that_only_some_commands_have_is_in_the_manual() -> None:
    known = dict(commands())
    assert EXAMPLES.keys() <= known.keys()
    names = {"WOULD_CHANGE": 8, "8": 8, "REJECTED": 9, "ILL": 10, "FAILED": 10, "BLOCKING": 10, "HARMFUL": 10}
    for path in (ROOT / "commands").glob("[a-z]*.py"):
        first = path.stem.rstrip("_").replace("_", "-")
        for word in re.findall(r"\w+", "".join(re.findall(r"\.exit\((.*)\)", path.read_text(encoding="utf-8")))):
            if word in names:
                assert any(name.split()[0] == first for name in SPECIAL[names[word]]), f"{first}: {word}"
    for status in SPECIAL.values():
        assert status <= known.keys()


def test_every_setting_is_documented_with_its_default() -> None:
    page = read("settings.md")
    for item in fields(Settings):
        row = next(line for line in page.splitlines() if f"`{item.metadata['name']}`" in line)
        assert str(item.default or "empty") in row
        assert item.metadata["text"] in row


def test_every_format_is_documented() -> None:
    imports, feeds = read("formats/import.md"), read("formats/feeds.md")
    for name in formats.names("importers"):
        assert f"\n## {name}\n" in imports
    for name in formats.names("exporters"):
        assert f"`{name}`" in feeds


def test_every_finding_and_exit_status_is_documented() -> None:
    page = read("formats/findings.md")
    for code, severity in {**CODES, **{code: severity for code, (severity, _) in RULES.items()}}.items():
        assert f"| `{code}` | {severity} |" in page
    operations = read("operations.md")
    for error in errors.BusdbError.__subclasses__():
        assert f"| {error.exit_status} | {error.__name__}" in operations


def test_every_rule_of_quality_is_documented_and_says_what_is_wrong_and_what_to_do() -> None:
    page = read("quality.md")
    for code, rule in checks.RULES.items():
        assert f"| `{code}` | {rule.severity} | {' '.join((rule.find.__doc__ or '').split())} |" in page
        assert {f"quality.{code}", f"quality_do.{code}"} <= catalogue("de").keys()
    assert set(re.findall(r"^\| `(Q\d+)`", page, re.MULTILINE)) == set(checks.RULES)


def test_every_finding_that_is_documented_is_made_and_every_one_that_is_made_is_documented() -> None:
    named, made = set(), set()
    for path in [*(ROOT / "busdb").rglob("*.py"), *(ROOT / "importers").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and path.name != "issues.py":
                named.add(node.value)
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Issue":
                codes = (one.value for one in node.keywords if one.arg == "code")
                made |= {one.value for one in codes if isinstance(one, ast.Constant)}
    assert set(CODES) - named == set()
    assert made - set(CODES) == set()


def test_every_kind_of_record_is_in_the_glossary() -> None:
    page = read("glossary.md")
    for record in KINDS.values():
        assert f"`{record.__name__}`" in page


def catalogue(language: str) -> dict[str, str]:
    """The sentences of a language by id."""
    path = ROOT / "busdb" / "locale" / language / "LC_MESSAGES" / "busdb.po"
    with path.open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}


def test_both_languages_say_the_same_things_with_the_same_gaps() -> None:
    german, english = catalogue("de"), catalogue("en")
    assert german.keys() == english.keys()
    for code, text in german.items():
        assert text, code
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", english[code])), code
    assert list(german) == sorted(german)


def used_codes() -> set[str]:
    """The message ids that stand in the code as they are."""
    found: set[str] = set()
    for package in CODE:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                    if name in {"message", "_"} or (name.endswith("Error") and name[:-5] in {
                        "Input", "NotFound", "Refused", "Busy", "Setup"
                    }):  # fmt: skip
                        found.add(str(node.args[0].value))
    return found | set(re.findall(r"""(?<!\w)t\(["']([\w.]+)["']""", templates()))


def templates() -> str:
    """All templates of pages."""
    return "".join(path.read_text(encoding="utf-8") for path in (ROOT / "api" / "templates").rglob("*.html"))


def test_every_sentence_that_the_code_says_is_in_the_catalogue_and_none_is_idle() -> None:
    known = set(catalogue("de"))
    used = used_codes()
    beginnings = tuple(code for code in used if code.endswith((".", "_")))
    wanted = (
        (used - set(beginnings))
        | {f"module.{code}" for code in (*TEXT_MODULES, *PROSE_MODULES)}
        | {f"issue.{code}" for code in CODES}
        | {f"quality.{code}" for code in RULES}
        | {f"field.{name}" for name in FIELDS}
        | {f"news.kind_{kind}" for kind in KINDS}
    )
    assert wanted - known == set()
    text = "".join(path.read_text(encoding="utf-8") for package in CODE for path in (ROOT / package).rglob("*.py"))
    text += (ROOT / "cli.py").read_text(encoding="utf-8") + templates()
    said = {code for code in known - wanted if code.startswith((*DYNAMIC, *beginnings)) or f'"{code}"' in text}
    idle = known - wanted - said
    assert idle == set()


def pages() -> list[Path]:
    """All pages that people read."""
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "sample").glob("*.md")]


@pytest.mark.parametrize("page", pages(), ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http:", "https:")):
            assert (page.parent / target).exists(), target


def test_every_test_that_the_threat_model_names_is_there() -> None:
    rows = [line for line in read("security.md").splitlines() if line.startswith("| ")][1:]
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    for row in rows:
        named = re.findall(r"`(test_\w+)`", row.rpartition("|")[0].rpartition("|")[2])
        assert named, row
        for name in named:
            assert f"def {name}(" in source, name


def test_everything_that_is_installed_is_pinned() -> None:
    setup = configparser.ConfigParser(interpolation=None)
    setup.read(ROOT / "setup.cfg")
    extras = setup["options.extras_require"]
    wanted = "\n".join((setup["options"]["install_requires"], extras["postgres"], extras["redis"])).split("\n")
    pinned = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    for one in filter(None, wanted):
        assert re.split(r"[\s\[<>=]", one)[0] in pinned, f"{one}: make lock"
