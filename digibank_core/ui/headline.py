"""What stands on top of the progress page: one sentence, and four figures."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from digibank_core.i18n import show_count, show_date, show_money, show_number
from digibank_core.indicators.definition import Figure, Scope
from digibank_core.indicators.pace import WEEKS
from digibank_core.indicators.programme import NEEDED_PACE
from digibank_core.reporting import Progress
from digibank_core.ui.figures import figure_html, told, whole


def headline(progress: Progress) -> str:
    """Say in one sentence how far it is to the target."""
    reached, target = progress.figure("reach").numerator, progress.scope.target
    if not progress.scope.has_begun:
        return f"De periode begint op {show_date(progress.scope.first_day)}."
    if reached is None:
        return "Er zijn te weinig personen bereikt om het aantal te tonen."
    if not target:
        return f"{show_count(reached, 'persoon', 'personen')} bereikt. Er is geen doel bepaald."
    if reached < target:
        left = show_count(target - reached, "persoon", "personen")
        return _missing(progress.scope, left, show_number(target))
    return f"Het doel van {show_number(target)} is bereikt: {show_number(reached)} personen."


def figures(progress: Progress) -> str:
    """Show reach, the pace that is needed, the forecast and the use of the budget."""
    notes = {
        "reach": _reached(progress),
        "needed_pace": _pace(progress),
        "forecast": _forecast(progress),
        "budget_use_percent": _budget(progress),
    }
    shown = "".join(
        figure_html(
            without_pace(progress.figure(code), progress.scope),
            note,
            progress.scope,
            with_rows=progress.with_rows,
        )
        for code, note in notes.items()
    )
    return f'<dl class="figures">{shown}</dl>'


def without_pace(figure: Figure, scope: Scope) -> Figure:
    """Give a figure; the needed pace is none when there are no weeks left to reach it in."""
    is_pace = figure.definition.code == NEEDED_PACE.code
    return replace(figure, value=None) if is_pace and _is_over(scope) else figure


def band(progress: Progress) -> tuple[int, int] | None:
    """Give the lowest and the highest forecast of a day to come; None when it is hidden too."""
    if _is_over(progress.scope):
        return None
    low, high = (progress.figure(code) for code in ("forecast_low", "forecast_high"))
    if _is_told(low) and _is_told(high):
        return int(low.value or 0), int(high.value or 0)
    return None


def _is_over(scope: Scope) -> bool:
    return scope.as_of >= scope.last_day


def _missing(scope: Scope, left: str, target: str) -> str:
    if not _is_over(scope):
        return f"Nog {left} tot het doel van {target}."
    return f"{_ended(scope)} Tot het doel van {target} ontbraken er {left}."


def _ended(scope: Scope) -> str:
    return f"De periode liep tot en met {show_date(scope.last_day)}."


def _is_told(figure: Figure) -> bool:
    return figure.value is not None and not figure.hidden


def _reached(progress: Progress) -> str:
    reach, target = progress.figure("reach").numerator, progress.scope.target
    if reach is None or not target:
        return ""
    percent = told(progress.figure("progress_percent"))
    path = Decimal(progress.figure("expected_linear").value or 0)
    ahead = reach - int(path.quantize(Decimal(1), ROUND_HALF_UP))
    more = "meer" if ahead > 0 else "minder"
    beside = f"{show_number(abs(ahead))} {more} dan" if ahead else "gelijk met"
    return f"{percent} van {show_number(target)}, {beside} het lineaire pad ({whole(path)})."


def _pace(progress: Progress) -> str:
    needed = progress.figure("needed_pace")
    if needed.hidden or needed.note or needed.value is None:
        return needed.note
    if _is_over(progress.scope):
        missing = show_count(needed.numerator or 0, "persoon", "personen")
        return f"{_ended(progress.scope)} Er ontbraken {missing}."
    until = f"Tot {show_date(progress.scope.last_day)}."
    found = progress.figure("forecast")
    if not progress.with_rows or found.value is None:
        return until
    weeks = found.receipt["new"]
    return f"{until} De laatste {len(weeks)} weken: {whole(weeks.mean())} per week."


def _forecast(progress: Progress) -> str:
    found = progress.figure("forecast")
    if found.hidden:
        return ""
    if found.value is None:
        over = progress.scope.as_of > progress.scope.last_day
        return "De periode is voorbij." if over else f"Er zijn nog geen {WEEKS} volle weken."
    between = band(progress)
    margin = (
        f"{show_number(between[0])} tot {show_number(between[1])}, als" if between else "Als"
    )
    return f"{margin} het tempo van de laatste {WEEKS} weken blijft."


def _budget(progress: Progress) -> str:
    use, per_person = (
        progress.figure(code) for code in ("budget_use_percent", "cost_per_person")
    )
    if use.note or use.denominator is None:
        return use.note
    spent = f"{show_money(use.numerator or 0)} van {show_money(use.denominator)}."
    if per_person.hidden or per_person.value is None:
        return spent
    return f"{spent} Per bereikte persoon: {told(per_person)}."
