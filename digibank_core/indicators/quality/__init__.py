"""The checks of the data that staff see (rule 60): pure functions, as all figures are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from digibank_core.indicators.quality import digipunt, lending, services, training
from digibank_core.indicators.quality.findings import Card, Check, Known

__all__ = ["CHECKS", "Card", "Check", "Known", "run"]

CHECKS: tuple[tuple[Card, Callable[[Known], pd.DataFrame]], ...] = (
    (
        Card(
            "not_wiped",
            "Uitgeleend zonder wissing",
            "Tussen twee uitleningen hoort een wissing. Anders ziet de volgende lener "
            "gegevens van de vorige.",
            "Kijk na of het toestel gewist is. Verbeter de dag van de wissing of de uitlening.",
            (26,),
        ),
        lending.not_wiped,
    ),
    (
        Card(
            "overdue",
            "Lang te laat",
            "Deze toestellen zijn meer dan {overdue_alert_days} dagen te laat.",
            "Bel de lener. Kwam het toestel al terug? Noteer het dan bij Uitleen.",
            (28,),
        ),
        lending.overdue,
    ),
    (
        Card(
            "without_agreement",
            "Uitgeleend zonder overeenkomst",
            "Een uitlening zonder nummer van een overeenkomst telt niet mee.",
            "Zoek de getekende overeenkomst en vul het nummer in.",
            (8,),
        ),
        lending.without_agreement,
    ),
    (
        Card(
            "two_streams",
            "Twee financieringen op een dag",
            "Dezelfde persoon kreeg die dag twee keer dezelfde soort dienst, telkens met "
            "andere financiering. Voor een Digipunt gaat het om dezelfde plaats.",
            "Is het een en dezelfde dienst? Maak dan een van de twee ongeldig.",
            (6,),
        ),
        services.two_streams,
    ),
    (
        Card(
            "future",
            "Dag in de toekomst",
            "Dit is genoteerd voor een dag die nog moet komen.",
            "Verbeter de dag.",
            (60,),
        ),
        services.in_the_future,
    ),
    (
        Card(
            "outside_periods",
            "Buiten elke periode",
            "Deze diensten vallen in geen enkele subsidieperiode. Ze tellen nergens mee. "
            "Je ziet ze bij elke periode die je kiest.",
            "Klopt de dag niet? Verbeter hem. Klopt hij wel, dan is er niets te doen.",
            (2,),
        ),
        services.outside_periods,
    ),
    (
        Card(
            "closed",
            "Digipunt was dicht",
            "Dit bezoek is op een dag zonder openingsuren. Ze zijn die dag niet gepubliceerd "
            "en niet genoteerd. Van een Digipunt zonder gepubliceerde uren weten we het niet.",
            "Verbeter de dag of de plaats. Was het toch open? Noteer dan de uren bij Digipunt.",
            (42,),
        ),
        digipunt.on_closed_day,
    ),
    (
        Card(
            "without_list",
            "Les zonder volledige lijst",
            "De les is voorbij. Zonder nummer of zonder volledige lijst is er te weinig "
            "bewijs.",
            "Vul bij Vorming het nummer van de tekenlijst in en kies Lijst volledig.",
            (38,),
        ),
        training.without_list,
    ),
    (
        Card(
            "unmarked",
            "Nog niet genoteerd wie er was",
            "De les is voorbij. Van sommige mensen weten we niet of ze er waren. Ze tellen "
            "niet mee, en ze tellen ook niet als afwezig.",
            "Noteer bij Vorming wie er was.",
            (35,),
        ),
        training.unmarked,
    ),
    (
        Card(
            "without_a_word",
            "Digipunt open, niets genoteerd",
            "Volgens de uren was het Digipunt open. Er staat geen bezoek en er zijn geen uren "
            "genoteerd. Nul bezoeken is ook een cijfer, niets noteren niet.",
            "Noteer de uren, ook als er niemand kwam. Was het dicht? Dan is er niets te doen.",
            (42,),
        ),
        digipunt.without_a_word,
    ),
    (
        Card(
            "age_to_confirm",
            "Leeftijd te bevestigen",
            "Van deze mensen weten we niet zeker of ze 18 jaar waren. Zolang tellen ze niet "
            "mee.",
            "Vul het geboortejaar in, of vink aan dat iemand 18 of ouder is.",
            (11,),
        ),
        services.ages_to_confirm,
    ),
    (
        Card(
            "minor",
            "Jonger dan 18",
            "Deze mensen waren nog geen 18 jaar. Hun diensten tellen niet mee.",
            "Klopt het geboortejaar niet? Verbeter het. Klopt het, dan is er niets te doen.",
            (11,),
        ),
        services.minors,
    ),
    (
        Card(
            "without_residence",
            "Woonplaats onbekend",
            "Deze mensen tellen mee, maar we weten niet in welke gemeente ze wonen.",
            "Vul de gemeente in, of kies buiten het werkingsgebied.",
            (4, 44),
        ),
        services.without_residence,
    ),
    (
        Card(
            "jump",
            "Plotse sprong",
            "Deze weken tellen meer dan {jump_factor} keer zoveel diensten als een gewone "
            "week. Gewoon is de mediaan: de helft van de weken telt minder.",
            "Kijk na of er niets dubbel staat. Klopt alles, dan is er niets te doen.",
            (60,),
        ),
        services.jumps,
    ),
)
"""Every check with what it runs, the most pressing first."""

SETTINGS = ("overdue_alert_days", "jump_factor")
"""Settings that an explanation may name."""


def run(known: Known) -> tuple[Check, ...]:
    """Run every check on the facts of a Digibank.

    Returns
    -------
    tuple of Check
        All of them, also those that found nothing; the most pressing first.
    """
    told = {name: known.setting(name) for name in SETTINGS}
    return tuple(
        Check(replace(card, explanation=card.explanation.format(**told)), find(known))
        for card, find in CHECKS
    )
