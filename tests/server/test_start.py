"""Starting: what is refused, what is made, and what is not looked at."""

from __future__ import annotations

import inspect
import socket
from datetime import date
from pathlib import Path

import pytest
from voila.handler import VoilaHandler

from digibank_core import db
from digibank_core.errors import DemoNotPublicError, NoDatabaseError, NotSignedInError
from digibank_core.server import app, kernels


@pytest.fixture
def made(nowhere, apps):
    """Give a server that is not started, over an empty installation."""
    db.create()
    return app.application(apps, "127.0.0.1", 8866)


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.10", "::", "", "digibank.example"])
def test_demo_database_is_only_served_to_this_machine(nowhere, address):
    db.create(story_day=date(2025, 3, 31))

    with pytest.raises(DemoNotPublicError) as refused:
        app.serve(address)

    assert "127.0.0.1" in refused.value.user_message


def test_server_without_a_database_says_so(nowhere):
    with pytest.raises(NoDatabaseError):
        app.serve()


def test_port_that_is_taken_is_not_silently_another_one(made):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        made.port = taken.getsockname()[1]

        with pytest.raises(OSError, match="in use"):
            made.start()

    assert not Path(made.connection_dir).exists()


def test_secret_of_cookies_is_made_once_and_for_the_owner_only(made, nowhere, apps):
    file = nowhere / "keys" / "cookie_secret"

    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert len(file.read_bytes()) == 32
    assert app.application(apps, "127.0.0.1", 8866).cookie_secret == made.cookie_secret


def test_real_database_has_no_ribbon(made):
    made.connection_dir = ""
    settings = made.init_settings()

    assert settings["site"].demo is False


def test_config_file_of_the_folder_it_starts_in_changes_nothing(anonymous):
    assert anonymous.get("/login").status_code == 200
    assert anonymous.get("/anders/login").status_code == 302


def test_notebook_runs_with_the_python_of_the_server_and_a_report_in_a_kernel_of_its_own():
    assert sorted(kernels.OwnPython().find_kernel_specs()) == ["app", "rapport"]


def test_kernel_is_not_reachable_over_the_network_and_is_never_restarted_empty():
    kernel = kernels.VisitorKernel()

    assert kernel.transport == "ipc"
    assert kernel.autorestart is False


def test_kernel_without_a_visitor_is_never_started():
    with pytest.raises(NotSignedInError):
        kernels.VisitorKernels().start_kernel().send(None)


def test_policy_knows_the_only_script_that_voila_writes_in_a_page():
    source = inspect.getsource(VoilaHandler)

    assert source.count("<script") == source.count("<script>window.voila_heartbeat()</script>")
