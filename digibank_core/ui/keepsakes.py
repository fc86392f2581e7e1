"""What can be kept of the page Voortgang: each chart and table, with what it is of."""

from __future__ import annotations

import pandas as pd

from digibank_core.reporting import Progress
from digibank_core.ui import breakdowns
from digibank_core.ui.keeping import Chart
from digibank_core.ui.local import BARS


def charts_of(progress: Progress, grown: str) -> list[Chart]:
    """Give what can be kept: each chart with its table; `grown` is the SVG of the burn-up."""
    months = progress.burn_up
    table = pd.DataFrame(
        {
            "Maand tot en met": months["month_end"],
            "Nieuw": months["new"],
            "Totaal": months["total"],
            "Lineair pad": months["expected"],
        }
    )
    drawn = {"Welke diensten kregen ze?": breakdowns.overlap_bars(progress)}
    if progress.with_rows:
        drawn["Nieuwe personen per week"] = breakdowns.week_bars(progress)
    drawn |= {
        title: breakdowns.cell_bars(progress, each.definition.code)
        for each in progress.breakdowns
        if (title := BARS.get(each.definition.code))
    }
    asked = f"{progress.scope.digibank}-{progress.scope.period}-{progress.scope.as_of}"
    return [
        Chart("Bereikte personen, opgeteld", asked, table, grown),
        *(Chart.of_bars(title, asked, bars) for title, bars in drawn.items()),
    ]
