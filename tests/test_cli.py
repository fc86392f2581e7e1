"""The `digibank` command: it answers people and programs, and says a mistake in one line."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from datetime import date
from functools import lru_cache

import pytest
from typer.main import get_command

from digibank_core import cli as command
from digibank_core import db, doctor, encryption
from digibank_core.models import Account, Municipality
from digibank_core.services import accounts, programme
from tests.databases import point_to

FIGURES = ["figures", "--digibank", "west", "--period", "IMPL", "--as-of", "2024-12-31"]
PASSWORD = "drie-woorden-lang"
COMMAND = "from digibank_core.cli import main; main()"
SHAPE = {
    "code": str,
    "title": str,
    "value": (int, str, type(None)),
    "numerator": int,
    "denominator": (int, type(None)),
    "unit": str,
    "definition": str,
    "rule": list,
    "rule_version": int,
    "rows": int,
}


@pytest.fixture
def digibank(monkeypatch, capsys):
    """Give a function that runs the command: exit code, stdout, stderr."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["digibank", *words])
        capsys.readouterr()
        try:
            command.main()
            code = 0
        except SystemExit as end:
            code = end.code or 0
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def figures(digibank):
    """Give a function that prints figures as JSON."""

    def read(*words):
        code, out, _ = digibank(*FIGURES, "--json", *words)
        assert code == 0
        return json.loads(out)

    return read


@pytest.fixture
def two(west):
    """Two persons with three loans; the last one was typed in January 2025."""
    west.stock("BW-0001", "BW-0002", "BW-0003")
    one, two = west.register("Zwartkapoen"), west.register()
    west.lend("BW-0001", one, on=date(2024, 3, 4))
    west.lend("BW-0002", one, on=date(2024, 4, 4))
    west.lend("BW-0003", two, on=date(2024, 12, 30), typed=date(2025, 1, 16))
    return west


def commands(group, path=()):
    for name, found in sorted(group.commands.items()):
        if hasattr(found, "commands"):
            yield from commands(found, (*path, name))
        else:
            yield (*path, name), found


COMMANDS = dict(commands(get_command(command.app)))


def mistake(said):
    """Give the sentence of a mistake: one JSON line on stderr, exit code 2, nothing else."""
    code, out, err = said
    assert (code, out) == (2, "")
    [(key, sentence)] = json.loads(err).items()
    assert key == "error"
    return sentence


# Figures


def test_every_figure_has_exactly_the_frozen_keys(two, figures):
    assert {tuple(record) for record in figures()} == {tuple(SHAPE)}


def test_every_value_has_its_frozen_type(two, figures):
    wrong = [
        (record["code"], key)
        for record in figures()
        for key, kind in SHAPE.items()
        if not isinstance(record[key], kind) or isinstance(record[key], bool)
    ]

    assert wrong == []


def test_numbers_of_rules_are_integers(two, figures):
    assert {type(rule) for record in figures() for rule in record["rule"]} == {int}


def test_figures_have_their_frozen_codes(two, figures):
    # two persons with three loans, and nothing else yet; newer figures come after these
    told = [(record["code"], record["value"], record["rows"]) for record in figures()]
    assert told[:19] == [
        ("reach", 2, 3),
        ("reach_access", 2, 3),
        ("reach_skills", 0, 0),
        ("reach_services", 0, 0),
        ("progress_percent", 0, 3),
        ("expected_linear", "1000.00", 1),
        ("overlap_access", 2, 3),
        ("overlap_skills", 0, 0),
        ("overlap_services", 0, 0),
        ("overlap_access_skills", 0, 0),
        ("overlap_access_services", 0, 0),
        ("overlap_skills_services", 0, 0),
        ("overlap_all", 0, 0),
        ("contacts_anonymous", 0, 0),
        ("new_persons_last_week", 0, 0),
        ("needed_pace", "998.00", 1),
        ("budget_booked", 0, 0),
        ("budget_use_percent", None, 0),
        ("cost_per_person", 0, 0),
    ]


def test_figures_are_printed_for_people_too(two, digibank):
    _, out, _ = digibank(*FIGURES)

    assert out.splitlines()[0].split() == ["reach", "2", "personen", "Bereikte", "personen"]


def test_figure_without_value_is_printed_as_such(two, digibank, raw):
    raw.run("UPDATE target SET persons = 0")

    _, out, _ = digibank(*FIGURES)
    assert "n.v.t." in out


def test_rule_7_as_of_is_the_last_day_that_counts(two, figures):
    assert figures("--as-of", "2024-03-04")[0]["value"] == 1


def test_as_of_is_today_unless_told(two, digibank, rewrite):
    rewrite("UPDATE installation SET story_day = '2024-03-03'")

    _, out, _ = digibank("figures", "--digibank", "west", "--period", "IMPL", "--json")
    assert json.loads(out)[0]["value"] == 0  # the first loan is of 4 March


@pytest.mark.parametrize(
    ("known_on", "reach"), [("2024-03-03", 0), ("2025-01-15", 1), ("2025-01-16", 2)]
)
def test_rule_61_figures_as_known_on_a_day(two, figures, known_on, reach):
    assert figures("--known-on", known_on)[0]["value"] == reach


