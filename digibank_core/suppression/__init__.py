"""What who may not see rows gets to see: no rows, and no small numbers (rules 48 and 49)."""

from digibank_core.suppression.days import fixed_day
from digibank_core.suppression.figures import conceal
from digibank_core.suppression.hiding import HIDDEN, Sum, hidden
from digibank_core.suppression.months import joined

__all__ = ["HIDDEN", "Sum", "conceal", "fixed_day", "hidden", "joined"]
