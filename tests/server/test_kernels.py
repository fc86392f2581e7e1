"""A kernel is of who opened its page, runs no code of visitors, and ends with the page."""

from __future__ import annotations

import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from tests.browser.desk import kernels_running
from tests.server.conftest import SERVE, Visitor, running

NOWHERE = "http://elders.example"


def message(kind, **content):
    """Give a message of Jupyter for the shell channel."""
    header = {
        "msg_id": uuid4().hex,
        "username": "",
        "session": "proef",
        "msg_type": kind,
        "version": "5.3",
        "date": "2025-03-31T12:00:00Z",
    }
    return json.dumps(
        {
            "channel": "shell",
            "header": header,
            "parent_header": {},
            "metadata": {},
            "content": content,
        }
    )


def answers(socket, kind, seconds=10):
    """Give the kinds of messages that come in, up to and with the one that is waited for."""
    kinds = []
    end = time.monotonic() + seconds
    while kind not in kinds and time.monotonic() < end:
        kinds.append(json.loads(socket.recv(timeout=seconds))["header"]["msg_type"])
    return kinds


@pytest.mark.parametrize("who", ["bert", "anonymous"])
def test_kernel_of_someone_else_is_refused(request, site, anna, kernel_of_anna, who):
    other = request.getfixturevalue(who)
    other.get("/nergens")  # gives a token, so that it is not the token that is refused

    assert other.kernel(kernel_of_anna) == 403
    assert other.kernel(kernel_of_anna, "DELETE") == 403
    assert other.farewell(kernel_of_anna, site) == 403
    assert other.channels_status(kernel_of_anna) == 403
    assert anna.kernel(kernel_of_anna) == 200


def test_kernel_that_does_not_exist_looks_like_one_of_someone_else(anna):
    assert anna.kernel(uuid4()) == 403
    assert anna.channels_status(uuid4()) == 403


def test_own_websocket_opens_but_not_for_a_page_of_another_site(anna, kernel_of_anna):
    assert anna.channels_status(kernel_of_anna) == 101
    assert anna.channels_status(kernel_of_anna, NOWHERE) == 403


def test_own_websocket_runs_no_code(anna, kernel_of_anna, tmp_path):
    file = tmp_path / "geschreven"
    code = f"open({str(file)!r}, 'w').close()"

    with anna.channels(kernel_of_anna) as socket:
        for _ in range(2):
            socket.send(message("execute_request", code=code, silent=False))
            socket.send(message("complete_request", code="o", cursor_pos=1))
            socket.send(message("comm_info_request"))
        seen = answers(socket, "comm_info_reply")

    assert "comm_info_reply" in seen
    assert not {"execute_input", "execute_reply", "complete_reply"} & set(seen)
    assert not file.exists()


def test_leaving_a_page_ends_its_kernel_without_a_token(anna, site):
    kernel = anna.open("/")
    assert anna.kernel(kernel) == 200

    assert anna.farewell(kernel) == 403
    assert anna.farewell(kernel, NOWHERE) == 403
    assert anna.kernel(kernel) == 200

    assert anna.farewell(kernel, site) == 204
    assert anna.kernel(kernel) == 403
    assert anna.farewell(kernel, site) == 204  # Voilà and our own script both say it


def test_kernel_whose_process_is_gone_is_not_called_idle(anna):
    before = kernels_running()
    kernel = anna.open("/")
    for pid in kernels_running() - before:
        os.kill(pid, signal.SIGKILL)

    end = time.monotonic() + 10
    while anna.kernel(kernel) == 200 and time.monotonic() < end:
        time.sleep(0.1)

    assert anna.kernel(kernel) == 410


def test_stopping_a_kernel_over_rest_needs_the_token(anna, kernel_of_anna):
    answer = anna.browser.delete(f"/api/kernels/{kernel_of_anna}")

    assert answer.status_code == 403
    assert anna.kernel(kernel_of_anna) == 200


@pytest.mark.parametrize("seconds", [0, 0.3])
def test_page_that_nobody_waits_for_leaves_no_kernel(anna, seconds):
    anna.farewell(anna.open("/"), anna.address)
    before = kernels_running()
    with anna.browser.stream("GET", "/") as answer:
        next(answer.iter_raw())
        time.sleep(seconds)

    end = time.monotonic() + 20
    time.sleep(1)  # whatever was on its way has started by now
    while kernels_running() - before and time.monotonic() < end:
        time.sleep(0.1)
    assert kernels_running() - before == set()


def test_kernel_ends_when_its_page_was_sent_but_never_came_to_it(served, apps, tmp_path):
    hasty = SERVE.replace("server = ", "handlers.COMES_WITHIN_SECONDS = 2; server = ")
    hasty = f"from digibank_core.server import handlers\n{hasty}"
    with running(hasty, tmp_path, served, str(apps), "127.0.0.1") as address:
        anna = Visitor(address)
        anna.sign_in("anna")
        came, stayed_away = anna.open("/"), anna.open("/")
        assert anna.channels_status(came) == 101
        assert anna.kernel(stayed_away) == 200

        end = time.monotonic() + 20
        while anna.kernel(stayed_away) != 403 and time.monotonic() < end:
            time.sleep(0.1)

        assert anna.kernel(stayed_away) == 403
        assert anna.kernel(came) == 200


def test_page_whose_kernel_ends_before_it_is_ready_says_so_in_dutch(anna):
    before = kernels_running()
    with ThreadPoolExecutor() as pool:
        page = pool.submit(anna.get, "/")
        while not (started := kernels_running() - before):
            time.sleep(0.01)
        for pid in started:
            os.kill(pid, signal.SIGKILL)

        answer = page.result(timeout=40)

    assert "Laad de pagina opnieuw. Lukt het weer niet? Meld het" in answer.text
