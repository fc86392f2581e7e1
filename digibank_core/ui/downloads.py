"""Files to take along, held by their link: a table as CSV and as Excel, a chart as SVG.

Nothing in a file is ever a formula: what somebody typed opens as text (OWASP, CSV injection).
"""

from __future__ import annotations

import base64
import csv
import html
import io
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

import pandas as pd
import xlsxwriter

Cell = str | int | float | date | None

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""Signs that a spreadsheet takes for the start of a formula."""
_CONTROL = ("\t", "\r", "\n")
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def links(frame: pd.DataFrame, name: str, about: Mapping[str, str] | None = None) -> str:
    """Give the links that save a table as CSV and as Excel.

    Parameters
    ----------
    frame
        The column names are the headings, the index is left out.
    name
        Name of the files, without what stands behind the point.
    about
        What stands above the table, each with its name; an empty row follows it.
    """
    return (
        f"{_link(as_csv(frame, about), f'{name}.csv', 'text/csv', 'CSV')} "
        f"{_link(as_xlsx(frame, about), f'{name}.xlsx', _EXCEL, 'Excel')}"
    )


def svg_link(svg: str, name: str) -> str:
    """Give the link that saves a drawing; `svg` is a whole one, with its namespace."""
    return _link(svg.encode(), f"{name}.svg", "image/svg+xml", "SVG")


def as_csv(frame: pd.DataFrame, about: Mapping[str, str] | None = None) -> bytes:
    """Write a table as a spreadsheet in Belgium opens it.

    UTF-8 with its mark, `;` between cells, days as yyyy-mm-dd, a decimal comma. Text that would
    be a formula gets an apostrophe in front.
    """
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";")
    writer.writerows([_harmless(cell) for cell in row] for row in _above(about))
    writer.writerow([_harmless(str(heading)) for heading in frame])
    writer.writerows([_written(cell) for cell in row] for row in _rows(frame))
    return file.getvalue().encode("utf-8-sig")


def as_xlsx(frame: pd.DataFrame, about: Mapping[str, str] | None = None) -> bytes:
    """Write a table as a workbook of one sheet, in which text is text and a day is a day."""
    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "dd/mm/yyyy",
    }
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet()
        heading = book.add_format({"bold": True})
        above = _above(about)
        sheet.write_row(len(above), 0, [str(name) for name in frame], heading)
        for number, row in enumerate(_rows(frame), start=len(above) + 1):
            sheet.write_row(number, 0, row)
        sheet.autofit()
        for number, told in enumerate(above):  # after the fit: a sentence is no width
            sheet.write_row(number, 0, told)
        if not above:
            sheet.freeze_panes(1, 0)
    return file.getvalue()


def held(content: bytes, kind: str) -> str:
    """Give the address that holds a file itself: it is nowhere on the server."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _above(about: Mapping[str, str] | None) -> list[list[str]]:
    """Give the rows above a table: each fact with its name, and an empty row."""
    return [*([name, told] for name, told in about.items()), []] if about else []


def _rows(frame: pd.DataFrame) -> list[list[Cell]]:
    return [[_cell(value) for value in row] for row in frame.itertuples(index=False)]


def _cell(value: object) -> Cell:
    """Give a value as text, number or day; what is not known is nothing."""
    if pd.isna(value):
        return None
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, (int, float, date)) else str(value)


def _written(cell: Cell) -> str:
    if isinstance(cell, float):
        return str(cell).replace(".", ",")
    if isinstance(cell, str):
        return _harmless(cell)
    return "" if cell is None else str(cell)


def _harmless(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula.

    Examples
    --------
    >>> _harmless("=1+1"), _harmless("A4-blad")
    ("'=1+1", 'A4-blad')
    """
    formula = text.startswith(_CONTROL) or text.lstrip().startswith(_FORMULA)
    return f"'{text}" if formula else text


def _link(content: bytes, file: str, kind: str, word: str) -> str:
    return (
        f'<a download="{html.escape(file)}" href="{held(content, kind)}">Bewaar als {word}'
        f'<span class="sr">: {html.escape(file)}</span></a>'
    )
