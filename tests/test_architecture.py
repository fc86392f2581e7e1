"""Rules of the code that no tool knows; each test lists its own subjects."""

from __future__ import annotations

import ast
import json
import re
import string
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from digibank_core import errors, models
from digibank_core.models.columns import Kind

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "digibank_core"
SOURCES = sorted(PACKAGE.rglob("*.py"))
MODULES = [path for path in SOURCES if path.parent.name != "versions"]
SERVICES = sorted((PACKAGE / "services").rglob("*.py"))
APPS = sorted((ROOT / "apps").glob("*.ipynb"))
ERRORS = [
    error
    for error in vars(errors).values()
    if isinstance(error, type) and hasattr(error, "message_nl")
]
COLUMNS = [column for table in SQLModel.metadata.sorted_tables for column in table.columns]
INPUTS = [
    model
    for name, model in sorted(vars(models).items())
    if isinstance(model, type)
    and hasattr(model, "model_fields")
    and not hasattr(model, "__table__")
]


def cells_of(app):
    """Give the cells of a notebook, and the sources of those with code."""
    cells = json.loads(app.read_text("utf-8"))["cells"]
    return cells, ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def of_root(path):
    return str(path.relative_to(ROOT))


def names_used(tree):
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }


def parse(path):
    return ast.parse(path.read_text("utf-8"))


