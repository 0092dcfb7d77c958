"""Tasks are read from files and texts, with the places of their values."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import anyio
import pytest
import yaml

import julep
from julep import TaskFileError
from julep._task_files.json_text import read_json
from julep._task_files.yaml_text import read_yaml
from julep.local.http import bodies

MAIN: Final[list[Any]] = [{"evaluate": {"a": "$ 1"}}]
YAML: Final = "name: flow\nmain:\n- evaluate:\n    a: $ 1\n"
JSON: Final = json.dumps({"name": "flow", "main": MAIN}, indent=1)


@pytest.mark.parametrize(("text", "suffix"), [(YAML, ".yaml"), (JSON, ".json"), (JSON, ".txt")])
def test_a_path_and_a_text_are_the_same_task(tmp_path: Path, text: str, suffix: str) -> None:
    """A path, a path in a str, and the text of the file give one mapping."""
    file = tmp_path / f"flow{suffix}"
    file.write_text(text, encoding="utf-8-sig")
    loaded = [julep.load_task(source) for source in (file, str(file), text)]
    assert [dict(one) for one in loaded] == [{"name": "flow", "main": MAIN}] * 3
    assert [one.file for one in loaded] == [str(file), str(file), None]


PLACES: Final = """\
name: flow
tools: &tools [{name: f},
  {name: g}]
base: &base
  x: 1
main:
  - evaluate:
      "a.b": $ 1
      <<: *base
    label: *base
  - if: "$ 1"
    then:
      - log: |
          hm
"""


@pytest.mark.parametrize(
    ("location", "line", "column"),
    [
        ("name", 1, 7),
        ("tools[1].name", 3, 10),
        ("main", 7, 3),
        ("main[0]", 7, 5),
        ("main[0].evaluate.a.b", 8, 14),
        ("main[0].evaluate.x", 5, 6),
        ("main[0].label", 10, 5),
        ("main[1].if", 11, 9),
        ("main.1.IfElseWorkflowStep.if_else.then", 13, 7),
        ("main[1].then[0].log", 13, 14),
        ("main[1].else", 11, 5),
        ("nothing", 1, 1),
    ],
)
def test_each_value_has_its_place(location: str, line: int, column: int) -> None:
    """Lines and columns count from 1; what isn't there is where it would be."""
    problem = julep.load_task(PLACES).problem(location, "wrong")
    assert (problem.line, problem.column) == (line, column)
    assert str(problem) == f"<text>:{line}:{column} {location}: wrong"


def test_places_in_json_are_those_of_the_same_text_in_yaml() -> None:
    """JSON that is YAML too has all its values, and their keys, in the same places."""
    text = json.dumps({"a": [1, {"b": 'ä\\"]'}, [], {}], "c d": None, "": [[True]]}, indent=2)
    ours, theirs = read_json(text), read_yaml(text)
    assert (ours.value, ours.values, ours.keys) == (theirs.value, theirs.values, theirs.keys)


QUIRKS: Final = [
    "on: off\nyes: no\n2: 0o7\nnull: ~\n1.5: 1_000",
    "a: 2024-01-01\nb: 12:30:45\nc: !!binary aGk=\nd: !!set {x, y}\ne: !!omap [a: 1]",
    "a: &x {b: 1, c: 2}\nd: {<<: *x, b: 3}\ne: {<<: [{b: 4}, *x]}\n=: 5\nf: {=: 6}",
    "a: 1\na: 2",
    "a: &x [*x]",
    "a: .nan",
    "a: .inf\nb: 1e400",
    "2024-01-01: x",
    "? [a]\n: b",
    "a: !!int x",
    "a: !!python/object:os.system x",
    "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]",
    "<<: 5",
    f"a: {'9' * 5000}",
    f"a: {'[' * 101}{']' * 101}",
    "--- a: 1\n--- b: 2",
    "",
]


def shown(read: Callable[[], Any]) -> str | None:
    """The value that a reader gives, in its order, or None where it refuses."""
    try:
        return json.dumps(read())
    except Exception:  # noqa: BLE001 - refused is refused
        return None


