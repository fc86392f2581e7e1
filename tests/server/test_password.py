"""The own password: changed by who knows the old one, and the other sessions end."""

from __future__ import annotations

import re

import pytest
from websockets.exceptions import ConnectionClosed

from tests.server.conftest import PASSWORD

NEW = "een nieuw lang wachtwoord"


@pytest.fixture
def wout(people):
    return people["wout"]


def change(visitor, current=PASSWORD, new=NEW, again=None, **more):
    return visitor.post("/wachtwoord", current=current, new=new, again=again or new, **more)


def test_who_is_not_signed_in_is_sent_to_the_login_page(anonymous):
    anonymous.get("/login")

    assert anonymous.get("/wachtwoord").headers["Location"].startswith("/login")
    assert change(anonymous).status_code in {302, 403}


def test_header_leads_there(wout):
    assert 'href="/wachtwoord">Wachtwoord wijzigen</a>' in wout.get("/nergens").text


@pytest.mark.parametrize(
    ("answers", "field", "sentence"),
    [
        ({"current": "iets anders helemaal"}, "current", "Je huidige wachtwoord klopt niet."),
        ({"current": ""}, "current", "Vul dit in."),
        ({"new": "te kort"}, "new", "Schrijf minstens 10 tekens."),
        (
            {"again": "een ander lang woord"},
            "again",
            "De twee nieuwe wachtwoorden verschillen.",
        ),
    ],
    ids=["current", "no current", "short", "not alike"],
)
def test_mistake_stands_at_its_field_and_nothing_typed_is_repeated(
    wout, answers, field, sentence
):
    answer = change(wout, **answers)

    assert answer.status_code == 422
    assert f'aria-describedby="{field}-help {field}-error" aria-invalid="true"' in answer.text
    assert sentence in re.search(f'id="{field}-error">(.*?)</p>', answer.text)[1]
    typed = {PASSWORD, NEW, *answers.values()} - {""}
    assert not any(word in answer.text for word in typed)


def test_form_without_its_token_is_refused(wout):
    assert change(wout, xsrf=False).status_code == 403


def test_sixth_wrong_password_in_a_row_has_to_wait(people):
    otto = people["otto"]
    for _ in range(5):
        assert change(otto, current="iets anders helemaal").status_code == 422

    answer = change(otto)

    assert answer.status_code == 429
    assert "Je probeerde te vaak. Wacht" in answer.text
    assert int(answer.headers["Retry-After"]) > 0


def test_new_password_ends_the_other_sessions_and_their_pages(wout, anonymous, thief):
    anonymous.sign_in("wout")
    kernel = anonymous.open("/")

    with anonymous.channels(kernel) as line:
        answer = change(wout)
        assert answer.status_code == 200
        assert "Op andere toestellen ben je afgemeld." in answer.text
        line.send("{}")
        with pytest.raises(ConnectionClosed):
            while True:
                line.recv(timeout=10)

    assert wout.get("/nergens").status_code == 404
    assert anonymous.get("/nergens").headers["Location"].startswith("/login")
    assert thief.sign_in("wout").status_code == 401
    assert thief.sign_in("wout", NEW).status_code == 302
    assert thief.kernel(kernel) == 403
