"""Who may import whom, and what importing the package costs."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import julep
import julep.client

PACKAGE = Path(julep.__file__).parent

# A module, or a package as a whole, imports only from the lines above its own.
LEVELS = [
    "_callbacks _namesake _progress _version _reply _warning _yaml errors types",
    "_codec _html _keywords",
    "_checks _masking _retry",
    "_options _shapes",
    "_exchange",
    "_output _paths _pydantic _query _redirected _server_errors",
    "_request",
    "_observability",
    "_engine",
    "_faces _http",
    "_tools",
    "_task_files _transport _pages _streams",
    "_documents _runs",
    "resources",
    "_client",
    "client",
    "_flat _unlisted",
    "__init__",
    "cli",
    "__main__ testing",
]
LEVEL_OF = {name: level for level, names in enumerate(LEVELS) for name in names.split()}
LATE = {
    ("client", "_flat"),
    ("_client", "local"),
    ("cli", "local"),
    ("testing", "local"),
    ("_task_files", "local"),
    ("types", "_html"),
    ("types", "_pydantic"),
}
"""Imports against the rule, made inside a function when they are first needed."""
FOR_LOCAL = ["types", "_codec", "_shapes", "_sse", "_version", "_yaml"]
"""What the embedded server may use of the SDK, which stands beside all of it."""
LOCAL_LEVELS = [
    "clock durability errors ids json_limits json_text origins records scripting transient unwritable urls",
    "fields",
    "models sandbox",
    "workflow",
    "outbound store strictness timers",
    "integrations search setup",
    "resources",
    "chat effects",
    "services worker",
    "routes",
    "system_calls",
    "http",
    "__init__",
]
"""The embedded server inside: a module, or a package as a whole, imports from the lines above."""
LEVEL_IN_LOCAL = {name: level for level, names in enumerate(LOCAL_LEVELS) for name in names.split()}
FOREIGN = {
    "httpx": {"_http", "_transport"},
    "anyio": {"_http", "_transport"},
    "cattrs": {"_codec"},
    "pydantic": {"_pydantic"},
    "click": {"cli"},
    "rich": {"cli"},
    "opentelemetry": {"_observability"},
}
"""Which modules speak to a library; the embedded server aside."""

LONGEST = 304
"""Lines of a file, at most."""

FILES = sorted(PACKAGE.rglob("*.py"))
OF_LOCAL = sorted((PACKAGE / "local").rglob("*.py"))
OF_SDK = sorted(set(FILES) - set(OF_LOCAL))


def part_of(path: Path) -> str:
    """The module of the package, or its subpackage, that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def part_of_local(path: Path) -> str:
    """The module or package of the embedded server that a file of it belongs to."""
    return path.relative_to(PACKAGE / "local").parts[0].removesuffix(".py")


@cache
def imported(path: Path) -> frozenset[str]:
    """The dotted names that a file imports at run time, wherever in it."""
    return frozenset(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    package = ("julep", *path.relative_to(PACKAGE).parts[:-1])
    for node in _at_run_time(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *([node.module] if node.module else [])])
            if module == "julep":
                yield from (f"julep.{alias.name}" for alias in node.names)
            else:
                yield module


