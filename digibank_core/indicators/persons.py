"""Which persons are one and the same (rule 63), and reach by what is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from digibank_core.indicators.definition import (
    UNKNOWN,
    Breakdown,
    Definition,
    Figure,
    Scope,
    ratio,
    taken_apart,
)
from digibank_core.indicators.frames import Frames
from digibank_core.indicators.parameters import percent
from digibank_core.indicators.reach import PERSONS_BY
from digibank_core.indicators.rows import Mask, chosen, is_word, row_by_row
from digibank_core.models import OUTSIDE, AgeBand, Education, Gender, LabourStatus, YesNo

OUTSIDE_TITLE = "buiten het werkingsgebied"
TRAITS = [
    "municipality",
    "outside_area",
    "birth_year",
    "gender",
    "education",
    "labour_status",
    "other_language",
    "reduced_rate",
]
"""What reach is taken apart by."""
_AGES = {
    AgeBand.YOUNG: 0,  # who is reached was 18 (rule 11)
    AgeBand.MIDDLE: 30,
    AgeBand.OLDER: 55,
    AgeBand.SENIOR: 65,
    AgeBand.ELDERLY: 75,
}
"""Youngest of each band."""


def _by(code: str, title: str, definition: str, *rules: int) -> Definition:
    return Definition(
        code=f"reach_by_{code}",
        title=title,
        unit="personen",
        definition=f"Bereikte personen volgens {definition}.",
        rule=(7, *rules, 44),
        settings=PERSONS_BY,
    )


RESIDENCE = _by("residence", "Bereik volgens woonplaats", "de gemeente waar ze wonen", 4)
AGE = _by(
    "age",
    "Bereik volgens leeftijd",
    "leeftijd: het jaar van de laatste dag die telt, min het geboortejaar",
)
GENDER = _by("gender", "Bereik volgens gender", "gender, zoals ze het zelf zeggen")
EDUCATION = _by("education", "Bereik volgens opleiding", "de hoogste opleiding")
LABOUR = _by("labour_status", "Bereik volgens werk", "wat ze doen voor de kost")
LANGUAGE = _by(
    "other_language", "Andere taal nodig", "de vraag of ze een andere taal nodig hebben"
)
REDUCED_RATE = _by(
    "reduced_rate",
    "Kansentarief gezien",
    "de vraag of een recht op kansentarief gezien is, een benadering van een laag inkomen",
)
TARGET_GROUPS: Mapping[str, tuple[str, Definition, tuple[str, ...]]] = {
    "target_65_plus": ("65 jaar of ouder", AGE, (AgeBand.SENIOR, AgeBand.ELDERLY)),
    "target_job_seekers": ("Werkzoekend", LABOUR, (LabourStatus.SEEKS_WORK,)),
    "target_isced_0_2": ("Kortgeschoold (ISCED 0-2)", EDUCATION, (Education.LOW,)),
    "target_isced_3_4": ("Middengeschoold (ISCED 3-4)", EDUCATION, (Education.MIDDLE,)),
    "target_other_language": ("Andere taal nodig", LANGUAGE, (YesNo.YES,)),
    "target_reduced_rate": ("Kansentarief gezien", REDUCED_RATE, (YesNo.YES,)),
}
"""Target groups of rule 44: their title, the breakdown they come from and its groups."""
OF_POPULATION = Definition(
    code="reach_of_population",
    title="Bereik tegenover de inwoners",
    unit="%",
    definition="Schatting: bereikte personen gedeeld door de inwoners van het werkingsgebied "
    "in {year}, ook wie elders woont.",
    rule=(44,),
    settings=PERSONS_BY,
)
OF_VULNERABLE = replace(
    OF_POPULATION,
    code="reach_of_vulnerable",
    title="Bereik tegenover wie digitaal kwetsbaar is",
    definition="Schatting: bereikte personen gedeeld door {percent} % van de inwoners van "
    "het werkingsgebied in {year}, het geschatte deel dat digitaal kwetsbaar is.",
    settings=(*PERSONS_BY, "vulnerable_percent"),
)


def roots(frames: Frames) -> dict[str, str]:
    """Give the person as whom each absorbed person counts, through any chain of merges.

    Returns
    -------
    dict
        Key of the absorbed person to that of the root; who was never absorbed is not in it.

    Raises
    ------
    ValueError
        The merges go round in a circle, which no service lets happen.
    """
    merges = frames["merge"]
    if merges.empty:
        return {}
    held = merges[~merges["withdrawn"]]
    kept = dict(zip(held["absorbed"], held["kept"], strict=True))
    found = dict(kept)
    for _ in range(len(kept) + 1):
        further = {absorbed: kept[root] for absorbed, root in found.items() if root in kept}
        if not further:
            return found
        found |= further
    raise ValueError("merges in a circle")


def united(persons: pd.Series, frames: Frames) -> pd.Series:
    """Give for each key the one as which that person counts; empty stays empty."""
    root_of = roots(frames)
    if not root_of:
        return persons
    absorbed = persons.isin(list(root_of))
    return persons.mask(absorbed, persons[absorbed].map(root_of))


def mistakes(persons: pd.Series, frames: Frames) -> Mask:
    """Tell which keys are of somebody who was voided (rule 62)."""
    every = frames["person"]
    voided = every["key"][every["voided"].to_numpy()]
    found: Mask = persons.isin(voided).to_numpy()
    return found


def by_trait(
    firsts: pd.DataFrame, persons: pd.DataFrame, frames: Frames, scope: Scope
) -> tuple[Breakdown, ...]:
    """Take reach apart by what is known of the persons; each adds up to reach (rule 44).

    Parameters
    ----------
    firsts
        The first counted service of each person, as from `reach.first_services`.
    persons
        Who these are, as from `known_of`.
    """
    groups = {
        RESIDENCE: (residence(persons), residences(persons, frames, scope)),
        AGE: (_age_bands(persons["birth_year"], scope), _titles(AgeBand)),
        GENDER: (_words(persons["gender"]), _titles(Gender)),
        EDUCATION: (_words(persons["education"]), _titles(Education)),
        LABOUR: (_words(persons["labour_status"]), _titles(LabourStatus)),
        LANGUAGE: (_answers(persons["other_language"]), _titles(YesNo)),
        REDUCED_RATE: (_answers(persons["reduced_rate"]), _titles(YesNo)),
    }
    return tuple(
        taken_apart(definition, "reach", chosen(firsts), words, titles)
        for definition, (words, titles) in groups.items()
    )


def known_of(keys: pd.Series, frames: Frames) -> pd.DataFrame:
    """Give what is known of persons, a row for each key; of an unknown one nothing."""
    every = frames["person"]
    place = pd.Index(every["key"]).get_indexer(keys)
    if (place >= 0).all():
        return every[TRAITS].take(place)
    return every[TRAITS].reset_index(drop=True).reindex(place)


def target_groups(breakdowns: tuple[Breakdown, ...]) -> tuple[Figure, ...]:
    """Count the target groups of rule 44; the denominator is of whom it is known.

    Parameters
    ----------
    breakdowns
        As from `by_trait`.
    """
    found = {each.definition: each for each in breakdowns}
    figures = []
    for code, (title, source, groups) in TARGET_GROUPS.items():
        counts = {cell.group: int(cell.value) for cell in found[source].groups}
        members = sum(counts[group] for group in groups)
        known = sum(counts.values()) - counts[UNKNOWN]
        card = Definition(
            code=code,
            title=title,
            unit="personen",
            definition=f"Bereikte personen in deze doelgroep: {title}. De noemer is het aantal "
            "van wie het bekend is.",
            rule=(44,),
            settings=PERSONS_BY,
        )
        rows = found[source].rows_of(groups)
        figures.append(Figure(card, members, members, known, rows))
    return tuple(figures)


def of_population(reached: int, frames: Frames, scope: Scope) -> tuple[Figure, Figure]:
    """Estimate reach as a share of the inhabitants, and of the vulnerable among them (44)."""
    towns = frames["municipality"]
    own = towns[is_word(towns["digibank"], scope.digibank)]
    rows = chosen(own[["nis", "name", "population", "population_on"]])
    year = "onbekend jaar" if own.empty else str(own["population_on"].max().year)
    people, share = int(own["population"].sum()), percent(frames, "vulnerable_percent", scope)
    cards = (
        replace(card, definition=card.definition.format(year=year, percent=share))
        for card in (OF_POPULATION, OF_VULNERABLE)
    )
    vulnerable = (2 * people * share + 100) // 200  # rounded half up, as people are whole
    of_all, of_vulnerable = (
        ratio(card, reached, among, rows)
        for card, among in zip(cards, (people, vulnerable), strict=True)
    )
    return of_all, of_vulnerable


def residence(persons: pd.DataFrame) -> list[str]:
    """Give the municipality of each person, or that it is outside the area or unknown."""
    outside = persons["outside_area"].eq(True)
    lived: list[str] = persons["municipality"].mask(outside, OUTSIDE).fillna(UNKNOWN).tolist()
    return lived


def residences(persons: pd.DataFrame, frames: Frames, scope: Scope) -> dict[str, str]:
    """Give the places of residence by name: the own ones, and others where persons live."""
    places = row_by_row(frames["municipality"], "name", "nis", "digibank")
    lived_in = set(persons["municipality"].tolist())
    shown = [
        (owner != scope.digibank, name, nis)
        for name, nis, owner in places
        if owner == scope.digibank or nis in lived_in
    ]
    names = {nis: name for _, name, nis in sorted(shown)}
    return {**names, OUTSIDE: OUTSIDE_TITLE, UNKNOWN: UNKNOWN}


def _age_bands(birth_years: pd.Series, scope: Scope) -> list[str]:
    ages = scope.until.year - birth_years.to_numpy("float64", na_value=np.nan)
    band = np.searchsorted(list(_AGES.values()), ages, side="right")
    known = [UNKNOWN, *(band.value for band in _AGES)]
    return [known[place] for place in np.where(np.isnan(ages), 0, band).tolist()]


def _words(answers: pd.Series) -> list[str]:
    unsaid = Gender.UNKNOWN.value
    return [UNKNOWN if said == unsaid else said for said in answers.fillna(UNKNOWN).tolist()]


def _answers(answers: pd.Series) -> list[str]:
    said = {True: YesNo.YES.value, False: YesNo.NO.value}
    return [said.get(answer, UNKNOWN) for answer in answers.tolist()]


def _titles(words: type[AgeBand | Education | Gender | LabourStatus | YesNo]) -> dict[str, str]:
    known = [word.value for word in words if word.value not in (UNKNOWN, Gender.UNKNOWN.value)]
    return {word: word for word in [*known, UNKNOWN]}
