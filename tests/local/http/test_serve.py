"""`python -m julep serve`."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from julep import __version__
from julep.local import LocalServer
from tests.local.fake_openai import fake_openai

_SERVE = [sys.executable, "-m", "julep", "serve"]


def _environment(**more: str) -> dict[str, str]:
    ours = ("JULEP_", "OPENAI_")
    return {k: v for k, v in os.environ.items() if not k.startswith(ours)} | more


@contextmanager
def _serving(*options: str, **environment: str) -> Generator[tuple[subprocess.Popen[str], str]]:
    with subprocess.Popen(
        [*_SERVE, "--port", "0", *options],
        stdout=subprocess.PIPE,
        text=True,
        env=_environment(**environment),
    ) as process:
        assert process.stdout
        lines: list[str] = []
        while not lines or not lines[-1].startswith("Ctrl-C"):
            lines.append(process.stdout.readline())
        try:
            yield process, "".join(lines)
        finally:
            process.kill()


def _find(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, text
    return match[1]


def test_it_tells_where_it_listens_and_stops_on_ctrl_c(tmp_path: Path) -> None:
    """Url, key, model, embeddings and data are printed; Ctrl-C is an orderly end."""
    path = tmp_path / "agents.db"
    with _serving("--db", str(path)) as (process, output):
        url = _find(r"listening on +(http://127.0.0.1:\d+)", output)
        key = _find(r"key +(\S+)", output)
        assert str(path) in output
        assert "echo" in _find(r"model +(.*)", output)
        assert httpx.get(f"{url}/agents", headers={"X-Auth-Key": key}).status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0


def test_the_key_of_the_environment_is_used_and_not_shown() -> None:
    """JULEP_API_KEY opens the server and stays out of its output."""
    with _serving(JULEP_API_KEY="s3cret") as (_, output):
        assert "s3cret" not in output
        url = _find(r"listening on +(\S+)", output)
        assert httpx.get(f"{url}/agents", headers={"X-Auth-Key": "s3cret"}).status_code == 200


def test_pages_that_are_named_may_read_answers() -> None:
    """`--allow-origin` may be given several times; what to allow is the server's to say."""
    pages = ["http://localhost:3000", "https://app.example"]
    options = [part for page in pages for part in ("--allow-origin", page)]
    with _serving(*options) as (_, output):
        url = _find(r"listening on +(\S+)", output)
        for page in pages:
            answer = httpx.get(f"{url}/healthz", headers={"Origin": page})
            assert answer.headers["access-control-allow-origin"] == page


@pytest.mark.parametrize(
    ("options", "message", "status"),
    [
        (["--host", "0.0.0.0"], "JULEP_API_KEY", 2),
        (["--port", "0", "--db", "/nowhere/at/all.db"], "can't be opened", 1),
        (["--port", "70000"], "70000 is no port", 2),
        (["--allow-origin", "localhost:3000"], "write it like http://localhost:3000", 2),
    ],
)
def test_what_keeps_it_from_starting_is_one_clear_line(
    options: list[str], message: str, status: int
) -> None:
    """No traceback, a status other than 0, and what to do."""
    done = subprocess.run(
        [*_SERVE, *options], capture_output=True, text=True, env=_environment(), check=False
    )
    assert done.returncode == status
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_named() -> None:
    """A second server on the same port says which port, and how to get another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*_SERVE, "--port", port],
            capture_output=True,
            text=True,
            env=_environment(),
            check=False,
        )
    assert done.returncode == 1
    assert f"port {port} of 127.0.0.1" in done.stderr
    assert "0 for one that is free" in done.stderr


def test_a_missing_extra_is_named() -> None:
    """Without the extra's packages the error says how to install them."""
    code = (
        "import sys; sys.modules['starlette'] = None; sys.modules['uvicorn'] = None\n"
        "from julep.__main__ import main; sys.exit(main(['serve', '--port', '0']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=_environment(),
        check=False,
    )
    assert done.returncode == 2
    assert "pip install" in done.stderr
    assert "local]" in done.stderr


@pytest.mark.parametrize("value", ["", "  ", "abc\n", " abc "])
def test_the_key_that_it_tells_opens_it(value: str) -> None:
    """A variable that was cleared is none, and blanks around a key aren't part of it."""
    with _serving(JULEP_API_KEY=value) as (_, output):
        url, told = _find(r"listening on +(\S+)", output), _find(r"key +(.*)", output)
        key = "abc" if told == "as JULEP_API_KEY says" else told
        assert (key == "abc") == ("abc" in value)
        assert httpx.get(f"{url}/agents", headers={"X-Auth-Key": key}).status_code == 200


def test_a_model_that_answers_is_named() -> None:
    """Which model it is when an agent names none."""
    with fake_openai() as fake, _serving(OPENAI_BASE_URL=fake.url) as (_, output):
        assert _find("model +(.*)", output) == f"{fake.url} (small, unless an agent names another)"