def service_functions():
    """Public functions of services that act in the name of `actor` (keyword only)."""
    for path in SERVICES:
        for node in parse(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                named = [argument.arg for argument in node.args.kwonlyargs]
                if "actor" in named:
                    yield pytest.param(node, id=f"{path.stem}.{node.name}")


# Modules


@pytest.mark.parametrize("source", SOURCES, ids=of_root)
def test_only_db_commits(source):
    assert source.name == "db.py" or ".commit(" not in source.read_text("utf-8")


@pytest.mark.parametrize("source", MODULES, ids=of_root)
def test_module_can_be_read_at_one_sitting(source):
    assert 1 <= len(source.read_text("utf-8").splitlines()) <= 300


@pytest.mark.parametrize("source", SOURCES, ids=of_root)
def test_module_says_what_it_is(source):
    assert ast.get_docstring(parse(source))


@pytest.mark.parametrize("source", SOURCES, ids=of_root)
def test_only_the_clock_asks_for_now(source):
    asked = re.findall(
        r"datetime\.now|date\.today|utcnow|\btime\.time\(", source.read_text("utf-8")
    )

    assert asked == [] or source.name == "clock.py"


@pytest.mark.parametrize("source", SOURCES, ids=of_root)
def test_only_config_knows_where_things_live(source):
    named = re.findall(
        r"DIGIBANK_(?:HOME|KEYS|BACKUPS|DATABASE_URL)\b", source.read_text("utf-8")
    )

    assert named == [] or source.name == "config.py"


@pytest.mark.parametrize(
    "source",
    [*SERVICES, *sorted((PACKAGE / "indicators").rglob("*.py"))],
    ids=of_root,
)
def test_rule_8_of_style_time_is_an_argument(source):
    # signing in is not of the story: it ends by the wall clock
    assert not re.search(r"clock\.(today|now)\(", source.read_text("utf-8"))


# Services


@pytest.mark.parametrize("function", list(service_functions()))
def test_service_asks_for_the_right_first(function):
    statements = function.body[1:] if ast.get_docstring(function) else function.body

    assert ast.unparse(statements[0]).startswith("actor.require(")


@pytest.mark.parametrize("function", list(service_functions()))
def test_service_says_what_it_does(function):
    assert ast.get_docstring(function)


@pytest.mark.parametrize("source", SERVICES, ids=of_root)
def test_service_writes_through_records_so_that_history_sees_it(source):
    imported = {
        alias.name
        for node in ast.walk(parse(source))
        if isinstance(node, ast.ImportFrom) and node.module in {"sqlmodel", "sqlalchemy"}
        for alias in node.names
    }

    assert not imported & {"insert", "update", "delete", "text"}


@pytest.mark.parametrize("source", SERVICES, ids=of_root)
def test_service_hands_out_no_session_of_its_own(source):
    assert not names_used(parse(source)) & {"transaction", "reading", "create_engine"}


SORTED_ALIKE = {"Person.key"}  # of hexadecimal digits


@pytest.mark.parametrize("source", SOURCES, ids=of_root)
def test_no_query_leaves_the_order_of_texts_to_the_database(source):
    # each database has its own, of capitals, accents and hyphens: sort in Python
    sorts = [
        re.fullmatch(r"col\((\w+)\.(\w+)\)(\.\w+\(\))*", ast.unparse(argument))
        for call in ast.walk(parse(source))
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "order_by"
        for argument in call.args
    ]
    texts = {
        f"{model}.{column}"
        for model, column, _ in (found.groups() for found in sorts if found)
        if getattr(models, model).model_fields[column].annotation is str
    }

    assert texts <= SORTED_ALIKE


# Columns


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_every_column_says_what_history_keeps_of_it(column):
    assert column.info.get("kind") in set(Kind)


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_only_contact_is_sealed_and_all_of_it(column):
    is_sealed = type(column.type).__name__ == "EncryptedText"

    assert is_sealed == (column.info["kind"] == Kind.CONTACT)


@pytest.mark.parametrize(
    "column", [column for column in COLUMNS if column.info["kind"] == Kind.CONTACT], ids=str
)
def test_sealed_column_is_bound_to_its_place(column):
    assert column.type.place == str(column)


def test_names_of_persons_live_in_one_table():
    sealed = {column.table.name for column in COLUMNS if column.info["kind"] == Kind.CONTACT}

    assert sealed == {"contact"}


@pytest.mark.parametrize("model", INPUTS, ids=lambda model: model.__name__)
def test_every_field_of_a_form_has_a_label(model):
    assert [name for name, field in model.model_fields.items() if not field.title] == []


# Errors


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_error_message_uses_only_its_own_details(error):
    fields = {field for _, field, *_ in string.Formatter().parse(error.message_nl) if field}

    assert fields <= set(error.__init__.__annotations__) - {"return"}


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_error_says_what_happened_and_what_to_do(error):
    sentences = re.findall(
        r"[^.]+\.(?:\s|$)", re.sub(r"\{[^}]*\}|127\.0\.0\.1", "X", error.message_nl)
    )

    assert len(sentences) >= 2


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_error_is_calm(error):
    assert error.message_nl.endswith(".")
    assert "!" not in error.message_nl
    assert "ongeldig" not in error.message_nl.casefold()


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_error_is_listed_in_the_docstring_of_its_module(error):
    bases = {base.__name__ for base in error.__mro__[1:-3]}

    assert error.__name__ in errors.__doc__ or bases & set(
        re.findall(r"\w+Error", errors.__doc__)
    )


@pytest.mark.parametrize(
    "error", [error for error in ERRORS if error.field], ids=lambda error: error.__name__
)
def test_error_belongs_to_a_field_that_some_form_has(error):
    assert error.field in {name for model in INPUTS for name in model.model_fields}


# Apps


@pytest.mark.parametrize("app", APPS, ids=lambda path: path.stem)
def test_app_is_a_few_thin_cells(app):
    cells, code = cells_of(app)

    assert len(cells) <= 12
    assert cells[0]["cell_type"] == "markdown"
    assert all(len(source.splitlines()) <= 8 for source in code)
    assert not any(word in source for source in code for word in ("def ", "class ", "select("))


@pytest.mark.parametrize("app", APPS, ids=lambda path: path.stem)
def test_app_imports_only_ui(app):
    _, code = cells_of(app)

    imported = re.findall(r"^\s*(?:from|import)\s+(\S+)", "\n".join(code), re.MULTILINE)
    assert [name for name in imported if not re.match(r"digibank_core\.ui\b", name)] == []


@pytest.mark.parametrize("app", APPS, ids=lambda path: path.stem)
def test_app_is_kept_without_outputs(app):
    cells, _ = cells_of(app)

    assert [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")] == []
