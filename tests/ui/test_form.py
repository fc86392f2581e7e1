"""The form, driven as a browser drives it: by messages, without a browser."""

from __future__ import annotations

import logging
from datetime import date
from enum import StrEnum

import pytest
from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError
from sqlmodel import SQLModel

from digibank_core import models
from digibank_core.errors import AlreadySavedError, ChangedMeanwhileError, DeviceOnLoanError
from digibank_core.models.columns import Kind
from digibank_core.models.typed import DeviceCode, FreeText, PlainText, Typed, TypedDate
from digibank_core.ui.fields import FieldLeftOutError, UnknownFieldError, shown_fields
from digibank_core.ui.form import Card, Form, Option

INPUTS = [
    model
    for _, model in sorted(vars(models).items())
    if isinstance(model, type) and issubclass(model, Typed)
]
PRIVATE = {
    column.name
    for table in SQLModel.metadata.sorted_tables
    for column in table.columns
    if column.info.get("kind") in {Kind.CONTACT, Kind.TEXT}
}
GODELIEVE = Option("p1", "Godelieve Maertens", "1956, Oostkamp")
NAMESAKE = Option("p2", "Godelieve Maertens", "1977, Brugge")
SUSPENDED = Option("p3", "Magda Maes", "1960, Brugge", "Kan niet lenen tot 01/12/2024.")
PARTNERS = [("k1", "Kringwinkel Demo"), ("k2", "Kringwinkel Twee")]


class State(StrEnum):
    """Few enough to be radio buttons."""

    FINE = "in orde"
    DAMAGED = "beschadigd"


class Topic(StrEnum):
    """One too many for radio buttons."""

    MAIL = "e-mail"
    ITSME = "itsme"
    BANK = "bank"
    DEVICE = "toestel"
    PHOTOS = "foto's"
    OTHER = "andere"


class Loan(BaseModel):
    """One field of each kind."""

    device: DeviceCode = Field(title="Toestelcode", description="Scan de sticker.")
    person: str = Field(
        title="Lener", json_schema_extra={"missing": "Kies een lener.", "empty": "Niemand."}
    )
    due_on: TypedDate = Field(title="Terug op")
    state: State = Field(default=State.FINE, title="Staat")
    topic: Topic | None = Field(default=None, title="Onderwerp")
    partner: str | None = Field(default=None, title="Kringwinkel")
    number: int | None = Field(default=None, title="Aantal", ge=1, le=9)
    bag: bool = Field(default=False, title="Tas")
    serial: PlainText = Field(default="", title="Serienummer", max_length=10)
    note: FreeText | None = Field(
        default=None, title="Nota", json_schema_extra={"kind": "note"}
    )
    version: int | None = None

    @model_validator(mode="after")
    def _not_too_long(self):
        if self.due_on > date(2025, 12, 31):
            raise PydanticCustomError(
                "due_late", "Kies een dag in 2025 of eerder.", {"field": "due_on"}
            )
        return self


class Desk:
    """What the pages give to a form: searches, scans, saves; and what they were asked."""

    def __init__(self):
        self.saved, self.queries, self.keys = [], [], []
        self.failure = None
        self.version = 7

    def search(self, query):
        """Find people, and fail at "boem"."""
        self.queries.append(query)
        if query == "boem":
            raise RuntimeError("search for boem")
        return [one for one in (GODELIEVE, NAMESAKE, SUSPENDED) if query in one.label.lower()]

    def scan(self, code):
        """Know one device."""
        if code != "BW-0188":
            raise DeviceOnLoanError(device=code, since=date(2024, 11, 1))
        return Card(
            ready=True,
            title="BW-0188, laptop",
            badge=("ready", "uitleenbaar"),
            lines=("Gewist op 11/11/2024.",),
            version=self.version,
            fill={"due_on": date(2024, 12, 19)},
        )

    def save(self, request, key):
        """Save once for each key, or fail as the test asks."""
        self.keys.append(key)
        if self.failure is not None:
            raise self.failure
        if key in self.keys[:-1]:
            raise AlreadySavedError
        self.saved.append(request)
        return f"Uitgeleend: {request.device}."

    def form(self, **given):
        """Declare a form as pages do."""
        declared = {
            "title": "Toestel uitlenen",
            "save_label": "Uitlenen",
            "on_save": self.save,
            "searches": {"person": self.search},
            "scans": {"device": self.scan},
            "choices": {"partner": PARTNERS},
            "start": lambda: {"due_on": date(2024, 12, 12)},
        }
        return Form(Loan, **declared | given)


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def form(desk):
    return desk.form()


