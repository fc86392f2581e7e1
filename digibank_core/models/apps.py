"""Changed notebooks of apps that an administrator let run."""

from __future__ import annotations

from pydantic import Field
from sqlmodel import SQLModel

from digibank_core.models.columns import fact, technical
from digibank_core.models.typed import Typed


class AppApproval(SQLModel, table=True):
    """A changed notebook that runs instead of the shipped one, as it was when approved."""

    __tablename__ = "app_approval"

    notebook: str = fact(primary_key=True, max_length=60)
    """File name, such as `uitleen.ipynb`."""
    sha256: str | None = fact(default=None, max_length=64)
    """Of the file; empty when the approval was withdrawn."""
    version: int = technical(default=1)


class AppDecision(Typed):
    """What an administrator decides about: one notebook, as it was shown."""

    notebook: str = Field(title="Pagina", max_length=60)
    sha256: str = Field(title="Vingerafdruk", pattern="^[0-9a-f]{64}$")
