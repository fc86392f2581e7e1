"""Errors about devices, their loans and their wipes."""

from __future__ import annotations

from datetime import date

from digibank_core.errors.base import NotFoundError, RuleError


class UnknownDeviceError(NotFoundError):
    """No device of this Digibank has the code; another Digibank's device is unknown too."""

    message_nl = "Toestel {device} kennen we niet. Kijk de code op de sticker na."
    field = "device"

    def __init__(self, *, device: str) -> None:
        super().__init__(device=device)


class DeviceElsewhereError(NotFoundError):
    """The device belongs to another Digibank."""

    message_nl = (
        "Toestel {device} hoort bij Digibank {digibank}. Kies een toestel van jouw Digibank."
    )
    field = "device"

    def __init__(self, *, device: str, digibank: str) -> None:
        super().__init__(device=device, digibank=digibank)


class DeviceVoidedError(RuleError):
    """The device was voided, as it was written down by mistake (rule 62)."""

    message_nl = (
        "Toestel {device} telt niet mee: het was een vergissing. "
        "Kijk de code na, of maak het toestel weer geldig."
    )
    field = "device"

    def __init__(self, *, device: str) -> None:
        super().__init__(device=device)


class DeviceOnLoanError(RuleError):
    """The device has an open loan (rule 27)."""

    message_nl = (
        "Toestel {device} is uitgeleend sinds {since:%d/%m/%Y}. "
        "Neem het eerst terug, of kies een ander toestel."
    )
    field = "device"

    def __init__(self, *, device: str, since: date) -> None:
        super().__init__(device=device, since=since)


class DeviceNotWipedError(RuleError):
    """No wipe was recorded since the device came in or back (rule 26)."""

    message_nl = (
        "Toestel {device} kan nog niet mee: het is niet gewist. "
        "Noteer eerst de wissing, of kies een ander toestel."
    )
    field = "device"

    def __init__(self, *, device: str) -> None:
        super().__init__(device=device)


class DeviceNotReadyError(RuleError):
    """The state of the device does not permit this step of its life cycle (rule 25)."""

    message_nl = "Toestel {device} is nu {state}. Daarom kan dit niet. Kies een ander toestel."
    field = "device"

    def __init__(self, *, device: str, state: str) -> None:
        super().__init__(device=device, state=state)


class DeviceNotOnLoanError(RuleError):
    """A return of a device that nobody has."""

    message_nl = (
        "Toestel {device} is niet uitgeleend, dus terugnemen hoeft niet. Kijk de code na."
    )
    field = "device"

    def __init__(self, *, device: str) -> None:
        super().__init__(device=device)


class LoanOverlapError(RuleError):
    """The hand-over lies before the end of an earlier loan or wipe (rules 26 and 27)."""

    message_nl = (
        "Toestel {device} was tot {free:%d/%m/%Y} nog niet vrij of gewist. "
        "Kies een latere dag, of kijk de code na."
    )
    field = "lent_on"

    def __init__(self, *, device: str, free: date) -> None:
        super().__init__(device=device, free=free)


class DueBeforeLentError(RuleError):
    """The due date lies before the hand-over (rule 27)."""

    message_nl = "De dag van terugkeer ligt voor de dag van uitlenen. Kies een latere dag."
    field = "due_on"


class ReturnBeforeLentError(RuleError):
    """The return lies before the hand-over (rule 27)."""

    message_nl = "Het toestel ging pas mee op {lent_on:%d/%m/%Y}. Kies die dag of een latere."
    field = "returned_on"

    def __init__(self, *, lent_on: date) -> None:
        super().__init__(lent_on=lent_on)


class WipeBeforeReturnError(RuleError):
    """A wipe dated before the device came back does not count (rule 26)."""

    message_nl = (
        "Het toestel kwam pas binnen op {returned_on:%d/%m/%Y}. Kies die dag of een latere."
    )
    field = "wiped_on"

    def __init__(self, *, returned_on: date) -> None:
        super().__init__(returned_on=returned_on)


class CodeTakenError(RuleError):
    """Another device carries this code (rule 34)."""

    message_nl = "Toestel {device} staat al in de lijst. Kies een andere code."
    field = "device"

    def __init__(self, *, device: str) -> None:
        super().__init__(device=device)


class SerialTakenError(RuleError):
    """Another device has this serial number (rule 34)."""

    message_nl = "Een ander toestel heeft dit serienummer al. Kijk het nummer na."
    field = "serial"


class AgreementTakenError(RuleError):
    """Another loan has this agreement; a reference is never used twice."""

    message_nl = "Een andere uitlening heeft dit nummer al. Kijk het nummer op het papier na."
    field = "agreement"


class ConditionMissingError(RuleError):
    """A return without the state in which the device came back (rule 31)."""

    message_nl = (
        "Er staat wanneer het toestel terugkwam, maar niet hoe. "
        "Kies dat, of maak de dag van terugkeer leeg."
    )
    field = "condition"


class ReturnDayMissingError(RuleError):
    """The state of a device that came back, without the day (rule 31)."""

    message_nl = (
        "Er staat hoe het toestel terugkwam, maar niet wanneer. "
        "Vul de dag in, of maak het andere veld leeg."
    )
    field = "returned_on"


class DeviceTakenError(RuleError):
    """Two loans of one device would overlap, or a wipe lie within a loan (rule 27)."""

    message_nl = (
        "Toestel {device} was {days} al uitgeleend. "
        "Kies andere dagen of een ander toestel, of verbeter eerst die uitlening."
    )

    def __init__(self, *, device: str, days: str) -> None:
        super().__init__(device=device, days=days)


class NotWipedBetweenError(RuleError):
    """A loan would follow another without a wipe in between (rule 26)."""

    message_nl = (
        "Tussen {since:%d/%m/%Y} en de uitlening op {lent_on:%d/%m/%Y} staat er dan "
        "geen wissing van toestel {device}. Kijk de dag van de wissing en de uitlening na."
    )

    def __init__(self, *, device: str, since: date, lent_on: date) -> None:
        super().__init__(device=device, since=since, lent_on=lent_on)


class DeviceInUseError(RuleError):
    """A device with loans is no mistake (rule 62)."""

    message_nl = (
        "Toestel {device} heeft uitleningen: {loans}. "
        "Zet die eerst op een ander toestel, of laat eerst die niet meer meetellen."
    )

    def __init__(self, *, device: str, loans: int) -> None:
        super().__init__(device=device, loans=loans)
