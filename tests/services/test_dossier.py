"""Who asks for it gets all that is kept of them, and nothing of anybody else (rule 44)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import SQLModel

from digibank_core import access, db
from digibank_core.errors import NotAllowedError, UnknownPersonError
from digibank_core.models import Account, Booking, DifferentPersons, Education, Question
from digibank_core.models.columns import Kind
from digibank_core.services import dossier
from digibank_core.services.dossier import KINDS, LEFT_OUT
from tests.lives import attend, merge, visit
from tests.services.test_erasure import erase

DAY, BACK, TODAY = date(2024, 3, 4), date(2024, 3, 20), date(2024, 6, 3)
TABLES = sorted(
    (mapper.class_ for mapper in SQLModel._sa_registry.mappers), key=lambda one: one.__name__
)


@pytest.fixture
def lieve(west):
    """Somebody who did one thing of each kind."""
    key = west.register(
        "Lieve",
        last_name="Zwartkapoen",
        phone="0475 12 34 56",
        postcode="8820",
        education=Education.LOW,
    )
    west.stock("BW-0001")
    west.lend("BW-0001", key, on=DAY, note="komt met de zus")
    west.take_back("BW-0001", on=BACK, note="lader later")
    attend(west, key, on=DAY)
    visit(west, key, on=DAY, note="komt terug")
    return key


@pytest.fixture
def gather(west):
    """Give a function that gathers a dossier: title of a section to its rows."""

    def read(key, actor=west.actor):
        with db.reading() as session:
            whole = dossier.dossier(session, key, actor=actor, today=TODAY)
        return {section.title: list(section.rows) for section in whole.sections}

    return read


def test_dossier_says_whose_it_is_and_who_is_responsible(west, lieve, ann):
    with db.reading() as session:
        whole = dossier.dossier(session, lieve, actor=ann, today=TODAY)

    assert (whole.digibank, whole.made_on) == ("Brugge West", TODAY)
    assert whole.lead_partner == "Gemeente Oostkamp"


def test_name_contact_and_traits_are_told_in_words(gather, lieve):
    told = gather(lieve)

    assert told["Naam en contact"] == [
        {
            "Voornaam": "Lieve",
            "Achternaam": "Zwartkapoen",
            "Telefoon": "0475 12 34 56",
            "E-mailadres": None,
            "Postcode": "8820",
        }
    ]
    [traits] = told["Kenmerken"]
    assert (traits["Geboortejaar"], traits["Woonplaats"]) == (1950, "Torhout")
    assert (traits["Opleiding"], traits["Werk"]) == ("ISCED 0-2", None)


def test_records_are_told_with_what_they_refer_to(gather, lieve):
    told = gather(lieve)

    [loan] = told["Uitleningen"]
    assert (loan["Toestel"], loan["Mee op"], loan["Terug op"]) == (
        "BW-0001, Latitude 5400",
        DAY,
        BACK,
    )
    assert (loan["Nota"], loan["Nota bij terugkomst"]) == ("komt met de zus", "lader later")
    [place] = told["Inschrijvingen voor lessen"]
    [came] = told["Aanwezigheden"]
    assert (place["Reeks"], place["Stand"]) == ("Smartphone voor starters", "bevestigd")
    assert (came["Les"], came["Genoteerd als"]) == (
        "Smartphone voor starters, 04/03/2024",
        "aanwezig",
    )
    [call], [question] = told["Bezoeken aan een Digipunt"], told["Vragen bij een bezoek"]
    assert (call["Digipunt"], call["Nota"]) == ("Bibliotheek Torhout", "komt terug")
    assert (question["Bezoek op"], question["Resultaat"]) == (DAY, "opgelost")


def test_history_is_told_in_plain_words_with_a_role_and_no_login(gather, lieve):
    told = gather(lieve)[dossier.HISTORY]

    assert [one["Wat"] for one in told][:4] == [
        "inschrijving gemaakt",
        "contactgegevens gemaakt",
        "uitlening gemaakt",
        "uitlening gewijzigd",
    ]
    assert {one["Door een"] for one in told} == {"coördinator"}
    assert "ann" not in str(told)


def test_nothing_of_anybody_else_is_in_it(west, gather, lieve):
    other = west.register("Marie", last_name="Claeys")
    visit(west, other, on=DAY, note="over Lieve")
    with west.at_work(TODAY) as session:
        one, two = sorted([lieve, other])
        session.add(DifferentPersons(one=one, other=two, digibank="west"))

    told = gather(lieve)

    assert len(told["Aangeduid als niet dezelfde als iemand anders"]) == 1
    assert not any(word in str(told) for word in ("Marie", "Claeys", other, "over Lieve"))


def test_rule_63_merged_registrations_are_one_dossier(west, gather, lieve):
    double = west.register("Lief", last_name="Zwartkapoen")
    visit(west, double, on=TODAY)
    merge(west, lieve, double, on=TODAY)

    assert gather(lieve) == gather(double)
    assert len(gather(lieve)["Kenmerken"]) == 2
    assert gather(lieve)["Samengevoegde inschrijvingen"][0]["Ingetrokken"] is False


def test_rule_65_dossier_of_an_erased_person_holds_no_name_or_text(west, gather, lieve):
    erase(west, lieve)

    told = gather(lieve)

    assert "Naam en contact" not in told
    assert told["Kenmerken"][0]["Gewist op"] == TODAY
    assert told["Uitleningen"][0]["Nota"] is None
    assert "contactgegevens verwijderd" in [one["Wat"] for one in told[dossier.HISTORY]]


def test_reading_it_is_noted(west, gather, lieve, cli):
    gather(lieve)

    line = access.recent(1, actor=cli)[0]
    assert (line["event"], line["login"]) == ("alle gegevens van een persoon gelezen", "ann")
    assert lieve not in str(line)


def test_rule_49_person_of_another_digibank_is_unknown(gather, lieve, noor):
    with pytest.raises(UnknownPersonError):
        gather(lieve, noor)


@pytest.mark.parametrize("who", ["roger", "karel", "rita", "cli"])
def test_only_a_coordinator_gathers_it(gather, lieve, request, who):
    with pytest.raises(NotAllowedError):
        gather(lieve, request.getfixturevalue(who))


# Tables of later


@pytest.mark.parametrize(
    "model",
    [one for one in TABLES if dossier.references_to_person(one) or one is Question],
    ids=lambda model: model.__name__,
)
def test_every_column_about_a_person_is_told_or_left_out_on_purpose(model):
    kept = {c.name for c in model.__table__.columns if c.info["kind"] != Kind.TECHNICAL}

    assert kept - LEFT_OUT == set(KINDS[model].labels)


def test_no_text_or_contact_stands_outside_the_dossier_but_names_of_staff():
    private = {Kind.TEXT, Kind.CONTACT}
    holding = {
        one for one in TABLES if private & {c.info["kind"] for c in one.__table__.columns}
    }

    assert holding - KINDS.keys() == {Account, Booking}  # a cost is about nobody
