"""Report kernels of a real server run as a second user, whether it runs as root or not."""

from __future__ import annotations

import json
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from digibank_core import encryption
from tests.browser.desk import kernels_running
from tests.server.conftest import SERVE, Visitor, running
from tests.server.test_lab import LAB, ask, at, run
from tests.server.test_report_kernel import ATTEMPT
from tests.users import REPORTS, RIGHTS, as_root, ordinary, with_open_program

pytestmark = as_root

ACTS = {
    "key": "Path({keys!r}, 'contact.key').read_bytes()",
    "database": "Path({home!r}, 'digibank.db').read_bytes()[:10]",
    "log": "Path({home!r}, 'log/digibank.log').read_bytes()",
    "home": "os.listdir({home!r})",
    "all kernels": "os.listdir({sockets!r})",
    "connection file of another report": "Path({other!r}, 'kernel.json').read_bytes()",
    "folder of another report": "Path({other!r}, 'own/x').write_text('x')",
    "socket of another report": "talk({other!r} + '/own/kernel-ipc-1')",
    "socket of an app": "talk({app!r})",
    "copy of the extract": "Path(os.environ['DIGIBANK_EXTRACT'], 'x').write_text('x')",
    "user of the server": "os.setuid({server})",
    "server": "os.kill({pid}, 0)",
}
TALK = """
def talk(path):
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(path)
"""
CLOSE_ALL = """
Path("dicht", "diep").mkdir(parents=True)
os.chown("dicht", -1, os.getgid())
os.chmod("dicht", 0)
os.chmod(".", 0o700)
print(os.getpid(), os.getcwd())
"""


def until(act, seconds=20):
    """Wait until something is so; tell whether it became so."""
    end = time.monotonic() + seconds
    while not act() and time.monotonic() < end:
        time.sleep(0.1)
    return act()