def _at_run_time(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    is_for_checkers = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    children = node.orelse if is_for_checkers and isinstance(node, ast.If) else ()
    for child in children if is_for_checkers else ast.iter_child_nodes(node):
        yield from _at_run_time(child)


def parts_imported(path: Path) -> set[str]:
    """The parts of the package that a file imports."""
    names = [name.split(".") for name in imported(path)]
    return {name[1] for name in names if name[0] == "julep" and len(name) > 1}


@pytest.mark.parametrize("path", OF_SDK, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_downwards(path: Path) -> None:
    """Each part uses only what lies below it."""
    part = part_of(path)
    used = parts_imported(path) - {part}
    wrong = {
        other
        for other in used
        if (part, other) not in LATE and LEVEL_OF.get(other, 0) >= LEVEL_OF[part]
    }
    assert wrong == set()
    assert "local" not in used or (part, "local") in LATE


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_neighbour_is_imported_by_a_dot_and_all_else_in_full(path: Path) -> None:
    """A module of the same package is `.name`; what belongs to another package has its whole name."""
    package = ".".join(("julep", *path.relative_to(PACKAGE).parts[:-1]))
    imports = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
    ]
    dotted = [ast.unparse(node) for node in imports if node.level and _is_far(node)]
    whole = [
        ast.unparse(node)
        for node in imports
        if not node.level and package in {node.module, (node.module or "").rpartition(".")[0]}
    ]
    assert dotted + whole == []


def _is_far(node: ast.ImportFrom) -> bool:
    return node.level > 1 or "." in (node.module or "")


@pytest.mark.parametrize("path", OF_LOCAL, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_server_uses_little_of_the_sdk(path: Path) -> None:
    """It reads what the client sends by the same models, and shares no code that sends."""
    allowed = tuple(f"julep.{name}." for name in ["local", *FOR_LOCAL])
    used = {f"{name}." for name in imported(path) if name.startswith("julep.")}
    assert {name for name in used if not name.startswith(allowed)} == set()


@pytest.mark.parametrize("path", OF_LOCAL, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_packages_of_the_server_use_what_lies_below(path: Path) -> None:
    """Within the embedded server too, imports point down only."""
    part = part_of_local(path)
    used = {name.split(".")[2] for name in imported(path) if name.startswith("julep.local.")}
    level = LEVEL_IN_LOCAL[part]
    wrong = {other for other in used - {part} if LEVEL_IN_LOCAL.get(other, -1) >= level}
    assert wrong == set()


def test_no_file_is_too_long_to_be_read_at_one_sitting() -> None:
    """What grows beyond a few pages has more than one idea, and is split."""
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert [str(path) for path, length in lengths.items() if length > LONGEST] == []


@pytest.mark.parametrize("library", FOREIGN)
def test_a_library_is_spoken_to_in_one_place(library: str) -> None:
    """Each library has modules of its own; nobody else imports it."""
    speakers = {
        part_of(path)
        for path in OF_SDK
        if any(name.split(".")[0] == library for name in imported(path))
    }
    assert speakers == FOREIGN[library]


def test_the_sdk_does_not_know_asyncio() -> None:
    """Whatever works on asyncio works on trio too."""
    assert [str(path) for path in OF_SDK if "asyncio" in imported(path)] == []


def modules_after(code: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after running some code."""
    report = f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run(
        [sys.executable, "-c", report], capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(ran.stdout))


HEAVY = {"httpx", "anyio", "cattrs", "attrs", "attr", "asyncio", "ssl", "typing_extensions"}
OPTIONAL = {"pydantic", "pydantic_core", "julep._pydantic"}


def test_importing_the_package_loads_nothing_heavy() -> None:
    """`import julep` is free; what it stands for comes when it is first used."""
    assert modules_after("import julep") & HEAVY == set()


def test_making_a_blocking_client_loads_no_server() -> None:
    """A client needs httpx, and nothing of the embedded server."""
    loaded = modules_after("import julep; julep.Julep(base_url='http://x').agents")
    assert "httpx" in loaded
    assert {name for name in loaded if name.startswith(("julep.local", "starlette"))} == set()


def test_workers_load_no_network() -> None:
    """They start with each server, evaluate text, and send nothing."""
    loaded = modules_after("import julep.local.worker.__main__")
    # What the library of schemas loads by itself is its own affair.
    loaded -= modules_after("import jsonschema")
    assert loaded & {"httpx", "asyncio", "ssl"} == set()


def test_only_notebooks_load_what_they_show() -> None:
    """Models and lists know how to become HTML, and load that when they are asked for it."""
    loaded = modules_after("import julep; repr(julep.Agent(id='a', name='n')); julep.Pages")
    assert {name for name in loaded if name.startswith("julep._html")} == set()


def test_only_pydantic_loads_what_it_is_told() -> None:
    """Models describe themselves to pydantic, which is loaded by those alone who have it."""
    loaded = modules_after("import julep; dict(julep.Agent(id='a', name='n')); julep.Julep.local()")
    assert loaded & OPTIONAL == set()


@pytest.mark.parametrize("name", ["JulepApi", "AsyncJulepApi", "Julep", "AsyncJulep", "Client"])
def test_clients_come_from_both_places(name: str) -> None:
    """`julep` and `julep.client` give the same classes."""
    assert getattr(julep, name) is getattr(julep.client, name)


@pytest.mark.parametrize("module", [julep, julep.client])
def test_an_unknown_name_is_an_ordinary_error(module: object) -> None:
    """A name that is not there says so like in any module."""
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = module.nothing  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType] - that is the test
