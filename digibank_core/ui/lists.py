"""Lists: sorted, searched and chosen from in the browser, with Dutch words."""

from __future__ import annotations

import html
from collections.abc import Callable

import ipywidgets as widgets
import pandas as pd
from itables.widget import ITable

from digibank_core.i18n import show_date

WORDS = {
    "search": "Zoek in de lijst",
    "lengthMenu": "Toon _MENU_ rijen",
    "info": "_START_ tot _END_ van _TOTAL_ rijen",
    "infoEmpty": "Geen rijen",
    "infoFiltered": "(gekozen uit _MAX_)",
    "zeroRecords": "Geen rij past. Zoek op een deel van een woord.",
    "emptyTable": "Geen rijen",
    "thousands": ".",
    "decimal": ",",
    "paginate": {
        "first": "Eerste",
        "last": "Laatste",
        "next": "Volgende",
        "previous": "Vorige",
    },
    "aria": {
        "paginate": {
            "first": "Eerste bladzijde",
            "last": "Laatste bladzijde",
            "next": "Volgende bladzijde",
            "previous": "Vorige bladzijde",
        },
        "orderable": ": sorteer",
        "orderableReverse": ": sorteer omgekeerd",
        "orderableRemove": ": sorteer niet meer",
    },
    "select": {"rows": {"0": "", "1": "1 rij gekozen", "_": "%d rijen gekozen"}},
}

HIDDEN = " (jaar-maand-dag)"
"""End of the name of a column that only sorts."""


class Listing(widgets.VBox):  # type: ignore[misc]
    """A list of rows; a day is written the Belgian way and sorted as a day.

    Parameters
    ----------
    caption
        What the rows are.
    empty
        HTML to show when there are none.
    on_choose
        Gets the first value of the row that is chosen.
    link
        Column that holds an address, which becomes a link.
    """

    def __init__(
        self,
        caption: str,
        *,
        empty: str,
        on_choose: Callable[[str], None] | None = None,
        link: str = "",
    ) -> None:
        self._caption, self._on_choose, self._link = caption, on_choose, link
        self._empty = widgets.HTML(empty)
        self._table: ITable | None = None
        self._rows = pd.DataFrame()
        super().__init__([self._empty])

    def show(self, rows: pd.DataFrame) -> None:
        """Show these rows; the column names are the headings."""
        self._rows = rows
        if rows.empty:
            self.children = [self._empty]
            return
        frame, options = _sortable_days(rows)
        if self._link:
            frame = _with_links(frame, self._link)
        if self._table is None:
            self._table = ITable(
                frame,
                caption=self._caption,
                language=WORDS,
                classes="display",
                style="width:100%",
                showIndex=False,
                select="single" if self._on_choose else False,
                allow_html=bool(self._link),  # of which every other cell is text
                maxBytes=0,
                ordering=True,
                order=[],
                paging=len(rows) > 10,
                **options,
            )
            self._table.observe(self._chosen, "selected_rows")
        else:
            self._table.update(frame, selected_rows=[], paging=len(rows) > 10, **options)
        self.children = [self._table]

    def _chosen(self, change: dict[str, list[int]]) -> None:
        if change["new"] and self._on_choose is not None:
            self._on_choose(str(self._rows.iloc[change["new"][0], 0]))


def _sortable_days(rows: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, object]]:
    """Write days as dd/mm/jjjj and let a hidden column of ISO days sort them."""
    frame, definitions = rows.copy(), []
    days = [name for name in rows if pd.api.types.is_datetime64_any_dtype(rows[name])]
    for hidden, name in enumerate(days, start=rows.shape[1]):
        frame[name] = rows[name].map(show_date)
        frame[f"{name}{HIDDEN}"] = rows[name].dt.strftime("%Y-%m-%d")
        shown = rows.columns.get_loc(name)
        definitions += [
            {"targets": [shown], "orderData": [hidden]},
            {"targets": [hidden], "visible": False, "searchable": False},
        ]
    return frame, {"columnDefs": definitions}


def _with_links(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Make links of addresses; to who does not see the row each says what it is about."""
    texts = frame.drop(columns=column).map(lambda cell: html.escape(str(cell), quote=False))
    seen = [name for name in texts if not name.endswith(HIDDEN)]
    about = texts[seen].agg(", ".join, axis="columns")
    links = [
        f'<a class="btn quiet" href="{html.escape(address)}">Bekijk'
        f'<span class="sr">: {told}</span></a>'
        for address, told in zip(frame[column], about, strict=True)
    ]
    return texts.assign(**{column: links})[frame.columns]
