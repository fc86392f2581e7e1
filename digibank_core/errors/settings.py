"""Errors about settings, targets, periods and tranches, and about what-ifs with them."""

from __future__ import annotations

from datetime import date

from digibank_core.errors.base import NotFoundError, RuleError


class SettingValueError(RuleError):
    """The value does not fit the unit of the setting."""

    message_nl = "Deze waarde past niet bij deze instelling. Schrijf {wanted}."
    field = "value"

    def __init__(self, *, wanted: str) -> None:
        super().__init__(wanted=wanted)


class CarryOverError(RuleError):
    """Reach of another period cannot be counted: no rule says how (rule 3)."""

    message_nl = (
        "Elke periode telt haar eigen personen: er is geen telregel om bereik mee te nemen. "
        "Laat deze instelling op nee."
    )
    field = "value"


class AgreementMissingError(RuleError):
    """Tier B may count only with the reference of the funder's agreement (rule 14)."""

    message_nl = (
        "Anonieme bezoeken tellen alleen mee met een akkoord van de subsidiegever. "
        "Vul het kenmerk van de brief in."
    )
    field = "agreement"


class PeriodDaysError(RuleError):
    """A period ends before it begins (rule 2)."""

    message_nl = "De laatste dag ligt voor de eerste dag. Kies een latere dag."
    field = "last_day"


class DayOutsidePeriodError(RuleError):
    """A target or a cap begins on a day that never counts, so another would hold."""

    message_nl = (
        "{period} loopt van {first_day:%d/%m/%Y} tot en met {last_day:%d/%m/%Y}. Kies een dag "
        "daarin, of de dag die er al staat om een fout te verbeteren."
    )
    field = "starts_on"

    def __init__(self, *, period: str, first_day: date, last_day: date) -> None:
        super().__init__(period=period, first_day=first_day, last_day=last_day)


class UnknownCapError(NotFoundError):
    """The tranches of the period do not add up to this amount (rule 22)."""

    message_nl = (
        "Dit plafond hoort niet bij de schijven van {period}. Kies er een uit de lijst."
    )
    field = "cap"

    def __init__(self, *, period: str) -> None:
        super().__init__(period=period)


class FiguresChangeError(RuleError):
    """A change touches figures: who makes it sees which ones before it is saved."""

    message_nl = (
        "Nog niet bewaard: dit verandert {count} cijfers, hieronder zie je welke. "
        "Klopt het? Kies dan nog eens {button}."
    )

    def __init__(self, *, count: int, button: str) -> None:
        super().__init__(count=count, button=button)


class UnknownWhatIfError(NotFoundError):
    """A what-if names a setting that decides no figure, or a value that it cannot have."""

    message_nl = (
        "Deze wat-als kan niet. Kies uit {names}, met een waarde die erbij past, "
        "bijvoorbeeld 2 of ja."
    )

    def __init__(self, *, names: str) -> None:
        super().__init__(names=names)