def tell(form, message):
    """Send a message as a browser would; give what the form sends back."""
    answers = []
    form.send = answers.append
    form._handle_custom_msg(message, [])
    return answers


def drawn(form):
    return {field["name"]: field for field in form.spec["fields"]}


def lend(form, **typed):
    return form.submit(**{"device": "BW-0188", "person": "p1"} | typed)


def test_kinds_of_fields_follow_the_annotations(form):
    assert {name: field["kind"] for name, field in drawn(form).items()} == {
        "device": "scan",
        "person": "search",
        "due_on": "date",
        "state": "radios",
        "topic": "select",
        "partner": "radios",
        "number": "number",
        "bag": "tick",
        "serial": "text",
        "note": "note",
    }


def test_labels_help_and_what_may_stay_empty_come_from_the_model(form):
    fields = drawn(form)

    assert fields["device"]["label"] == "Toestelcode"
    assert fields["device"]["help"] == "Scan de sticker."
    assert fields["due_on"]["help"] == "Dag/maand/jaar, bijvoorbeeld 14/11/2024."
    assert fields["person"]["nothing"] == "Niemand."
    optional = [name for name, field in fields.items() if field["optional"]]
    assert optional == ["topic", "partner", "number", "serial", "note"]


def test_browser_may_keep_nothing_of_a_field_that_could_name_a_person(form):
    private = [name for name, field in drawn(form).items() if field["private"]]

    assert private == ["person", "serial", "note"]  # plain text: nothing says it names nobody


@pytest.mark.parametrize("model", INPUTS, ids=lambda model: model.__name__)
def test_what_is_contact_or_text_in_the_database_is_private_in_every_form(model):
    shown = shown_fields(model, None, searched=(), scanned=(), choices={})

    assert [name for name in shown if name in PRIVATE and not shown[name].private] == []


def test_choices_say_how_to_leave_them_empty(form):
    fields = drawn(form)

    assert fields["partner"]["choices"] == [("", "Niet ingevuld"), *PARTNERS]
    assert fields["state"]["choices"] == [("in orde", "in orde"), ("beschadigd", "beschadigd")]
    assert fields["topic"]["choices"][0] == ("", "Niet ingevuld")


def test_required_select_begins_with_an_invitation():
    class Visit(BaseModel):
        topic: Topic

    form = Form(Visit, title="Bezoek", save_label="Bewaar", on_save=lambda *_: "Bewaard.")

    assert drawn(form)["topic"]["choices"][0] == ("", "Kies uit de lijst")
    assert form.submit().errors == {"topic": "Kies een van de mogelijkheden."}


def test_form_begins_with_the_start_values_and_the_defaults(form):
    assert form.start["due_on"] == "12/12/2024"
    assert form.start["state"] == "in orde"
    assert form.start["bag"] is False
    assert form.start["note"] == ""


def test_what_is_typed_arrives_validated(form, desk):
    answer = lend(form, due_on=" 4-3-25 ", number=" 3 ", bag=True, note="lader  mee")

    assert (answer.kind, answer.text) == ("saved", "Uitgeleend: BW-0188.")
    [loan] = desk.saved
    assert loan.due_on == date(2025, 3, 4)
    assert (loan.number, loan.bag, loan.note) == (3, True, "lader mee")


def test_empty_text_becomes_none_or_the_default(form, desk):
    lend(form, note="", number="  ", partner="", topic="", serial="")

    [loan] = desk.saved
    assert (loan.note, loan.number, loan.partner, loan.topic, loan.serial) == (
        *[None] * 4,
        "",
    )


def test_prefilled_field_that_is_emptied_is_not_filled_in_silently(form, desk):
    answer = lend(form, due_on="", state="")

    assert answer.errors == {"due_on": "Vul dit in.", "state": "Kies een van de mogelijkheden."}
    assert desk.saved == []