@pytest.mark.parametrize("text", QUIRKS, ids=range(len(QUIRKS)))
def test_yaml_means_what_it_means_to_the_embedded_server(text: str) -> None:
    """Keys like `on`, dates, merges and repeated keys come out alike, and the same is refused."""
    ours = shown(lambda: read_yaml(text).value)
    assert ours == shown(lambda: anyio.run(bodies._parse_yaml, text.encode()))


@pytest.mark.slow
def test_a_short_text_does_not_grow_without_end() -> None:
    """Aliases of aliases, and merges of merges, end in an error."""
    lists = "a0: &a0 [x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
    )
    merges = "a0: &a0 {x: 1}\n" + "".join(
        f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 9)
    )
    for text in (lists, merges):
        with pytest.raises(TaskFileError):
            julep.load_task(text)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("flow.yaml", "name: x\nmain: [\n", ":3:1: while parsing a flow node, did not find"),
        ("flow.yaml", "- a\n", ":1:1: a task is a mapping"),
        ("flow.yaml", "", ":1:1: a task is a mapping"),
        ("flow.yaml", "a: b\n2024-01-01: c", ":2:1: JSON can't hold this key"),
        ("flow.json", '{\n "name": flow}', ":2:10: Expecting value"),
        ("flow.json", '{\n "name": NaN}', ":1:1: NaN is no JSON value"),
        ("flow.json", "[" * 500 + "]" * 500, ":1:1: it is nested more than 200"),
        ("flow.txt", '{"name": ]', ":1:10: Expecting value"),
    ],
)
def test_what_is_no_task_is_told_with_its_place(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    """The error names file, line and column, and is a ValueError."""
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    assert issubclass(TaskFileError, ValueError)
    with pytest.raises(TaskFileError) as raised:
        julep.load_task(file)
    assert str(raised.value).startswith(f"{file}{told}")
    assert str(raised.value.problems[0]) == str(raised.value)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """Text is UTF-8."""
    file = tmp_path / "flow.yaml"
    file.write_bytes("name: Zürich".encode("latin-1"))
    with pytest.raises(TaskFileError, match="it is not UTF-8"):
        julep.load_task(file)


@pytest.mark.parametrize("source", [5, None, b"flow.yaml"])
def test_what_is_neither_path_nor_text_is_refused(source: Any) -> None:
    """Nor a mapping."""
    with pytest.raises(TypeError, match="from a path or a text, or is a dict, not"):
        julep.load_task(source)


def test_a_dict_is_checked_like_a_file() -> None:
    """Variables are filled in, and the dict stays as it was."""
    given: dict[str, Any] = {"name": "${name}", "main": [{"log": "hi"}, {"tool": "stock"}]}
    task = julep.load_task(given, variables={"name": "n"})
    assert (task["name"], given["name"], task.file) == ("n", "${name}", None)
    (problem,) = task.check()
    assert problem.path == "main[1].tool"
    assert "Tool stock is not among" in str(problem)

    def stock(sku: str) -> int:
        return len(sku)

    step = {"tool": "stock", "arguments": {"sku": "a"}}
    assert julep.load_task({"name": "n", "main": [step], "tools": [stock]}).check() == []
    with pytest.raises(TypeError, match="task"):
        julep.load_task({"name": object()})


def test_a_text_in_one_line_is_taken_for_a_path() -> None:
    """The error says so."""
    with pytest.raises(FileNotFoundError) as raised:
        julep.load_task(json.dumps({"name": "x"}))
    assert "line break" in raised.value.__notes__[0]


def test_variables_fill_values_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """They go into values after parsing; what stands alone keeps its type."""
    monkeypatch.setenv("TOWN", "Oslo: #1")
    text = """\
name: ${env:TOWN}
main:
- evaluate:
    ${n}: ${n}
    b: "$ _.x + ${n} + '${list}'"
    c: costs $${n} or ${_.price:.2f} or ${}
    d: $$${n}
    e: ${list}
    f: ${a-b}${a-c}
"""
    task = julep.load_task(text, variables={"n": 3, "list": [1, "${n}"], "a-b": True})
    assert task["name"] == "Oslo: #1"
    assert task["main"][0]["evaluate"] == {
        "${n}": 3,
        "b": "$ _.x + 3 + '[1, '${n}']'",
        "c": "costs ${n} or ${_.price:.2f} or ${}",
        "d": "$${n}",
        "e": [1, "${n}"],
        "f": "True${a-c}",
    }


def test_variables_without_a_value_are_told_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them, with its place and what to do."""
    monkeypatch.delenv("TOWN", raising=False)
    with pytest.raises(ValueError, match="has no value") as raised:
        julep.load_task("name: ${nme}\nmain:\n- log: in ${env:TOWN}", variables={"name": "x"})
    first, second = str(raised.value).split("; ")
    assert first.startswith("<text>:1:7 name: ${nme} has no value: pass variables={'nme': …}")
    assert second.startswith("<text>:3:8 main[0].log: ${env:TOWN} has no value: set TOWN")


def test_variables_are_a_mapping() -> None:
    """Anything else is told, even where the text has no variable."""
    for given in ("x", "", 3, [("n", 1)]):
        with pytest.raises(TypeError, match="variables must be a mapping, such as a dict, not"):
            julep.load_task("name: x\nmain:\n- log: a\n", variables=given)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - the fault


@pytest.mark.parametrize(
    "setup",
    [
        "brave_api_key: abcdef123",
        'headers: {Authorization: "Bearer abcdefghijk"}',
        "password: hunter2",
        "x: sk-proj-abcdefghijklmnop",
        "x: [a, 'token ghp_abcdefghijklmnopqrstuv']",
    ],
)
def test_a_key_in_a_file_warns(setup: str) -> None:
    """What looks like a secret is told of, not shown, and the way to keep it is named."""
    text = f"name: x\nmain:\n- log: a\ntools:\n- integration:\n    setup:\n      {setup}\n"
    with pytest.warns(UserWarning, match=r"client\.secrets\.create") as told:
        julep.load_task(text)
    assert str(told[0].message).startswith("<text>:7:")
    value = setup.rsplit(maxsplit=1)[-1].strip("'\"]}")
    assert value not in str(told[0].message)
    assert told[0].filename == __file__


@pytest.mark.parametrize(
    "setup",
    [
        "api_key: $ secrets.BRAVE",
        "api_key: '{secrets.BRAVE}'",
        "api_key: ${env:KEY}",
        "api_key: <your key>",
        "api_key: YOUR_API_KEY",
        "next_token: _.token",
        "password: {type: string, description: The password of the user}",
        "max_tokens: 5",
        "secret: ''",
    ],
)
def test_what_only_names_a_key_does_not_warn(setup: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Expressions, variables, placeholders and descriptions are no secrets."""
    monkeypatch.setenv("KEY", "abcdefgh12345")
    julep.load_task(f"name: x\nmain:\n- log: a\nx:\n  {setup}\n")


def test_a_task_is_a_mapping(tmp_path: Path) -> None:
    """It can be unpacked, changed in a copy, and written again."""
    file = tmp_path / "flow.yaml"
    file.write_text(YAML, encoding="utf-8")
    task = julep.load_task(file)
    assert {**task, "name": "other"} == {"name": "other", "main": MAIN}
    assert yaml.safe_load(yaml.safe_dump(dict(task))) == dict(task)
    assert (len(task), "main" in task) == (2, True)
    assert repr(task) == f"<LoadedTask 'flow' of {file}: name, main>"


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("{evaluate: {a: $ f'granted {_.days} days'}}", "a comma or a brace ends a value"),
        ("{prompt: [$ f'granted {_.days}, or not']}", "ends a value"),
        ("log: $ f'days: {_.days}'", "a value with a colon and a blank in it"),
        ("log: {_.days} days", "a value that begins with a brace"),
    ],
)
def test_yaml_that_an_expression_breaks_is_explained(step: str, said: str) -> None:
    """With what to write, besides what the parser says."""
    with pytest.raises(TaskFileError, match=said):
        julep.load_task(f"name: x\nmain:\n- {step}\n")