@pytest.mark.parametrize(
    "code", ["reach", "reach_access", "progress_percent", "expected_linear"]
)
def test_rule_54_receipt_has_as_many_rows_as_the_figure_says(two, figures, code):
    [rows] = [record["rows"] for record in figures() if record["code"] == code]

    assert len(figures("--receipt", code)) == rows


def test_receipt_has_days_and_moments_as_text(two, figures):
    row = figures("--receipt", "reach")[2]

    assert (row["happened_on"][:10], row["recorded_at"][:19]) == (
        "2024-12-30",
        "2025-01-16T13:00:00",  # 14:00 in Brussels, in winter
    )


def test_receipt_is_printed_for_people_too(two, digibank):
    _, out, _ = digibank(*FIGURES, "--receipt", "reach")

    assert len(out.splitlines()) == 4  # a heading and three loans


def test_receipt_names_nobody(two, digibank):
    assert "Zwartkapoen" not in str(digibank(*FIGURES, "--receipt", "reach", "--json"))


# Mistakes


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--digibank", "oost"], "Digibank oost bestaat niet"),
        (["--period", "IMPL2"], "Periode IMPL2 bestaat niet"),
        (["--receipt", "bereik"], "Cijfer bereik bestaat niet"),
        (["--as-of", "31/02/2024"], "31/02/2024"),
        (["--as-of", "2024-02-31"], "2024-02-31"),
        (["--known-on", "gisteren"], "gisteren"),
        (["--known-on", "2022-01-01"], "Periode IMPL bestaat niet"),
    ],
    ids=[
        "Digibank",
        "period",
        "figure",
        "as-of in another form",
        "as-of that does not exist",
        "known-on",
        "known-on before the first entry",
    ],
)
def test_mistake_is_one_line_of_json_on_stderr(two, digibank, words, said):
    assert said in mistake(digibank(*FIGURES, *words))


@pytest.mark.parametrize(
    "words",
    [FIGURES, ["user", "list"], ["user", "disable", "zoe"]],
    ids=["figures", "list", "disable"],
)
def test_without_database_there_is_one_sentence(nowhere, digibank, words):
    assert "De databank ontbreekt" in mistake(digibank(*words))


@pytest.mark.parametrize(
    "words",
    [
        ["user", "add", "zoe", "--role", "beheerder", "--password", "te-kort"],
        ["user", "add", "Zoë", "--role", "beheerder", "--password", PASSWORD],
        ["user", "add", "zoe", "--role", "coördinator", "--password", PASSWORD],
        ["user", "disable", "nobody"],
        ["user", "reset", "nobody", "--password", PASSWORD],
    ],
    ids=["short password", "login with signs", "no Digibank", "unknown", "unknown login"],
)
def test_mistake_with_a_user_is_one_line_of_json(installation, digibank, words):
    assert mistake(digibank(*words)).endswith(".")


@pytest.mark.parametrize("words", [["user", "add", "zoe", "--role", "beheerder"], ["init"]])
def test_password_that_is_refused_is_not_printed(installation, digibank, words):
    login = ["--admin", "zoe"] if words == ["init"] else []

    try:
        said = digibank(*words, *login, "--password", "zwart-7")
    except Exception as error:
        said = str(error)

    assert "zwart-7" not in str(said)


