"""Lists: sorted, searched and chosen from in the browser, with Dutch words."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

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
    """

    def __init__(
        self, caption: str, *, empty: str, on_choose: Callable[[str], None] | None = None
    ) -> None:
        self._caption, self._on_choose = caption, on_choose
        self._empty = widgets.HTML(empty)
        self._table: ITable | None = None
        self._rows = pd.DataFrame()
        super().__init__([self._empty])

    def show(self, rows: pd.DataFrame, links: Sequence[str] = ()) -> None:
        """Show these rows; the column names are the headings.

        Parameters
        ----------
        links
            For each row a link as HTML, in a column of its own.
        """
        self._rows = rows
        if rows.empty:
            self.children = [self._empty]
            return
        frame, options = _sortable_days(rows)
        if links:
            frame = _with_links(frame, links)
        if self._table is None:
            self._table = ITable(
                frame,
                caption=self._caption,
                language=WORDS,
                classes="display",
                style="width:100%",
                showIndex=False,
                select={"style": "single", "keys": "yes"} if self._on_choose else False,
                allow_html=bool(links),
                maxBytes=0,
                ordering=True,
                order=[],
                paging=len(rows) > 10,
                **options,
            )
            self._table.observe(self._chosen, "selected_rows")
        else:
            self._table.update(
                frame,
                selected_rows=[],
                paging=len(rows) > 10,
                allow_html=bool(links),
                **options,
            )
        self.children = [self._table]

    def _chosen(self, change: dict[str, list[int]]) -> None:
        if change["new"] and self._on_choose is not None:
            self._on_choose(str(self._rows.iloc[change["new"][0], 0]))


def _with_links(frame: pd.DataFrame, links: Sequence[str]) -> pd.DataFrame:
    """Add the links; whatever else stands in the list stays text."""
    return frame.map(lambda value: html.escape(str(value), quote=False)).assign(
        Verbeteren=list(links)
    )


def _sortable_days(rows: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, object]]:
    """Write days as dd/mm/jjjj and let a hidden column of ISO days sort them."""
    frame, definitions = rows.copy(), []
    days = [name for name in rows if pd.api.types.is_datetime64_any_dtype(rows[name])]
    for hidden, name in enumerate(days, start=rows.shape[1]):
        frame[name] = rows[name].map(show_date, na_action="ignore").fillna("")
        frame[f"{name} (jaar-maand-dag)"] = rows[name].dt.strftime("%Y-%m-%d").fillna("")
        shown = rows.columns.get_loc(name)
        definitions += [
            {"targets": [shown], "orderData": [hidden]},
            {"targets": [hidden], "visible": False, "searchable": False},
        ]
    return frame, {"columnDefs": definitions}
