"""What is published: built twice, looked into, installed in clean environments and used there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from collections.abc import Mapping
from email.parser import BytesParser
from pathlib import Path
from typing import Final

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

ROOT: Final = Path(__file__).parent.parent
OURS: Final = ("JULEP_", "OPENAI_")
STRICT: Final = {"PYTHONDEVMODE": "1", "PYTHONWARNINGS": "error"}
"""As `python -X dev -W error`, for the processes too that a program starts."""
DEPENDENCIES: Final = {"anyio", "attrs", "cattrs", "httpx"}
BESIDES: Final = {"certifi", "h11", "httpcore", "idna", "sniffio", "typing-extensions"}
"""What those four ask for, on one Python or another."""
SOURCES: Final = {".ci", "CHANGELOG.md", "LICENSE", "README.md", "examples", "julep", "tests"}
BUILT: Final = {".gitignore", "PKG-INFO", "pyproject.toml"}
KINDS: Final = {"", ".csv", ".ipynb", ".json", ".jsonl", ".md", ".py", ".sql", ".toml", ".txt"} | {
    ".typed",
    ".yaml",
    ".yml",
}
CLIENTS: Final = """
import anyio, logging
from julep import AsyncJulep, Julep

# Under -X dev it tells which steps of a loop are slow, which depends on the machine.
logging.getLogger("asyncio").setLevel("ERROR")

with Julep.local() as client:
    agent = client.agents.create(name="Ada")
    session = client.sessions.create(agent=agent)
    assert [part for part in client.sessions.chat.stream(session, "Hello")]
    task = client.tasks.create(agent, name="T", main=[{"evaluate": {"n": "$ _.n + 1"}}])
    assert client.tasks.run(task, input={"n": 1}).output == {"n": 2}

async def main():
    async with AsyncJulep.local() as client:
        assert (await client.agents.create(name="Ada")).name == "Ada"

for backend in ("asyncio", "trio"):
    anyio.run(main, backend=backend)
"""
SERVED: Final = """
import os, re, subprocess, sys
from julep import Julep

command = [sys.executable, "-m", "julep", "serve", "--port", "0"]
with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
    url = re.search(r"http://\\S+", server.stdout.readline())[0]
    with Julep(base_url=url, api_key=os.environ["JULEP_API_KEY"]) as client:
        assert client.agents.create(name="Ada").id
    server.send_signal(2)
    server.stdout.read()
assert server.returncode in (0, 130), server.returncode
"""
USERS_TEST: Final = """
def test_the_plugin_is_there(julep, julep_server):
    julep_server.replies.add("Hello Ada!")
    session = julep.sessions.create(agent=julep.agents.create(name="Host"))
    assert julep.sessions.chat(session, "Hello").text == "Hello Ada!"
"""


class Environment:
    """An environment of its own, in a folder without a checkout."""

    def __init__(self, folder: Path, installer: Environment | None = None) -> None:
        self.folder = folder
        self._installer = installer or self
        venv.create(folder, with_pip=installer is None)

    def program(self, name: str) -> str:
        """Return the path of a program that is installed there."""
        return str(self.folder / ("Scripts" if sys.platform == "win32" else "bin") / name)

    def install(self, *requirements: str) -> None:
        """Install these, and nothing else."""
        self.pip("install", "-q", "--no-compile", *requirements)

    def pip(self, *arguments: str) -> str:
        """Return what pip prints, which may be that of another environment: each takes its time."""
        command = ["-m", "pip", "--disable-pip-version-check", "--python", self.program("python")]
        return self._installer.run("python", *command, *arguments, may_speak=True)

    def run(
        self,
        name: str,
        *arguments: str,
        at: Path | None = None,
        may_speak: bool = False,
        settings: Mapping[str, str] | None = None,
    ) -> str:
        """Return what a program prints, which must end well, and without a word of warning."""
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(OURS)}
        inherited.pop("PYTHONPATH", None)
        done = subprocess.run(
            [self.program(name), *arguments],
            cwd=at or self.folder,
            env={**inherited, **(settings or {})},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr or done.stdout
        assert may_speak or done.stderr == ""
        return done.stdout


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """What builds: it is all that the project asks for."""
    made = Environment(tmp_path_factory.mktemp("builder"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    made.install(*project["build-system"]["requires"])
    return made


def built(builder: Environment, sources: Path, into: Path) -> tuple[Path, Path]:
    """Return the wheel and the archive of sources that are built of a folder."""
    command = ["-m", "hatchling", "build", "-d", str(into)]
    builder.run("python", *command, at=sources, may_speak=True)
    return next(into.glob("*.whl")), next(into.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def first(builder: Environment, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Wheel and sdist of this checkout, with whatever caches lie around in it."""
    return built(builder, ROOT, tmp_path_factory.mktemp("built"))


def test_two_builds_give_the_same_bytes(
    builder: Environment, first: tuple[Path, Path], tmp_path: Path
) -> None:
    """The second one is made elsewhere, and of nothing but the sdist: it holds all that it takes."""
    with tarfile.open(first[1]) as archive:
        archive.extractall(tmp_path / "sources", filter="data")
    (sources,) = (tmp_path / "sources").iterdir()
    second = built(builder, sources, tmp_path / "again")
    assert [path.name for path in second] == [path.name for path in first]
    assert [path.read_bytes() for path in second] == [path.read_bytes() for path in first]


