"""Errors about Digibanken, periods, figures, places and settings."""

from __future__ import annotations

from datetime import date

from digibank_core.errors.base import NotFoundError


class UnknownDigibankError(NotFoundError):
    """No Digibank has the code."""

    message_nl = "Digibank {digibank} bestaat niet. Kies noord, west of brugge."
    field = "digibank"

    def __init__(self, *, digibank: str) -> None:
        super().__init__(digibank=digibank)


class UnknownReportPartError(NotFoundError):
    """A report has no table or chart of this name."""

    message_nl = "Een rapport heeft hier geen {name}. Kies uit: {names}."

    def __init__(self, *, name: str, names: str) -> None:
        super().__init__(name=name, names=names)


class UnknownPeriodError(NotFoundError):
    """The Digibank has no funding period with this code."""

    message_nl = "Periode {period} bestaat niet voor Digibank {digibank}. Kijk de code na."

    def __init__(self, *, period: str, digibank: str) -> None:
        super().__init__(period=period, digibank=digibank)


class UnknownFigureError(NotFoundError):
    """No figure has the code."""

    message_nl = "Cijfer {code} bestaat niet. Kies een van: {codes}."

    def __init__(self, *, code: str, codes: str) -> None:
        super().__init__(code=code, codes=codes)


class UnknownReceiptError(NotFoundError):
    """There is no such figure, or it has no such group."""

    message_nl = "Van {what} is er geen bon. Open hem opnieuw vanaf Voortgang."

    def __init__(self, *, what: str) -> None:
        super().__init__(what=what)


class UnknownMunicipalityError(NotFoundError):
    """No municipality of the region has the NIS code."""

    message_nl = "Deze gemeente kennen we niet. Kies een gemeente uit de lijst."
    field = "residence"


class UnknownPartnerError(NotFoundError):
    """No partner has the code."""

    message_nl = "Partner {partner} kennen we niet. Kies een partner uit de lijst."
    field = "partner"

    def __init__(self, *, partner: str) -> None:
        super().__init__(partner=partner)


class UnknownSettingError(NotFoundError):
    """No setting has this name on this day."""

    message_nl = (
        "Instelling {name} heeft op {on:%d/%m/%Y} geen waarde. Meld het aan de beheerder."
    )

    def __init__(self, *, name: str, on: date) -> None:
        super().__init__(name=name, on=on)
