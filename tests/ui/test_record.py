"""The page of a record, driven as a browser drives it (flow 9, rules 52, 61, 62 and 66)."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pandas as pd
import pytest

from digibank_core import db
from digibank_core.errors import UnknownRecordError
from digibank_core.models import (
    Condition,
    Contact,
    Loan,
    NewSeries,
    TallyRequest,
    WhyCorrected,
    WhyVoided,
)
from digibank_core.services import corrections, digipunt, roll, training
from digibank_core.ui import lending as desk_of_lending
from digibank_core.ui import page, record, today
from digibank_core.ui import persons as desk_of_persons
from digibank_core.ui.digipunt import Counter
from digibank_core.ui.lists import Listing
from digibank_core.ui.record import RecordPage
from digibank_core.ui.telling import FIELDS, Words
from digibank_core.ui.training import Classroom
from tests.conftest import on_day

OUT, BACK, NOW = date(2024, 3, 4), date(2024, 3, 25), date(2024, 6, 3)
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def ann_works(monkeypatch, ann):
    """Let ann be the user of the page, on the day NOW."""
    monkeypatch.setattr(page, "actor", lambda: ann)
    with on_day(NOW):
        yield


@pytest.fixture
def lieve(west):
    return west.register("Lieve", last_name="Zwartkapoen", phone="050 11 22 33")


@pytest.fixture
def out(west, lieve):
    """Loan 1 of BW-0001 to Lieve, typed a day late."""
    west.stock("BW-0001", on=OUT)
    west.lend("BW-0001", lieve, on=OUT, typed=OUT + timedelta(days=1))
    return "loan/1"


@pytest.fixture
def shown(out):
    """The page of loan 1."""
    return RecordPage(out)


def text_of(widget):
    """Give all that stands in the HTML of a widget and its children, without the tags."""
    own = getattr(widget, "value", "") if hasattr(widget, "value") else ""
    inside = " ".join(text_of(child) for child in getattr(widget, "children", ()))
    return " ".join(re.sub(r"<[^>]+>", " ", f"{own} {inside}").split())


def loan():
    with db.reading() as session:
        return session.get_one(Loan, 1)


def titles(shown):
    return list(shown.tabs.titles)


def press(shown, title):
    """Press the only button of a tab."""
    part = shown.tabs.children[titles(shown).index(title)]
    next(child for child in part.children if hasattr(child, "click")).click()


# What stands there


def test_rule_61_record_tells_what_it_is_and_both_its_times(shown):
    card = text_of(shown.tabs.children[0])

    assert card.startswith(
        "Uitlening van BW-0001 aan Lieve Zwartkapoen, 04/03/2024 "
        "Gebeurd op ma 04/03/2024 Genoteerd op di 05/03/2024 om 14.00 uur Geldig ja"
    )
    assert "Lener Lieve Zwartkapoen" in card
    assert "Kwam terug op niet ingevuld" in card
    assert "Betaald door de Digibank" in card
    assert "Toestel BW-0001, laptop Latitude 5400" in card  # belongs to it


def test_address_of_nothing_is_said_to_be_nothing(west):
    with pytest.raises(UnknownRecordError):
        RecordPage("loan/1")


def test_page_without_an_address_says_so_in_dutch(west, monkeypatch):
    monkeypatch.setenv("QUERY_STRING", "record=loan/99")

    assert "Dit gegeven bestaat niet" in record.show().data


@pytest.mark.parametrize("table", sorted(corrections.SUBJECTS))
def test_every_field_and_column_has_a_dutch_label(table):
    words, subject = Words({}), corrections.SUBJECTS[table]
    silent = {"id", "key", "digibank", "voided", "recorded_at", "version", "code"}

    names = {*subject.form.model_fields, *subject.model.model_fields} - silent
    untold = {name for name in names if words.label(table, name) == name}
    assert untold <= {"course", "session", "visit", "municipality", "turn"}  # never change


def test_order_of_fields_leaves_none_out():
    for table, names in FIELDS.items():
        asked = set(corrections.SUBJECTS[table].form.model_fields)
        assert set(names) == asked - {"version"}


# Correct


def test_correction_is_looked_at_before_it_is_saved(shown):
    answer = shown.form.submit(due_on="08/04/2024", note="zonder tas")

    assert answer.text == "Er is nog niets bewaard. Kijk na wat verandert en bewaar dan."
    told = text_of(shown)
    assert "Terug op 01/04/2024 08/04/2024" in told  # 28 days after OUT
    assert "Nota niet ingevuld zonder tas" in told
    assert "Er verandert geen cijfer." in told
    assert loan().note is None


def test_rule_52_correction_is_saved_with_a_reason(shown):
    shown.form.submit(due_on="08/04/2024", note="zonder tas")

    assert shown.reason.submit().errors == {"why": "Kies een van de mogelijkheden."}
    assert shown.reason.submit(why=WhyCorrected.PAPER).kind == "saved"

    assert (loan().due_on, loan().note) == (date(2024, 4, 8), "zonder tas")
    assert text_of(shown.children[0]).startswith("Bewaard.")
    story = text_of(shown.tabs.children[3])
    assert story.startswith(
        "Geschiedenis Gewijzigd op ma 03/06/2024 om 14.00 uur Door ann (coördinator). "
        "Waarom: verbeterd: nagekeken op papier. "
        "Terug op: van 01/04/2024 naar 08/04/2024. Nota: gewijzigd. "
        "Genoteerd op di 05/03/2024 om 14.00 uur"
    )


def test_figures_that_a_correction_touches_are_named_with_before_and_after(shown):
    shown.form.submit(stream="DIGISCAN")

    told = text_of(shown)
    assert "Betaald door de Digibank Digiscan" in told
    assert "Bereikte personen, IMPL 1 → 0" in told


def test_what_follows_from_a_correction_is_told(shown):
    shown.form.submit(returned_on="25/03/2024", condition=Condition.FINE)

    told = text_of(shown)
    assert (
        "Verandert mee Toestel BW-0001, laptop Latitude 5400. "
        "Stand: van uitgeleend naar te wissen." in told
    )


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"due_on": "31/02/2024"}, "due_on", "31/02/2024 bestaat niet"),
        ({"due_on": "01/03/2024"}, "due_on", "De dag van terugkeer ligt voor"),
        ({"lent_on": ""}, "lent_on", "Vul dit in."),
        ({"person": ""}, "person", "Kies een lener."),
        ({"stream": "GRATIS"}, "stream", "Kies een van de mogelijkheden."),
        ({"note": "zie 050 11 22 33"}, "note", "Dit lijkt op een telefoonnummer."),
        ({"agreement": "x" * 21}, "agreement", "Schrijf hoogstens 20 tekens."),
    ],
)
def test_correction_has_the_validation_of_the_form(shown, typed, field, sentence):
    answer = shown.form.submit(**typed)

    assert answer.kind == "refused"
    assert sentence in answer.errors[field]
    assert shown.reason is None


def test_correction_without_a_change_says_so(shown):
    assert shown.form.submit().text.startswith("Je wijzigde nog niets.")


def test_rule_66_what_is_left_as_it_is_is_not_judged_again(west, raw, out):
    raw.run("UPDATE loan SET note = 'bel 050 11 22 33', agreement = :old", old="x" * 20)

    shown = RecordPage(out)
    shown.form.submit(due_on="08/04/2024")

    assert shown.reason.submit(why=WhyCorrected.TYPO).kind == "saved"
    assert loan().note == "bel 050 11 22 33"


def test_way_back_keeps_what_was_typed(shown):
    shown.form.submit(due_on="08/04/2024", note="zonder tas")

    shown.children[-1].click()

    filled = shown.form.filled["values"]
    assert filled == {"due_on": "08/04/2024", "note": "zonder tas"}
    assert titles(shown)[shown.tabs.selected_index] == "Corrigeren"
    assert loan().note is None


def test_person_of_a_record_is_searched_and_shown_by_name(west, shown, lieve):
    jef = west.register("Jef", last_name="Claeys")
    shown.form.submit(person=jef)
    assert "Lener Lieve Zwartkapoen Jef Claeys" in text_of(shown)

    shown.children[-1].click()
    assert shown.form.filled["values"]["person"]["label"] == "Jef Claeys"


def test_same_save_twice_is_saved_once(west, shown, entries):
    shown.form.submit(note="zonder tas")
    form, key = shown.reason, shown.reason.key
    before = len(entries("loan"))

    assert form.submit(key, why=WhyCorrected.TYPO).kind == "saved"
    assert form.submit(key, why=WhyCorrected.TYPO).kind == "already"
    assert len(entries("loan")) == before + 1


# Somebody else


@pytest.fixture
def passed(west, out):
    """A page of loan 1 that somebody else corrected since."""
    shown = RecordPage(out)
    west.correct(Loan, 1, due_on=date(2024, 4, 15), note="hun nota")
    return shown


def test_versions_of_two_people_are_shown_side_by_side(passed):
    answer = passed.form.submit(note="mijn nota")

    assert answer.text.startswith("Iemand anders wijzigde dit intussen. Er is niets bewaard.")
    told = text_of(passed)
    assert "Gegeven Toen je begon Nu, door ann Jij typte" in told
    assert "Terug op 01/04/2024 15/04/2024 01/04/2024" in told
    assert "Nota niet ingevuld hun nota mijn nota" in told
    assert loan().note == "hun nota"


def test_own_changes_are_taken_along_to_the_new_version(passed):
    passed.form.submit(note="mijn nota")
    passed.onward.submit(onward="neem mijn wijzigingen mee")

    assert passed.form.filled["values"] == {"note": "mijn nota"}
    passed.form.submit(note="mijn nota")
    passed.reason.submit(why=WhyCorrected.TYPO)
    assert (loan().note, loan().due_on) == ("mijn nota", date(2024, 4, 15))  # theirs stays


def test_the_new_version_can_be_begun_from_and_what_was_typed_is_still_shown(passed):
    passed.form.submit(note="mijn nota")
    passed.onward.submit(onward="begin van wat er nu staat")

    assert passed.form.filled["values"] == {}
    assert passed.form.start["note"] == "hun nota"
    assert "Jij typte" in text_of(passed.children[0])


def test_somebody_else_who_comes_between_look_and_save_is_seen_too(west, shown):
    shown.form.submit(note="mijn nota")
    west.correct(Loan, 1, note="hun nota")

    assert shown.reason.submit(why=WhyCorrected.TYPO).kind == "refused"
    assert shown.onward is not None
    assert loan().note == "hun nota"


def test_void_of_what_somebody_else_changed_shows_the_new_version(west, shown):
    west.correct(Loan, 1, note="hun nota")

    press(shown, "Ongeldig maken")

    assert "Iemand anders wijzigde dit intussen." in text_of(shown.children[0])
    assert not loan().voided
    press(shown, "Ongeldig maken")
    assert shown.reason is not None


# Void and restore


def test_rule_62_record_is_voided_after_a_look_and_restored(shown):
    press(shown, "Ongeldig maken")
    told = text_of(shown)
    assert "Bereikte personen, IMPL 1 → 0" in told
    assert "Stand: van uitgeleend naar uitleenbaar." in told
    assert not loan().voided

    shown.reason.submit(why=WhyVoided.NEVER)
    assert loan().voided
    assert "Geldig nee, ongeldig gemaakt" in text_of(shown.tabs.children[0])
    assert titles(shown)[2] == "Weer geldig maken"

    press(shown, "Weer geldig maken")
    assert "Bereikte personen, IMPL 0 → 1" in text_of(shown)
    shown.reason.submit(why="het was toch juist")
    assert not loan().voided
    story = text_of(shown.tabs.children[3])
    assert "Weer geldig gemaakt op" in story
    assert "Waarom: ongeldig gemaakt: dit is niet gebeurd." in story


def test_void_that_breaks_a_rule_is_refused_with_the_reason(out):
    shown = RecordPage("wipe/1")

    press(shown, "Ongeldig maken")

    assert shown.reason is None
    assert "staat er dan geen wissing van toestel BW-0001" in text_of(shown.tabs.children[2])


def test_rule_62_person_tells_how_much_will_not_count(west, out, lieve):
    shown = RecordPage(f"person/{lieve}")

    press(shown, "Ongeldig maken")

    told = text_of(shown)
    assert "Hierbij horen 1 ander gegeven. Die tellen dan ook niet meer mee." in told
    assert "Bereikte personen, IMPL 1 → 0" in told


# Persons


def test_rule_46_story_of_a_person_tells_no_name(west, lieve):
    shown = RecordPage(f"person/{lieve}")
    shown.form.submit(last_name="Wittekapoen", birth_year="1951")
    assert "Achternaam Zwartkapoen Wittekapoen" in text_of(shown)
    shown.reason.submit(why=WhyCorrected.TYPO)

    story = text_of(shown.tabs.children[3])
    assert "Geboortejaar: van 1950 naar 1951. Achternaam: gewijzigd." in story
    assert "kapoen" not in story


def test_names_and_contact_stand_in_no_draft_and_in_no_title(west, lieve):
    fields = {one["name"]: one for one in RecordPage(f"person/{lieve}").form.spec["fields"]}

    private = {name for name, one in fields.items() if one["private"]}
    assert private == {"first_name", "last_name", "postcode", "phone", "mail"}
    assert RecordPage(f"person/{lieve}").form.spec["title"] == "Corrigeren"


def test_rule_65_erased_person_is_asked_no_name(west, lieve):
    with west.at_work(NOW) as session:
        session.delete(session.get_one(Contact, lieve))
    shown = RecordPage(f"person/{lieve}")

    names = {one["name"] for one in shown.form.spec["fields"]}
    assert not names & {"first_name", "last_name", "phone"}
    shown.form.submit(birth_year="1951")
    assert shown.reason.submit(why=WhyCorrected.TYPO).kind == "saved"


# Every kind of record


@pytest.fixture
def everything(west, out, lieve):
    """One record of each kind."""
    west.take_back("BW-0001", on=BACK)
    series = NewSeries(
        title="Tablet", capacity=8, first_day=OUT, sessions=1,
        starts_at="9.30", ends_at="12.00", place="bib",
    )  # fmt: skip
    with west.at_work(BACK) as session:
        who = west.actor
        training.add_series(session, series, actor=who)
        training.enrol(session, training.EnrolmentRequest(course=1, person=lieve), actor=who)
        roll.mark_attendance(
            session, 1, [roll.RowMark(lieve, "aanwezig")], actor=who, today=BACK
        )
        tally = TallyRequest(digipunt="torhout-bib", visited_on=BACK, counts={"laptop": 1})
        digipunt.log_tally(session, tally, actor=who, today=BACK)
        hours = digipunt.HeldBlockRequest(
            digipunt="torhout-bib", held_on=BACK, starts_at="9.00", ends_at="12.00"
        )
        digipunt.hold_block(session, hours, actor=who, today=BACK)
    return lieve


CHANGES = {
    "device/BW-0001": ({"model": "X1"}, "Toestel BW-0001, laptop Latitude 5400"),
    "loan/1": ({"note": "x"}, "Uitlening van BW-0001 aan Lieve Zwartkapoen, 04/03/2024"),
    "wipe/1": ({"certificate": "A-1"}, "Wissing van BW-0001, 04/03/2024"),
    "course/1": ({"capacity": "9"}, "Reeks Tablet"),
    "training_session/1": (
        {"starts_at": "9.00"},
        "Les van 04/03/2024, 9.30 tot 12.00 uur: Tablet",
    ),
    "enrolment/1": ({"state": "wachtlijst"}, "Inschrijving van Lieve Zwartkapoen voor Tablet"),
    "attendance/1": (
        {"mark": "afwezig"},
        "Aanwezigheid van Lieve Zwartkapoen op 04/03/2024: aanwezig",
    ),
    "visit/1": (
        {"language_help": True},
        "Bezoek van iemand anoniem aan Bibliotheek Torhout, 25/03/2024",
    ),
    "question/1": ({"result": "opgelost"}, "Vraag over Laptop: niet ingevuld"),
    "held_block/1": (
        {"ends_at": "11u30"},
        "Openingsuren van Bibliotheek Torhout, 25/03/2024, 9.00 tot 12.00 uur",
    ),
    "person": ({"birth_year": "1951"}, "Lieve Zwartkapoen"),
}


def test_changes_are_of_every_kind():
    assert {address.partition("/")[0] for address in CHANGES} == set(corrections.SUBJECTS)


@pytest.mark.parametrize("address", CHANGES)
def test_record_of_every_kind_is_shown_corrected_and_voided(everything, address):
    typed, about = CHANGES[address]
    shown = RecordPage(address if "/" in address else f"{address}/{everything}")

    assert text_of(shown.tabs.children[0]).casefold().startswith(about.casefold())
    shown.form.submit(**typed)
    assert shown.reason.submit(why=WhyCorrected.TYPO).kind == "saved"
    assert "Gewijzigd op" in text_of(shown.tabs.children[3])
    if address in {"device/BW-0001", "wipe/1"}:
        return  # a loan stands on them
    press(shown, "Ongeldig maken")
    assert shown.reason.submit(why=WhyVoided.PRACTICE).kind == "saved"
    press(shown, "Weer geldig maken")
    assert shown.reason.submit(why="het was toch juist").kind == "saved"


# Links


def test_rule_61_list_of_loans_leads_to_each_and_tells_what_was_noted_later(out):
    listing = desk_of_lending.Desk().out

    assert listing._rows["Genoteerd"].tolist() == ["genoteerd op 05/03/2024"]
    assert "gegeven?record=loan/1" in str(listing._table.get_state())


def test_text_in_a_list_with_links_stays_text():
    listing = Listing("Toestellen", empty="")

    listing.show(pd.DataFrame({"Toestel": ["<b>BW-1</b>"]}), ["<a href='x'>Verbeter</a>"])

    state = str(listing._table.get_state())
    assert "&lt;b&gt;BW-1" in state
    assert "<b>" not in state
    assert "<a href=" in state


def test_devices_to_wipe_persons_sessions_and_visits_lead_to_their_records(everything, west):
    assert 'href="gegeven?record=device/BW-0001"' in today.overview().data

    desk = desk_of_persons.Desk()
    desk._show_card(everything)
    assert f'href="gegeven?record=person/{everything}"' in desk.card.value

    room = Classroom()
    room.roll.choose(1)
    assert 'href="gegeven?record=training_session/1"' in room._mend.value
    assert "genoteerd op 25/03/2024" in room.roll.shown.lines[0].detail

    with on_day(BACK):
        told = Counter()._today.value
    assert 'href="gegeven?record=visit/1"' in told
    assert 'href="gegeven?record=held_block/1"' in told


def test_who_may_not_correct_gets_no_link(everything, west, monkeypatch, roger, karel):
    monkeypatch.setattr(page, "actor", lambda: karel)
    assert "gegeven?" not in today.overview().data

    monkeypatch.setattr(page, "actor", lambda: roger)
    room = Classroom()
    room.roll.choose(1)
    desk = desk_of_persons.Desk()
    desk._show_card(everything)
    with on_day(BACK):
        told = Counter()._today.value
    assert "gegeven?" not in room._mend.value + desk.card.value + told
