"""Errors about notebooks of apps."""

from __future__ import annotations

from digibank_core.errors.base import ChangedMeanwhileError, InstallationError, NotFoundError


class UnshippedAppError(InstallationError):
    """A notebook among the shipped ones is not the one that was shipped."""

    message_nl = (
        "De pagina {notebook} is niet zoals ze geleverd is. Zet een wijziging in de map apps "
        "bij de gegevens, en keur ze goed op Beheer."
    )

    def __init__(self, *, notebook: str) -> None:
        super().__init__(notebook=notebook)


class UnknownAppError(NotFoundError):
    """There is no changed notebook with this name."""

    message_nl = "Er is geen gewijzigde pagina {notebook}. Laad deze pagina opnieuw."

    def __init__(self, *, notebook: str) -> None:
        super().__init__(notebook=notebook)


class AppChangedError(ChangedMeanwhileError):
    """The notebook was changed after its difference was shown."""

    message_nl = "{notebook} is intussen weer gewijzigd. Bekijk de wijziging opnieuw."

    def __init__(self, *, notebook: str) -> None:
        super().__init__(notebook=notebook)