def test_each_wrong_field_gets_its_own_dutch_sentence(form):
    answer = form.submit(
        device="0188",
        due_on="31/02/2025",
        topic="weer",
        partner="k9",
        number="twee",
        serial="12345678901",
        note="<b>",
    )

    assert (answer.kind, answer.text) == ("refused", "")
    assert answer.errors == {
        "device": "Schrijf de code zoals op de sticker, bijvoorbeeld BW-0188.",
        "person": "Kies een lener.",
        "due_on": "31/02/2025 bestaat niet: februari 2025 heeft 28 dagen. Kijk de dag na.",
        "topic": "Kies een van de mogelijkheden.",
        "partner": "Kies een van de mogelijkheden.",
        "number": "Schrijf een heel getal, bijvoorbeeld 12.",
        "serial": "Schrijf hoogstens 10 tekens.",
        "note": "Laat de tekens < en > weg.",
    }


@pytest.mark.parametrize(
    ("number", "sentence"), [("0", "Schrijf 1 of meer."), ("12", "Schrijf 9 of minder.")]
)
def test_numbers_out_of_bounds_name_the_bound(form, number, sentence):
    assert lend(form, number=number).errors == {"number": sentence}


def test_rule_over_two_fields_stands_under_the_field_it_names(form):
    assert lend(form, due_on="1/1/2026").errors == {"due_on": "Kies een dag in 2025 of eerder."}


def test_double_click_reaches_on_save_twice_with_one_key(form, desk):
    key = form.key

    first, second = form.submit(key, device="BW-0188", person="p1"), lend(form, person="p2")
    again = form.submit(key, device="BW-0188", person="p1")

    assert desk.keys == [key, first.key, key]
    assert (first.kind, second.kind, again.kind) == ("saved", "saved", "already")
    assert again.text == "Dit was al bewaard. Je hoeft niets meer te doen."
    assert again.of == key
    assert len(desk.saved) == 2


def test_each_save_gets_another_key_and_a_refusal_keeps_it(form):
    key = form.key

    refused = lend(form, number="0")
    saved = lend(form)

    assert (refused.key, saved.of) == (key, key)
    assert saved.key == form.key != key


def test_refused_resend_of_what_was_saved_keeps_its_key(form):
    key = form.key
    lend(form)

    assert form.submit(key, device="BW-0188").key == key


def test_submit_message_of_a_browser_is_answered_with_its_key(form, desk):
    data = {**form.start, "device": "BW-0188", "person": "p1", "state": "beschadigd"}

    [answer] = tell(form, {"kind": "submit", "key": form.key, "data": data, "unchosen": []})

    assert answer["kind"] == "saved"
    assert answer["of"] == desk.keys[0]
    assert answer["key"] == form.key
    assert answer["start"]["due_on"] == "12/12/2024"
    assert desk.saved[0].state is State.DAMAGED


@pytest.mark.parametrize(
    "message",
    [
        None,
        "submit",
        {},
        {"kind": "submit"},
        {"kind": "submit", "key": "1", "data": {}, "unchosen": []},
        {"kind": "submit", "key": "0" * 32, "data": [], "unchosen": []},
        {"kind": "search", "field": "note", "query": "go"},
        {"kind": "scan", "field": "person", "code": "BW-0188"},
        {"kind": "scan", "field": "device", "code": 1},
    ],
)
def test_message_of_another_shape_does_nothing(form, desk, message):
    assert tell(form, message) == []
    assert (desk.saved, desk.queries) == ([], [])


def test_browser_cannot_send_what_the_form_does_not_show(desk):
    form = desk.form(fields=["device", "person", "due_on"])
    data = {**form.start, "device": "BW-0188", "person": "p1", "note": "x", "version": "9"}

    tell(form, {"kind": "submit", "key": form.key, "data": data, "unchosen": []})

    assert (desk.saved[0].note, desk.saved[0].version) == (None, None)


def test_values_that_are_no_text_count_as_empty(form):
    data = {**form.start, "device": ["BW-0188"], "person": {"key": "p1"}, "due_on": 20241212}

    [answer] = tell(form, {"kind": "submit", "key": form.key, "data": data, "unchosen": [{}]})

    assert list(answer["errors"]) == ["device", "person", "due_on"]


def test_error_of_a_service_stands_under_its_field(form, desk):
    desk.failure = DeviceOnLoanError(device="BW-0188", since=date(2024, 11, 1))

    answer = lend(form)

    assert list(answer.errors) == ["device"]
    assert "is uitgeleend sinds 01/11/2024" in answer.errors["device"]
    assert answer.text == ""


def test_error_without_a_field_on_the_form_stands_above_the_button(form, desk):
    desk.failure = ChangedMeanwhileError()

    answer = lend(form)

    assert answer.errors == {}
    assert answer.text.startswith("Iemand anders wijzigde dit net.")