def status(pid):
    """Give what Linux says of a process, in words."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: told.split() for name, told in (line.split(":", 1) for line in lines)}


@pytest.fixture(scope="module", params=["root", "ordinary"])
def house(served, apps, request, tmp_path_factory):
    """Give an installation of the user of the server, and how a server of it is started."""
    place = Path(tempfile.mkdtemp(prefix="dgu-"))  # the path of a socket must be short
    shutil.copytree(Path(served["DIGIBANK_HOME"]), place / "home")
    shutil.copytree(apps, place / "apps")
    for folder in ("work", "tmp"):
        (place / folder).mkdir()
    environment = {
        "DIGIBANK_HOME": str(place / "home"),
        "DIGIBANK_KEYS": str(place / "keys"),
        "DIGIBANK_REPORT_USER": REPORTS,
        "TMPDIR": str(place / "tmp"),
        "HOME": str(place / "work"),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIGIBANK_KEYS", str(place / "keys"))
        encryption.make_key()
    before = with_open_program(tmp_path_factory.mktemp("tree"))
    if request.param == "ordinary":
        before += ordinary(rights=RIGHTS)
        subprocess.run(["chown", "-R", "daemon:daemon", place], check=True)
    for folder in (place, place / "tmp"):
        folder.chmod(0o711)
    yield SimpleNamespace(place=place, environment=environment, before=before)
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def lab(house):
    """Give the address of JupyterLab."""
    with running(LAB, house.place / "work", house.environment, before=house.before) as address:
        yield address


@pytest.fixture(scope="module")
def site(house):
    """Give the address of the apps."""
    words = [str(house.place / "apps"), "127.0.0.1"]
    where = house.place / "work"
    with running(SERVE, where, house.environment, *words, before=house.before) as address:
        yield address


@pytest.fixture(scope="module")
def rik(lab):
    """Editor of Brugge West in JupyterLab."""
    return at(lab, "rik")


@pytest.fixture
def kernel(rik):
    """Kernel of rik; its id."""
    kernel_id = ask(rik, "POST", "/api/kernels").json()["id"]
    run(rik, kernel_id, ATTEMPT + TALK)
    yield kernel_id
    ask(rik, "DELETE", f"/api/kernels/{kernel_id}")


@pytest.fixture(scope="module")
def anna(site):
    """Coordinator of Brugge West at the apps."""
    visitor = Visitor(site)
    visitor.sign_in("anna")
    return visitor


@pytest.fixture(scope="module")
def tried(house, rik, anna):
    """Give what a cell got by each act, while an app and another report are open."""
    app = anna.open("/")
    own, other = (ask(rik, "POST", "/api/kernels").json()["id"] for _ in range(2))
    run(rik, other, "1")
    facts = {
        "keys": house.environment["DIGIBANK_KEYS"],
        "home": house.environment["DIGIBANK_HOME"],
        "other": str(next((house.place / "tmp").glob(f"*/{other}"))),
        "app": str(next((house.place / "tmp").glob(f"*/kernel-{app}-ipc-1"))),
        "server": (house.place / "home").stat().st_uid,
        "pid": psutil.Process().children()[0].pid,
    }
    facts["sockets"] = str(Path(facts["other"]).parent)
    acts = [f"{name!r}: attempt(lambda: {act.format(**facts)})" for name, act in ACTS.items()]
    told = run(rik, own, f"{ATTEMPT}{TALK}print(json.dumps({{{', '.join(acts)}}}))")
    yield {**json.loads(told), "facts": facts}
    for kernel_id in (own, other):
        ask(rik, "DELETE", f"/api/kernels/{kernel_id}")


def process_of(rik, kernel_id):
    """Give the number of the process of a kernel, and its folder."""
    pid, own = run(rik, kernel_id, "print(os.getpid(), os.getcwd())").split()
    return int(pid), Path(own)


def rights_of(pid):
    """Give its users, how many groups it has, its rights of root, and if it gets no others."""
    told = status(pid)
    rights = {int(told[f"Cap{kind}"][0], 16) for kind in ("Inh", "Prm", "Eff", "Amb")}
    return set(told["Uid"]), len(told["Groups"]), rights, told["NoNewPrivs"]


WITHOUT_RIGHTS = ({str(pwd.getpwnam(REPORTS).pw_uid)}, 1, {0}, ["1"])


@pytest.mark.parametrize("act", ACTS)
def test_report_of_the_second_user_may_not_reach(tried, act):
    assert tried[act] == "PermissionError"


def test_sockets_that_a_report_does_not_reach_are_there(tried):
    facts = tried["facts"]
    for path in (facts["app"], f"{facts['other']}/own/kernel-ipc-1"):
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(path)


def test_kernel_of_jupyterlab_is_the_second_user_also_after_a_restart(rik, kernel):
    assert rights_of(process_of(rik, kernel)[0]) == WITHOUT_RIGHTS

    assert ask(rik, "POST", f"/api/kernels/{kernel}/restart").status_code == 200

    run(rik, kernel, ATTEMPT)
    assert rights_of(process_of(rik, kernel)[0]) == WITHOUT_RIGHTS


def test_kernel_of_jupyterlab_is_interrupted(rik, kernel):
    def state():
        return rik.get(f"/api/kernels/{kernel}").json()["execution_state"]

    with ThreadPoolExecutor() as pool:
        sleeping = pool.submit(run, rik, kernel, "import time; time.sleep(60)")
        assert until(lambda: state() == "busy")
        assert ask(rik, "POST", f"/api/kernels/{kernel}/interrupt").status_code == 204
        assert "KeyboardInterrupt" in sleeping.result(timeout=30)


@pytest.mark.parametrize("how", ["restart", "end"])
def test_folders_that_a_report_closed_go_with_its_kernel(rik, kernel, how):
    pid, own = map(Path, run(rik, kernel, CLOSE_ALL).split())
    assert (own / "dicht").exists()

    if how == "end":
        assert ask(rik, "DELETE", f"/api/kernels/{kernel}").status_code == 204
        assert until(lambda: not own.parent.exists())
    else:
        ask(rik, "POST", f"/api/kernels/{kernel}/restart")
        assert run(rik, kernel, "import os; print(os.listdir())")
        assert not (own / "dicht").exists()
    assert not Path("/proc", pid).exists()


def test_page_with_a_report_is_a_fork_of_the_second_user_and_ends_with_it(house, anna):
    before = kernels_running()

    kernel_id = anna.open("/rapport")

    assert "Brugge West" in anna.page.text
    [pid] = kernels_running() - before
    assert rights_of(pid) == WITHOUT_RIGHTS
    [room] = (house.place / "tmp").glob(f"*/{kernel_id}")
    assert anna.farewell(kernel_id, anna.address) == 204
    assert until(lambda: not room.exists() and not Path(f"/proc/{pid}").exists())


def test_page_of_an_app_stays_the_user_of_the_server_and_keeps_nothing_more(house, anna):
    before = kernels_running()

    kernel_id = anna.open("/")

    [pid] = kernels_running() - before
    server = (house.place / "home").stat().st_uid
    assert status(pid)["Uid"] == [str(server)] * 4
    assert server == 0 or status(pid)["CapPrm"] == ["0" * 16]
    anna.farewell(kernel_id, anna.address)


def test_kernel_of_the_second_user_ends_with_the_process_that_forked_it(house, anna):
    before = kernels_running()
    kernel_id = anna.open("/rapport")
    [pid] = kernels_running() - before

    psutil.Process(psutil.Process(pid).ppid()).kill()

    assert until(lambda: not Path(f"/proc/{pid}").exists())
    anna.farewell(kernel_id, anna.address)
    assert not list((house.place / "tmp").glob(f"*/{kernel_id}"))