def test_a_model_that_is_not_there_is_told_and_no_obstacle() -> None:
    """The server starts all the same; the login in the address stays out of what it says."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://me:s3cret@127.0.0.1:{closed.getsockname()[1]}/v1"
    with _serving(OPENAI_BASE_URL=url) as (_, output):
        assert "can't be used yet" in _find("model +(.*)", output)
        assert "wasn't reached" in output
        assert "s3cret" not in output


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("127.0.0.1:8901/v1", "write http://127.0.0.1:8901/v1"),
        ("ftp://me:s3cret@h/v1", r"write http://\*\*\*@h/v1"),
        ("me:s3cret@h/v1", r"write http://\*\*\*@h/v1"),
        ("http://me:s3cret@/v1", "is no URL"),
        ("http://h:99999/v1", "is no URL"),
    ],
)
def test_an_address_of_a_model_that_is_none_is_told_at_the_start(url: str, hint: str) -> None:
    """With a hint, and without the login."""
    with pytest.raises(ValueError, match=hint) as caught:
        LocalServer(openai_base_url=url).start()
    assert str(caught.value).startswith("openai_base_url")
    assert "s3cret" not in str(caught.value)


def test_api_calls_are_set_by_options() -> None:
    """Each option is one of `LocalServer`, and a size must be one."""
    options = ["--no-api-calls", "--no-allow-private-calls", "--max-api-call-bytes", "1000"]
    with _serving(*options) as (_, output):
        assert "listening on" in output
    done = subprocess.run(
        [*_SERVE, "--max-api-call-bytes", "0"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "0 is no size" in done.stderr) == (2, True)


def test_it_tells_its_version() -> None:
    """The distribution's name and number."""
    command = [sys.executable, "-m", "julep", "--version"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert told == f"julep-sdk {__version__}\n"


def test_a_key_that_was_made_up_stays_with_the_file(tmp_path: Path) -> None:
    """The next start has the same one, which nobody else can read; one that is given goes before."""
    database, kept = tmp_path / "agents.db", tmp_path / "agents.db.key"
    with _serving("--db", str(database)) as (process, output):
        key = _find(r"key +(\S+)", output)
        process.send_signal(signal.SIGINT)
        process.wait()
    assert (kept.read_text(), kept.stat().st_mode & 0o777) == (f"{key}\n", 0o600)
    with _serving("--db", str(database)) as (process, output):
        assert _find(r"key +(\S+)", output) == key
        process.send_signal(signal.SIGINT)
        process.wait()
    with _serving("--db", str(database), JULEP_API_KEY="given") as (_, output):
        assert key not in output
    assert kept.read_text() == f"{key}\n"


@pytest.mark.parametrize(
    ("text", "mode", "message", "status"),
    [("k" * 12, 0o644, "chmod 600", 1), ("\n", 0o600, "holds no key", 2)],
)
def test_a_kept_key_that_is_no_use_is_told(
    tmp_path: Path, text: str, mode: int, message: str, status: int
) -> None:
    """One that others can read, or that is none, isn't taken."""
    kept = tmp_path / "agents.db.key"
    kept.write_text(text)
    kept.chmod(mode)
    done = subprocess.run(
        [*_SERVE, "--port", "0", "--db", str(tmp_path / "agents.db")],
        capture_output=True,
        text=True,
        env=_environment(),
        check=False,
    )
    assert (done.returncode, message in done.stderr) == (status, True)


def test_requests_are_logged_when_asked() -> None:
    """`-v` writes a line for each to stderr."""
    with subprocess.Popen(
        [*_SERVE, "--port", "0", "-v"], stdout=-1, stderr=-1, text=True, env=_environment()
    ) as process:
        assert process.stdout
        assert process.stderr
        url = process.stdout.readline().split()[-1]
        while not process.stdout.readline().startswith("Ctrl-C"):
            pass
        httpx.get(f"{url}/healthz")
        assert re.fullmatch(r"[\d:]+ GET /healthz 200 \d+ ms\n", process.stderr.readline())
        process.kill()


def test_it_needs_the_extra_of_the_server_alone() -> None:
    """What terminals look good with is of no use to it."""
    code = (
        "import sys; sys.modules['rich'] = None\n"
        "from julep.__main__ import main; sys.exit(main(['serve', '--port', '99999']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, "99999 is no port" in done.stderr) == (2, True)


@pytest.mark.skipif(sys.platform != "linux", reason="limits of others are set on Linux only")
def test_a_disk_that_takes_no_more_is_told_once(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """On stderr, without -v, and not for each request."""
    import resource  # noqa: PLC0415 - Windows has none

    with _serving("--db", str(tmp_path / "agents.db"), JULEP_API_KEY="k") as (process, output):
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
        users = _find(r"listening on +(\S+)", output) + "/users"
        body = {"name": "u", "about": "x" * 300_000}
        for _ in range(2):
            assert httpx.post(users, json=body, headers={"X-Auth-Key": "k"}).status_code == 507
    assert capfd.readouterr().err.count("This server can't write to its disk") == 1