def test_the_sdist_holds_the_project_and_nothing_of_this_machine(first: tuple[Path, Path]) -> None:
    """Package, tests, examples and pages; no cache, no data of git, and nobody's folders."""
    with tarfile.open(first[1]) as archive:
        files = {Path(*Path(one.name).parts[1:]): one for one in archive if one.isfile()}
        told = [name for name, file in files.items() if _names_this_folder(archive, file)]
        owners = {(one.uid, one.gid, one.uname, one.gname) for one in files.values()}
    assert {path.parts[0] for path in files} == SOURCES | BUILT
    assert {path.suffix for path in files} <= KINDS
    assert {part for path in files for part in path.parts if "cache" in part} <= {"test_cache.py"}
    assert told == []
    assert owners == {(0, 0, "", "")}
    here = {path.relative_to(ROOT) for path in (ROOT / "julep").rglob("*.py")}
    assert here <= set(files)


def _names_this_folder(archive: tarfile.TarFile, file: tarfile.TarInfo) -> bool:
    content = archive.extractfile(file)
    assert content
    return f"{ROOT}/".encode() in content.read()


def test_the_wheel_holds_the_package_alone(first: tuple[Path, Path]) -> None:
    """With its pages and the mark of typed packages; four dependencies, and the rest are extras."""
    with zipfile.ZipFile(first[0]) as wheel:
        names = wheel.namelist()
        (metadata,) = (name for name in names if name.endswith("METADATA"))
        told = BytesParser().parsebytes(wheel.read(metadata))
    assert {name.split("/")[0] for name in names} == {"julep", metadata.split("/")[0]}
    assert "julep/py.typed" in names
    assert {Path(name).suffix for name in names if name.startswith("julep/")} == {
        ".md",
        ".py",
        ".typed",
    }
    required = [each for each in told.get_all("Requires-Dist", []) if "extra ==" not in each]
    assert {re.split(r"[<>=!~ ;\[]", each)[0] for each in required} == DEPENDENCIES


def test_the_wheel_alone_is_a_client(
    builder: Environment, first: tuple[Path, Path], tmp_path: Path
) -> None:
    """It brings its four dependencies and theirs, imports in silence, and says what more it takes."""
    bare = Environment(tmp_path, builder)
    bare.install(str(first[0]))
    listed = json.loads(bare.pip("list", "--format", "json"))
    names = {one["name"].lower().replace("_", "-") for one in listed}
    assert DEPENDENCIES <= names - {"pip", "setuptools", "julep-sdk"} <= DEPENDENCIES | BESIDES
    code = "import julep; julep.Julep(base_url='http://x', api_key='k').agents; julep.JulepApi"
    bare.run("python", "-c", code, settings=STRICT)
    asks = (
        "import julep\ntry: julep.Julep.local()\nexcept ImportError as error: print(error)\n"
        "import runpy, sys\nsys.argv = ['julep', 'ls']\n"
        "try: runpy.run_module('julep', run_name='__main__')\nexcept SystemExit as end: print(end)"
    )
    told = bare.run("python", "-c", asks, may_speak=True, settings=STRICT)
    assert "julep-sdk[local]" in told


@pytest.fixture(scope="module")
def whole(
    builder: Environment, first: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Environment:
    """An environment with all that users of the sdist may want."""
    made = Environment(tmp_path_factory.mktemp("whole"), builder)
    made.install(f"{first[1]}[local,cli]", "pytest", "trio")
    return made


def test_programs_end_without_a_warning(whole: Environment) -> None:
    """Clients, streams, tasks and embedded servers, on both faces and both loops, leave nothing open."""
    whole.run("python", "-c", CLIENTS, settings=STRICT)


def test_the_quickstart_ends_without_a_warning(whole: Environment) -> None:
    """The first program that people run."""
    told = whole.run("python", str(ROOT / "examples" / "quickstart.py"), settings=STRICT)
    assert "answer:" in told


def test_the_server_ends_without_a_warning(whole: Environment) -> None:
    """`python -m julep serve` answers, and is ended by Ctrl-C."""
    whole.run("python", "-c", SERVED, settings={**STRICT, "JULEP_API_KEY": "key-of-the-test"})


def test_the_command_is_installed(whole: Environment) -> None:
    """`julep` runs, and tells its version, its help and what is wrong with a task."""
    version = whole.run("julep", "--version", settings=STRICT)
    (whole.folder / "task.yaml").write_text("name: T\nmain:\n- evaluate: {a: $ 1}\n")
    assert "0." in version
    assert "doctor" in whole.run("julep", "--help", settings=STRICT)
    whole.run("julep", "check", "task.yaml", settings=STRICT)


def test_the_plugin_of_pytest_is_installed(whole: Environment) -> None:
    """Fixtures are known to users' tests, where warnings are errors."""
    (whole.folder / "test_users.py").write_text(USERS_TEST)
    told = whole.run("pytest", "-q", "-W", "error", "test_users.py", settings=STRICT)
    assert "1 passed" in told