def test_unexpected_error_is_logged_with_its_code_and_without_what_was_typed(
    form, desk, caplog
):
    desk.failure = RuntimeError("Godelieve is not a number")
    desk.failure.__cause__ = ValueError("Maertens")

    answer = lend(form, note="Godelieve belde")

    code = answer.text.removeprefix("Er ging iets mis (code ")[:4]
    assert answer.text == (
        f"Er ging iets mis (code {code}). Er is niets bewaard. Meld de code aan de beheerder."
    )
    assert int(code, 16) >= 0
    assert f"unexpected error {code}: RuntimeError" in caplog.text
    assert "ValueError" in caplog.text
    assert "in save" in caplog.text
    assert "Godelieve" not in caplog.text
    assert "Maertens" not in caplog.text


def test_validation_error_within_a_service_is_a_defect(form, desk, caplog):
    class Other(BaseModel):
        device: int

    with pytest.raises(ValueError) as refusal:
        Other(device="Godelieve")
    desk.failure = refusal.value

    answer = lend(form)

    assert answer.errors == {}
    assert answer.text.startswith("Er ging iets mis")
    assert "Godelieve" not in caplog.text


def test_what_follows_a_save_cannot_deny_it(form, caplog):
    called = []
    form.saved += [lambda: 1 / 0, lambda: called.append("list")]

    answer = lend(form)

    assert answer.kind == "saved"
    assert called == ["list"]
    assert "ZeroDivisionError" in caplog.text


def test_nothing_follows_a_refusal(form):
    called = []
    form.saved.append(lambda: called.append("list"))

    lend(form, number="0")

    assert called == []


def test_start_is_asked_again_after_each_save(desk):
    days = iter([date(2024, 12, 12), date(2024, 12, 13)])
    form = desk.form(start=lambda: {"due_on": next(days)})

    assert lend(form).start["due_on"] == "13/12/2024"
    again = lend(form)  # now there is no next day, which may not deny the save
    assert (again.kind, again.start["due_on"]) == ("saved", "13/12/2024")


def test_search_begins_at_two_letters(form, desk):
    [one] = tell(form, {"kind": "search", "field": "person", "query": " g "})
    [two] = tell(form, {"kind": "search", "field": "person", "query": "go"})

    assert one["options"] == []
    assert desk.queries == ["go"]
    assert [option["detail"] for option in two["options"]] == [
        "1956, Oostkamp",
        "1977, Brugge",
    ]


def test_search_says_who_cannot_be_chosen(form):
    [answer] = tell(form, {"kind": "search", "field": "person", "query": "magda"})

    assert answer["options"][0]["blocked"] == "Kan niet lenen tot 01/12/2024."


def test_search_that_fails_says_so(form, caplog):
    [answer] = tell(form, {"kind": "search", "field": "person", "query": "boem"})

    assert answer["error"].startswith("Er ging iets mis")
    assert "boem" not in caplog.text


def test_name_that_was_typed_but_not_chosen_is_not_taken_for_nobody():
    class Visit(BaseModel):
        person: str | None = Field(default=None, title="Bezoeker")

    saved = []

    def keep(visit, key):
        saved.append(visit)
        return "Bewaard."

    form = Form(
        Visit,
        title="Bezoek",
        save_label="Bewaar",
        searches={"person": lambda _: []},
        on_save=keep,
    )
    message = {"kind": "submit", "key": form.key, "data": {"person": ""}}

    [typed] = tell(form, message | {"unchosen": ["person"]})
    [empty] = tell(form, message | {"unchosen": []})

    assert typed["errors"] == {"person": "Kies uit de lijst, of maak dit veld leeg."}
    assert empty["kind"] == "saved"
    assert [visit.person for visit in saved] == [None]


def test_scan_answers_with_a_card_and_fills_other_fields(form):
    [answer] = tell(form, {"kind": "scan", "field": "device", "code": " bw-0188 "})

    assert answer["code"] == " bw-0188 "
    assert answer["card"]["title"] == "BW-0188, laptop"
    assert answer["card"]["badge"] == ("ready", "uitleenbaar")
    assert answer["values"] == {"due_on": "19/12/2024"}


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("BW-0121", "Toestel BW-0121 is uitgeleend sinds 01/11/2024."),
        ("188", "Schrijf de code zoals op de sticker, bijvoorbeeld BW-0188."),
    ],
)
def test_scan_that_is_refused_says_why(form, code, sentence):
    [answer] = tell(form, {"kind": "scan", "field": "device", "code": code})

    assert answer["card"] is None
    assert answer["error"].startswith(sentence)


