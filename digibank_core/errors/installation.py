"""Errors that the administrator must set right."""

from __future__ import annotations

from digibank_core.errors.base import InstallationError


class KeyMissingError(InstallationError):
    """The key of contact data is missing, unreadable or another one."""

    message_nl = (
        "De sleutel van de namen ontbreekt of past niet. Er is niets bewaard. "
        "Meld het aan de beheerder."
    )


class NoDatabaseError(InstallationError):
    """There is no database yet, or its tables are of another version."""

    message_nl = "De databank ontbreekt of heeft een andere versie. Meld het aan de beheerder."


class DatabaseExistsError(InstallationError):
    """A command that makes a database found one."""

    message_nl = "Er is al een databank. Er is niets gewijzigd."


class NoExtractError(InstallationError):
    """A report was asked for where there is no extract."""

    message_nl = "Er is geen uittreksel {folder}. Vraag de beheerder om er een te maken."

    def __init__(self, *, folder: str) -> None:
        super().__init__(folder=folder)


class ExtractDamagedError(InstallationError):
    """A file of an extract is missing, was changed or does not belong to it."""

    message_nl = (
        "Bestand {file} van het uittreksel is niet zoals het gemaakt werd. Maak een nieuw."
    )

    def __init__(self, *, file: str) -> None:
        super().__init__(file=file)


class PortTakenError(InstallationError):
    """Another program listens on the port already."""

    message_nl = "Poort {port} is bezet. Stop het andere programma, of kies een andere poort."

    def __init__(self, *, port: int) -> None:
        super().__init__(port=port)


class DemoNotPublicError(InstallationError):
    """A database with demo accounts is only served to this machine."""

    message_nl = (
        "Deze databank heeft oefenaccounts. Ze draait alleen op 127.0.0.1, niet op {address}."
    )

    def __init__(self, *, address: str) -> None:
        super().__init__(address=address)