def test_installed_command_says_its_mistake_the_same_way(nowhere):
    run = subprocess.run(
        [sys.executable, "-c", COMMAND, *FIGURES],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "De databank ontbreekt" in mistake((run.returncode, run.stdout, run.stderr))


# Help


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_says_what_it_does(path):
    assert COMMANDS[path].help.strip().endswith(".")


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_option_says_what_it_is_for(path):
    silent = [
        option.name
        for option in COMMANDS[path].params
        if option.param_type_name == "option" and not getattr(option, "help", None)
    ]

    assert silent == []


@pytest.mark.parametrize("path", [(), ("user",), *COMMANDS], ids=" ".join)
def test_help_is_shown(nowhere, digibank, path):
    code, out, _ = digibank(*path, "--help")

    assert code == 0
    assert "Usage" in out


def test_without_words_the_command_shows_its_help(nowhere, digibank):
    _, out, err = digibank()

    assert "figures" in out + err


# A new installation


@pytest.fixture(scope="session")
def made_by_init(tmp_path_factory):
    """Give a function that makes an installation with `init`, once on each database.

    It gives the folder, the address and what the command said.
    """

    @lru_cache
    def make(database):
        folder, address = tmp_path_factory.mktemp("init"), database.new("init")
        with pytest.MonkeyPatch.context() as patch:
            point_to(patch, folder, address)
            words = ["init", "--admin", "beheer", "--password", PASSWORD]
            said = subprocess.check_output([sys.executable, "-c", COMMAND, *words], text=True)
        return folder, address, said

    return make


@pytest.fixture
def new_installation(database, made_by_init, monkeypatch):
    """Point to the installation that `init` made; give what it said. Tests only read it."""
    folder, address, said = made_by_init(database)
    point_to(monkeypatch, folder, address)
    yield said
    db.engine().dispose()


def test_new_installation_only_lacks_its_first_backup(new_installation):
    wrong = [finding.what for finding in doctor.examine() if not finding.right]

    seen_from_here = db.sqlite_file() is not None
    assert [what for what in wrong if what != "bytecode"] == ["backup"] * seen_from_here


def test_new_installation_has_its_reference_data(new_installation):
    with db.reading() as session:
        assert session.get(Municipality, "31033").name == "Torhout"


def test_new_installation_has_its_first_administrator(new_installation):
    with db.reading() as session:
        actor = accounts.check_password(session, "beheer", PASSWORD)

    assert actor.role == "beheerder"


def test_new_installation_tells_no_story(new_installation):
    with db.reading() as session:
        assert not programme.is_demo(session)


def test_new_installation_says_where_its_keys_are(new_installation):
    assert str(encryption.key_file().parent) in new_installation


@pytest.mark.only("postgresql")
def test_password_of_the_server_is_not_printed(nowhere, digibank, monkeypatch):
    address = db.engine().url.set(password="zwartkapoen").render_as_string(hide_password=False)
    monkeypatch.setenv("DIGIBANK_DATABASE_URL", address)

    said = digibank("init", "--admin", "beheer", "--password", PASSWORD)
    db.engine().dispose()

    assert said[0] == 0
    assert "zwartkapoen" not in str(said)


def test_second_installation_is_refused(new_installation, digibank):
    said = digibank("init", "--admin", "ander", "--password", PASSWORD)

    assert "Er is al een databank" in mistake(said)


def test_refused_installation_makes_no_key(installation, digibank, tmp_path, monkeypatch):
    # a new key beside an old database would seal new names apart from the old ones
    monkeypatch.setenv("DIGIBANK_KEYS", str(tmp_path / "elders"))

    mistake(digibank("init", "--admin", "beheer", "--password", PASSWORD))

    assert not encryption.key_file().exists()


@pytest.mark.parametrize("words", [["--password", "te-kort"], ["--password", PASSWORD]])
def test_installation_that_failed_leaves_nothing_behind(nowhere, digibank, words):
    (nowhere / "keys").write_text("een bestand waar de map moet komen", "utf-8")
    with contextlib.suppress(OSError, ValueError):
        digibank("init", "--admin", "beheer", *words)
    (nowhere / "keys").unlink()

    code, _, _ = digibank("init", "--admin", "beheer", "--password", PASSWORD)
    assert code == 0


# Users


@pytest.fixture
def zoe(installation, digibank):
    words = ["--role", "digihelper", "--digibank", "west", "--name", "Zoë"]
    assert digibank("user", "add", "zoe", *words, "--password", PASSWORD)[0] == 0


def test_user_that_was_added_signs_in(zoe):
    with db.reading() as session:
        assert accounts.check_password(session, "zoe", PASSWORD).digibank == "west"


def test_user_has_a_name_on_the_screen(zoe):
    with db.reading() as session:
        assert session.get_one(Account, "zoe").display_name == "Zoë"


def test_user_that_exists_is_refused(zoe, digibank):
    said = digibank("user", "add", "zoe", "--role", "beheerder", "--password", PASSWORD)

    assert "zoe bestaat al" in mistake(said)


def test_users_are_listed_without_names_or_hashes(zoe, digibank):
    code, out, _ = digibank("user", "list")

    assert (code, out.split()) == (0, ["zoe", "digihelper", "west"])


def test_disabled_user_is_listed_as_disabled(zoe, digibank):
    digibank("user", "disable", "zoe")

    assert "(disabled)" in digibank("user", "list")[1]


def test_user_that_is_enabled_again_is_listed_as_before(zoe, digibank):
    before = digibank("user", "list")[1]
    digibank("user", "disable", "zoe")

    assert digibank("user", "enable", "zoe")[0] == 0

    assert digibank("user", "list")[1] == before


def test_last_administrator_is_not_disabled(zoe, digibank):
    digibank("user", "add", "chief", "--role", "beheerder", "--password", PASSWORD)

    said = digibank("user", "disable", "chief")

    assert "chief is de laatste beheerder" in mistake(said)


def test_new_password_signs_in(zoe, digibank):
    digibank("user", "reset", "zoe", "--password", "vier-woorden-lang")

    with db.reading() as session:
        assert accounts.check_password(session, "zoe", "vier-woorden-lang").login == "zoe"


def test_new_password_that_is_too_short_is_refused(zoe, digibank):
    assert mistake(digibank("user", "reset", "zoe", "--password", "kort"))


def test_what_the_command_writes_is_in_history(zoe, entries):
    [entry] = entries("account")

    assert (entry.login, entry.role, entry.reason) == ("cli", "beheerder", "account maken")


# Doctor


def test_doctor_ends_with_1_when_something_is_wrong(nowhere, digibank):
    code, out, _ = digibank("doctor")

    assert code == 1
    assert "WRONG database" in out
