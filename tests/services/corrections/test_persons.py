"""Corrections of persons (rules 11, 12, 44, 62 and 65)."""

from __future__ import annotations

from datetime import date

import pytest

from digibank_core.errors import RecordChangedError, UnknownMunicipalityError
from digibank_core.models import (
    Contact,
    Education,
    ErasedPersonCorrection,
    Gender,
    PersonCorrection,
    PersonRole,
    YesNo,
)

OUT = date(2024, 1, 15)
BEERNEM, TORHOUT = "31003", "31033"


@pytest.fixture
def lieve(west):
    """Somebody with a name, a phone, a postcode and nothing else said."""
    key = west.register("Lieve", last_name="Maes", phone="050 11 22 33", postcode="8730")
    return f"person/{key}"


def test_rule_44_traits_and_contact_are_shown_as_they_were_asked(mend, lieve):
    shown = mend.look(lieve)

    assert shown.form is PersonCorrection
    assert shown.values == {
        "first_name": "Lieve",
        "last_name": "Maes",
        "phone": "050 11 22 33",
        "mail": None,
        "postcode": "8730",
        "birth_year": 1950,
        "adult_confirmed": False,
        "gender": Gender.UNKNOWN,
        "role": PersonRole.PARTICIPANT,
        "consent_on": None,
        "other_language": YesNo.UNSAID,
        "reduced_rate": YesNo.UNSAID,
        "residence": BEERNEM,
        "education": Education.UNSAID,
        "labour_status": "zegt het liever niet",
    }


def test_rule_62_traits_and_contact_are_corrected_as_one(mend, lieve):
    changed = mend.correct(
        lieve,
        last_name="Maas",
        birth_year=1951,
        education=Education.LOW,
        reduced_rate=YesNo.YES,
        consent_on=OUT,
    )

    assert list(changed) == [lieve]
    now = mend.look(lieve)
    assert (now.values["last_name"], now.record.birth_year) == ("Maas", 1951)
    assert (now.record.education, now.record.reduced_rate) == (Education.LOW, True)
    assert now.record.consent_on == OUT


def test_rule_44_what_was_said_is_taken_back(mend, lieve):
    mend.correct(lieve, education=Education.LOW, other_language=YesNo.NO)
    mend.correct(lieve, education=Education.UNSAID, other_language=YesNo.UNSAID)

    now = mend.look(lieve).record
    assert (now.education, now.other_language) == (None, None)


def test_residence_is_corrected_and_follows_from_a_postcode_when_empty(mend, lieve):
    mend.correct(lieve, residence="buiten")
    assert mend.look(lieve).record.outside_area

    mend.correct(lieve, residence=None, postcode="8820")
    assert mend.look(lieve).record.municipality == TORHOUT

    with pytest.raises(UnknownMunicipalityError):
        mend.correct(lieve, residence="99999")


def test_residence_that_was_left_empty_stays_so_when_another_answer_changes(west, mend, lieve):
    west.correct(Contact, lieve.removeprefix("person/"), postcode=None)
    mend.correct(lieve, residence=None)
    west.correct(Contact, lieve.removeprefix("person/"), postcode="8730")

    mend.correct(lieve, phone="050 11 22 44")

    assert mend.look(lieve).record.municipality is None


def test_version_of_a_person_is_that_of_traits_and_contact(west, mend, lieve):
    shown = mend.look(lieve).version
    west.correct(Contact, lieve.removeprefix("person/"), phone="050 99 99 99")

    with pytest.raises(RecordChangedError):
        mend.correct(lieve, birth_year=1951, version=shown)


def test_rule_11_birth_year_that_was_wrong_moves_who_counts(west, mend, lieve):
    key = lieve.removeprefix("person/")
    west.stock("BW-0001", on=OUT)
    west.lend("BW-0001", key, on=OUT)

    mend.correct(lieve, birth_year=2010)
    assert west.deliveries()["reason"].tolist() == ["jonger dan 18"]

    mend.correct(lieve, birth_year=1950, role=PersonRole.INTERMEDIARY)
    assert west.deliveries()["reason"].tolist() == ["intermediair"]


def test_rule_62_services_of_a_voided_person_do_not_count_and_count_again(west, mend, lieve):
    west.stock("BW-0001", on=OUT)
    west.lend("BW-0001", lieve.removeprefix("person/"), on=OUT)

    mend.void(lieve)
    assert west.deliveries()["qualifies"].tolist() == [False]

    mend.restore(lieve)
    assert west.deliveries()["qualifies"].tolist() == [True]


def test_rule_65_traits_of_an_erased_person_are_corrected_without_a_name(west, mend, lieve):
    with west.at_work(OUT) as session:
        session.delete(session.get_one(Contact, lieve.removeprefix("person/")))

    shown = mend.look(lieve)
    assert shown.form is ErasedPersonCorrection
    assert shown.values["first_name"] is None
    mend.correct(lieve, birth_year=1951)
    assert mend.look(lieve).record.birth_year == 1951
