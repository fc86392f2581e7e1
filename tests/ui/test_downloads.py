"""Files to take along: readable as they are, and nothing in them is ever a formula."""

from __future__ import annotations

import base64
import csv
import io
import zipfile
from decimal import Decimal
from xml.etree import ElementTree

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from digibank_core.ui import downloads

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FRAME = pd.DataFrame(
    {
        "Dag": [pd.Timestamp("2024-03-04"), pd.NaT],
        "Plaats": ["Torhout; centrum", None],
        "Personen": [1180, -3],
        "Aandeel": [38.5, float("nan")],
    }
)
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "＝1+1",
    '=HYPERLINK("https://example.org";"klik")',
    "=cmd|' /C calc'!A0",
]


def rows_of(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def parts(content):
    """Give the files of a workbook, by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return {name: book.read(name).decode() for name in book.namelist()}


def cells(content):
    """Give every cell of the sheet, as the kind of it and what stands there."""
    book = parts(content)
    texts = [
        "".join(each.itertext())
        for each in ElementTree.fromstring(book["xl/sharedStrings.xml"]).iter(f"{SHEET}si")
    ]
    sheet = ElementTree.fromstring(book["xl/worksheets/sheet1.xml"])
    found = [(cell.get("t"), cell.findtext(f"{SHEET}v")) for cell in sheet.iter(f"{SHEET}c")]
    return [texts[int(told)] if kind == "s" else Decimal(told) for kind, told in found if told]


def test_csv_has_a_mark_semicolons_iso_days_and_plain_numbers():
    written = downloads.as_csv(FRAME)

    assert written.startswith("\ufeffDag;Plaats;Personen;Aandeel\r\n".encode())
    assert rows_of(written)[1:] == [
        ["2024-03-04", "Torhout; centrum", "1180", "38,5"],
        ["", "", "-3", ""],
    ]


@pytest.mark.parametrize("typed", FORMULAS)
def test_text_is_never_a_formula_in_csv(typed):
    written = downloads.as_csv(pd.DataFrame({typed: [typed]}))

    assert rows_of(written) == [[f"'{typed}"], [f"'{typed}"]]


@pytest.mark.parametrize("typed", ["A4-blad", "1+1", "x=1", "'aangehaald'", "<5", ""])
def test_other_text_stays_as_it_is_in_csv(typed):
    written = downloads.as_csv(pd.DataFrame({"Nota": [typed], "n": [1]}))

    assert rows_of(written)[1] == [typed, "1"]


def test_workbook_has_text_numbers_and_days_as_such():
    written = cells(downloads.as_xlsx(FRAME))

    assert written[:4] == ["Dag", "Plaats", "Personen", "Aandeel"]
    assert written[4:] == [45355, "Torhout; centrum", 1180, Decimal("38.5"), -3]


@pytest.mark.parametrize("typed", [*FORMULAS, "{=1+1}"])
def test_text_is_never_a_formula_or_a_link_in_a_workbook(typed):
    written = downloads.as_xlsx(pd.DataFrame({"Nota": [typed]}))
    sheet = parts(written)["xl/worksheets/sheet1.xml"]

    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert len(cells(written)) == 2


def test_web_address_stays_text_in_a_workbook():
    written = downloads.as_xlsx(pd.DataFrame({"Nota": ["https://example.org"]}))

    assert "https://example.org" in cells(written)
    assert "hyperlink" not in parts(written)["xl/worksheets/sheet1.xml"]


def test_answers_and_exact_amounts_are_written_as_people_read_them():
    frame = pd.DataFrame({"Telt": [True], "Euro": [Decimal("60.25")], "Week": [None]})

    assert rows_of(downloads.as_csv(frame))[1] == ["ja", "60,25", ""]
    assert cells(downloads.as_xlsx(frame))[3:] == ["ja", Decimal("60.25")]


def test_table_without_rows_still_has_its_headings():
    assert rows_of(downloads.as_csv(FRAME.head(0))) == [list(FRAME)]
    assert cells(downloads.as_xlsx(FRAME.head(0))) == list(FRAME)


ABOUT = {"Titel": "Bereik", "Let op": "=1+1"}


def test_what_a_table_is_of_stands_above_it_in_csv():
    written = rows_of(downloads.as_csv(FRAME, ABOUT))

    assert written[:4] == [["Titel", "Bereik"], ["Let op", "'=1+1"], [], list(FRAME)]


def test_what_a_table_is_of_stands_above_it_in_a_workbook_and_numbers_stay_numbers():
    written = downloads.as_xlsx(FRAME, ABOUT)

    assert cells(written)[:4] == ["Titel", "Bereik", "Let op", "=1+1"]
    assert cells(written)[4:] == cells(downloads.as_xlsx(FRAME))
    assert "<f>" not in parts(written)["xl/worksheets/sheet1.xml"]


def test_links_hold_the_files_themselves():
    page = BeautifulSoup(downloads.links(FRAME, "bereik-2024"), "html.parser")
    held = {link["download"]: link["href"].split(";base64,") for link in page("a")}

    assert list(held) == ["bereik-2024.csv", "bereik-2024.xlsx"]
    assert base64.b64decode(held["bereik-2024.csv"][1]) == downloads.as_csv(FRAME)
    assert len(cells(base64.b64decode(held["bereik-2024.xlsx"][1]))) == 9
    assert [link.find(string=True, recursive=False) for link in page("a")] == [
        "Bewaar als CSV",
        "Bewaar als Excel",
    ]


def test_name_of_a_file_is_text_of_the_link():
    link = BeautifulSoup(downloads.svg_link("<svg/>", 'x" onclick="y'), "html.parser").a

    assert link["download"] == 'x" onclick="y.svg'
    assert "onclick" not in link.attrs


def test_drawing_is_saved_as_it_is():
    link = BeautifulSoup(downloads.svg_link("<svg>é</svg>", "lijn"), "html.parser").a
    kind, held = link["href"].split(";base64,")

    assert (kind, link["download"]) == ("data:image/svg+xml", "lijn.svg")
    assert base64.b64decode(held).decode() == "<svg>é</svg>"
