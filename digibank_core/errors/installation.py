"""Errors that the administrator must set right."""

from __future__ import annotations

from pathlib import Path

from digibank_core.errors.base import InstallationError


class KeyMissingError(InstallationError):
    """The key of contact data is missing, unreadable or another one."""

    message_nl = (
        "De sleutel van de namen ontbreekt of past niet. Er is niets bewaard. "
        "Meld het aan de beheerder."
    )


class KeyNotRotatedError(InstallationError):
    """Names are still sealed with an older key, so it cannot be forgotten."""

    message_nl = (
        "Er staan nog namen onder een oudere sleutel. Er is niets vergeten. "
        "Voer eerst `digibank key rotate` uit."
    )


class ErasureListError(InstallationError):
    """The list of erasures cannot be read or written."""

    message_nl = (
        "De lijst van gewiste personen is niet bereikbaar ({reason}). Er is niets gewist. "
        "Meld het aan de beheerder."
    )

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason=reason)


class NoDatabaseError(InstallationError):
    """There is no database that this program can work with."""

    message_nl = "De databank ontbreekt of is onleesbaar. Meld het aan de beheerder."


class OlderDatabaseError(NoDatabaseError):
    """The tables are of an older version than the program."""

    message_nl = (
        "De databank heeft versie {found}, dit programma vraagt versie {needed}. "
        "Beheerder: stop Digibank en voer `digibank upgrade` uit."
    )

    def __init__(self, *, found: str, needed: str | None) -> None:
        super().__init__(found=found, needed=needed)


class NewerDatabaseError(NoDatabaseError):
    """The tables are of a version that this program does not know."""

    message_nl = (
        "De databank heeft versie {found}, dit programma kent er geen na {needed}. "
        "Er is niets gewijzigd. Beheerder: installeer het nieuwere programma."
    )

    def __init__(self, *, found: str, needed: str | None) -> None:
        super().__init__(found=found, needed=needed)


class DatabaseInUseError(InstallationError):
    """Another process has the database open."""

    message_nl = (
        "De databank is nog in gebruik. Er is niets gewijzigd. "
        "Stop Digibank en andere programma's die ze openen, en probeer het opnieuw."
    )


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


class ReportUserUnknownError(InstallationError):
    """The account as which reports should run does not exist."""

    message_nl = (
        "Gebruiker {name} (DIGIBANK_REPORT_USER) bestaat niet op deze machine. "
        "Maak hem aan, of haal de instelling weg."
    )

    def __init__(self, *, name: str) -> None:
        super().__init__(name=name)


class ReportUserNotApartError(InstallationError):
    """The account as which reports should run may do what the server may."""

    message_nl = (
        "Rapporten draaien niet als {name} (DIGIBANK_REPORT_USER): dat is de gebruiker of de "
        "groep van de server zelf, of root. Kies een account met een eigen groep."
    )

    def __init__(self, *, name: str) -> None:
        super().__init__(name=name)


class ReportUserRightsError(InstallationError):
    """The server is not root, and has not what it needs to start kernels as another user."""

    message_nl = (
        "Rapporten kunnen niet als {name} (DIGIBANK_REPORT_USER) draaien: wie dit start, "
        "mist {missing}. Hoe je die rechten geeft, staat in het handboek bij Beveiliging."
    )

    def __init__(self, *, name: str, missing: str) -> None:
        super().__init__(name=name, missing=missing)


class DemoNotPublicError(InstallationError):
    """A database with demo accounts is only served to this machine."""

    message_nl = (
        "Deze databank heeft oefenaccounts. Ze draait alleen op 127.0.0.1, niet op {address}."
    )

    def __init__(self, *, address: str) -> None:
        super().__init__(address=address)


class PlacesMixedError(InstallationError):
    """Backups or keys lie in a folder they must stay out of."""

    message_nl = (
        "{inner} ligt in {outer}. Er is geen back-up gemaakt. "
        "Geef de back-ups en de sleutels elk een map buiten de gegevens en buiten elkaar."
    )

    def __init__(self, *, inner: Path, outer: Path) -> None:
        super().__init__(inner=inner, outer=outer)


class BackupElsewhereError(InstallationError):
    """PostgreSQL has its own tools for backups; ours copies an SQLite file."""

    message_nl = (
        "De databank staat in PostgreSQL: maak je back-up met pg_dump -Fc. "
        "Bewaar ook {home} en, los daarvan, de sleutels in {keys}."
    )

    def __init__(self, *, home: Path, keys: Path) -> None:
        super().__init__(home=home, keys=keys)


class BackupFailedError(InstallationError):
    """The disk is full, or the folder cannot be written; nothing half is left."""

    message_nl = (
        "De back-up in {folder} is mislukt ({reason}). Er is niets bewaard. "
        "Kijk na of er plaats is en of je in die map mag schrijven."
    )

    def __init__(self, *, folder: Path, reason: str) -> None:
        super().__init__(folder=folder, reason=reason)


class DatabaseUnsoundError(InstallationError):
    """The copy of the live database did not stand the checks of a backup."""

    message_nl = (
        "De databank klopt niet: haar kopie doorstond de controle niet. "
        "Er is geen back-up gemaakt. "
        "Houd je vorige back-ups en kijk na met `digibank doctor`."
    )


class UnsoundBackupError(InstallationError):
    """Base of what makes a backup unfit to be put back."""


class BackupManifestError(UnsoundBackupError):
    """The manifest is missing or cannot be read."""

    message_nl = (
        "In {backup} ontbreekt het manifest, of het is onvolledig. "
        "Er is niets gewijzigd. Kies een andere back-up."
    )

    def __init__(self, *, backup: Path) -> None:
        super().__init__(backup=backup)


class BackupFileError(UnsoundBackupError):
    """A file is missing, differs from the manifest, or is not in it."""

    message_nl = (
        "{file} in {backup} ontbreekt, is gewijzigd of hoort er niet bij. "
        "Er is niets gewijzigd. Kies een andere back-up."
    )

    def __init__(self, *, backup: Path, file: str) -> None:
        super().__init__(backup=backup, file=file)


class BackupDatabaseError(UnsoundBackupError):
    """The database of a backup is damaged, or of another version than the manifest says."""

    message_nl = (
        "De databank in {backup} is beschadigd of hoort niet bij het manifest. "
        "Er is niets gewijzigd. Kies een andere back-up."
    )

    def __init__(self, *, backup: Path) -> None:
        super().__init__(backup=backup)


class BackupHistoryError(UnsoundBackupError):
    """The history chain is broken, or ends elsewhere than the manifest says."""

    message_nl = (
        "De geschiedenis in {backup} klopt niet of hoort niet bij het manifest. "
        "Er is niets gewijzigd. Kies een andere back-up."
    )

    def __init__(self, *, backup: Path) -> None:
        super().__init__(backup=backup)


class LiveDatabaseError(InstallationError):
    """A restore found a database, and was not told to replace it."""

    message_nl = (
        "Er staat al een databank in {home}. Er is niets gewijzigd. "
        "Wil je ze vervangen, voeg dan --replace toe: de oude blijft bewaard."
    )

    def __init__(self, *, home: Path) -> None:
        super().__init__(home=home)


class RestoreFailedError(InstallationError):
    """The disk is full, or the folder cannot be written; what was there is there again."""

    message_nl = (
        "Terugzetten in {home} is mislukt ({reason}). Er is niets gewijzigd. "
        "Kijk na of er plaats is en of je in die map mag schrijven."
    )

    def __init__(self, *, home: Path, reason: str) -> None:
        super().__init__(home=home, reason=reason)