def test_version_of_the_scanned_record_comes_back_with_the_save(form, desk):
    tell(form, {"kind": "scan", "field": "device", "code": "bw-0188"})
    desk.version = 8  # someone else changes the device meanwhile

    lend(form)
    lend(form)

    assert [loan.version for loan in desk.saved] == [7, None]


def test_version_of_another_record_than_the_saved_one_is_left_out(form, desk):
    tell(form, {"kind": "scan", "field": "device", "code": "BW-0188"})

    lend(form, device="BW-0121")

    assert desk.saved[0].version is None


def test_page_fills_fields_in_and_scans(form, desk):
    form.fill(device="BW-0188", person=GODELIEVE)

    assert form.filled["values"]["person"]["label"] == "Godelieve Maertens"
    assert form.filled["values"]["due_on"] == "19/12/2024"
    assert form.filled["cards"][0]["card"]["title"] == "BW-0188, laptop"
    assert form.submit().kind == "saved"
    assert (desk.saved[0].person, desk.saved[0].version) == ("p1", 7)


def test_what_a_page_fills_in_goes_before_what_a_scan_fills_in(form):
    form.fill(device="BW-0188", due_on=date(2025, 1, 2))

    assert form.filled["values"]["due_on"] == "02/01/2025"


def test_same_row_chosen_twice_is_filled_in_twice(form):
    form.fill(person=GODELIEVE)
    first = form.filled
    form.fill(person=GODELIEVE)

    assert form.filled != first


def test_search_field_is_filled_in_with_a_label(form):
    with pytest.raises(TypeError, match="person"):
        form.fill(person="p1")


def test_save_forgets_what_was_filled_in(form):
    form.fill(person=GODELIEVE, note="lader mee")

    answer = form.submit(device="BW-0188")

    assert (answer.start["person"], answer.start["note"]) == ("", "")
    assert form.filled == {}


def test_staff_choose_order_and_subset_of_the_fields(desk):
    form = desk.form(fields=["person", "device", "due_on", "note"])

    assert list(drawn(form)) == ["person", "device", "due_on", "note"]
    assert lend(form).kind == "saved"
    form.fill(number=3)  # left out by staff, so there is nothing to fill in
    assert "number" not in form.filled["values"]


def test_unknown_field_is_named(desk):
    with pytest.raises(UnknownFieldError) as refusal:
        desk.form(fields=["device", "persoon"])

    assert refusal.value.user_message.startswith("Veld persoon bestaat niet")


@pytest.mark.parametrize("given", ["searches", "scans", "choices", "start"])
def test_unknown_name_in_the_declaration_is_named(desk, given):
    wrong = {"persoon": []}

    with pytest.raises(UnknownFieldError, match="persoon"):
        desk.form(**{given: (lambda: wrong) if given == "start" else wrong})


def test_required_field_cannot_be_left_out(desk):
    with pytest.raises(FieldLeftOutError) as refusal:
        desk.form(fields=["device", "due_on"])

    assert "Veld person kan niet weg" in refusal.value.user_message


def test_version_is_never_shown(desk):
    with pytest.raises(UnknownFieldError):
        desk.form(fields=["device", "person", "due_on", "version"])


def test_markup_in_a_name_reaches_the_browser_as_text(form):
    form.fill(person=Option("p4", "<b>Vet</b>"))

    assert form.filled["values"]["person"]["label"] == "<b>Vet</b>"


def test_script_of_the_form_never_makes_markup_of_text():
    script = str(Form._esm)

    assert "textContent" in script
    assert "innerHTML" not in script
    assert "insertAdjacentHTML" not in script


def test_forms_on_one_page_have_their_own_ids_and_keys(desk):
    one, two = desk.form(), desk.form()

    assert one.spec["prefix"] != two.spec["prefix"]
    assert one.key != two.key


def test_log_has_the_unknown_message_but_not_its_content(form, caplog):
    with caplog.at_level(logging.WARNING):
        tell(form, {"kind": "Godelieve"})

    assert "form of Loan got an unknown message" in caplog.text
    assert "Godelieve" not in caplog.text
