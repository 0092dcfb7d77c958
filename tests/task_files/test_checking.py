"""What is wrong with a task is found without a server, where it stands."""

from __future__ import annotations

import contextlib
import copy
import functools
import json
import operator
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent
from typing import Any, Final

import httpx
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import julep
from julep import Julep
from julep.local import LocalServer
from julep.types._json import as_array, as_object

CASES: Final = Path(__file__).parents[1] / "data" / "workflow_cases"


def check(text: str, **options: Any) -> list[str]:
    """The problems of a task that has a text, without the name of its file."""
    return [str(one).removeprefix("<text>:") for one in julep.load_task(text).check(**options)]


WRONG: Final = """\
name: flow
input_schema:
  properties: {n: {type: strng}}
tools:
- name: f
  type: function
  function: {parameters: {type: nothing}}
- {name: g, type: integration, integration: {provider: brave, method: serch}}
main:
- evalute: {a: $ 1}
- evaluate:
    a: $_.x
    b: $ (1 +
    c: $ nme
    d: len(_.x)
    e: 5
    f: it costs $5
  output: x
- if: $ _.x
  then:
  - log: a
  else: {workflow: sbu}
- {tool: ff, arguments: {x: "{_.x"}}
- foreach:
    in: $ _.x
    do: {if: $ _, then: {log: hi, lable: x}}
- over: $ [x.n for x in _]
  map: {evaluate: {a: $ _}}
  reduce: $ results + [_]
  initial: $ []
- error: "{_.x} is wrong"
  error: "{_.x} is wrong"
sub:
- log: a
  label: l
- log: a
  label: l
discription: x
"""
FOUND: Final = """\
3:26 input_schema.properties.n.type: Invalid schema: 'strng' is not valid
7:33 tools[0].function.parameters.type: warning: Invalid schema: 'nothing' is not
8:71 tools[1].integration.method: Input should be 'search'
10:3 main[0]: has none of the keys that make a step (evaluate, tool, prompt,
12:8 main[1].evaluate.a: warning: This is plain text: expressions begin
13:8 main[1].evaluate.b: Syntax error in the expression: '(' was never closed
14:8 main[1].evaluate.c: 'nme' is not defined
15:8 main[1].evaluate.d: warning: This is plain text: expressions begin
16:8 main[1].evaluate.e: must be text or an object on self-hosted servers: write "$ 5"
18:3 main[1].output: warning: Unknown key 'output', which is ignored
21:3 main[2].then: must be one step (an object, not a list)
22:20 main[2].else.workflow: Workflow sbu not found in task
23:10 main[3].tool: Tool ff is not among the task's tools
23:29 main[3].arguments.x: Syntax error in the expression
26:9 main[4].foreach.do: can't be `if` right inside of `foreach`
26:35 main[4].foreach.do.then.lable: warning: Unknown key 'lable', which is ignored
29:11 main[5].reduce: warning: with `$ ` this fails on servers of 2025
30:12 main[5].initial: warning: initial is not evaluated, it is this very text
32:3 main[6].error: warning: this key is there twice, and only the last one
32:10 main[6].error: warning: the last step of main
32:10 main[6].error: warning: error is not evaluated
37:10 sub[1].label: warning: Label l is used before in sub
38:14 discription: must be a list of steps
"""


def test_everything_that_is_wrong_is_found() -> None:
    """One mistake hides no other, in whichever kind of place they are."""
    found, wanted = check(WRONG), FOUND.splitlines()
    starts = [line[: len(start)] for line, start in zip(found, wanted, strict=True)]
    assert "\n".join(starts) == "\n".join(wanted)


def test_functions_may_come_beside_a_file() -> None:
    """They count as tools of the task, behind its own; what is wrong with those is told all the same."""

    def stock(sku: str) -> int:
        return len(sku)

    text = "name: n\nmain:\n- tool: stock\n  arguments: {sku: a}\n"
    assert check(text, tools=[stock]) == []
    assert "Tool stock is not among the task's tools" in check(text)[0]
    assert "Tool stock is not among the task's tools" in check(text, tools=[len_of])[0]
    wrong = "tools:\n- {name: f, type: function, funktion: {}}\n"
    places = [one.partition(": ")[0] for one in check(text + wrong, tools=[stock])]
    assert places == ["6:3 tools[0].function", "6:29 tools[0].funktion"]
    assert check(f"{text}tools: 5\n", tools=[stock]) == check(f"{text}tools: 5\n")
    with pytest.raises(ValueError, match="two tools are called stock"):
        check(text, tools=[stock, stock])


def len_of(text: str) -> int:
    """How long a text is."""
    return len(text)


def test_what_was_meant_is_told() -> None:
    """Names that are nearly right get the right one, also as `hint`."""
    found = julep.load_task(WRONG).check()
    hints = {problem.path: problem.hint for problem in found if problem.hint}
    assert hints == {
        "main[0]": "did you mean 'evaluate'?",
        "main[1].evaluate.a": "did you mean '$ _.x'?",
        "main[1].evaluate.d": "did you mean '$ len(_.x)'?",
        "main[1].output": "there are evaluate, label",
        "main[2].then": (
            "several steps go into a workflow of their own, and {workflow: name} runs them"
        ),
        "main[2].else.workflow": "did you mean 'sub'?",
        "main[3].tool": "did you mean 'f'?",
        "main[4].foreach.do.then.lable": "did you mean 'label'?",
        "main[5].reduce": "write results + [_]",
        "main[6].error": "put another step behind it",
        "discription": "did you mean 'description'?",
    }


@pytest.mark.parametrize(
    "step",
    [
        {"evaluate": {"a": "costs $5", "b": "$5", "c": "$name", "d": "a _ b", "e": "${_.x}"}},
        {"log": "from {_.x} to {_['y']}"},
        {"log": "n is {_.n}"},
        {"prompt": [{"role": "user", "content": "$100 for {_.x}?", "name": "n"}]},
        {"foreach": {"in_": "$ _", "do": {"log": "$ _"}}, "label": "l", "kind_": "foreach"},
        {"if": "$ _", "then": {"error": "the item is {missing}"}},
    ],
)
def test_what_may_be_meant_so_is_no_problem(step: dict[str, Any]) -> None:
    """Amounts of money, and texts with words in braces, stay what they are."""
    assert check(yaml.safe_dump({"name": "x", "main": [step]})) == []


def test_a_schema_that_is_too_deep_is_a_problem() -> None:
    """It is refused by servers, and doesn't end the check."""
    schema: dict[str, Any] = {}
    for _ in range(150):
        schema = {"not": schema}
    task = {"name": "x", "main": [{"log": "a"}], "input_schema": schema}
    (told,) = check(f"{json.dumps(task)}\n")
    assert "input_schema: Invalid schema: the schema can't be used" in told


def test_what_only_self_hosted_servers_refuse_can_be_left_out() -> None:
    """With `strict=False` the checks are those of a server that is not strict."""
    text = yaml.safe_dump({"name": "x", "main": [{"evaluate": {"a": 5}}, {"parallel": []}]})
    assert [line.split()[1] for line in check(text)] == ["main[0].evaluate.a:", "main[1].parallel:"]
    assert check(text, strict=False) == []


@pytest.fixture(scope="module")
def http() -> Any:
    """A strict server, and an agent's tasks on it."""
    with LocalServer() as server, Julep(base_url=server.url, api_key=server.key) as client:
        agent = client.agents.create(name="Ada")
        address = f"{server.url}/agents/{agent.id}"
        with httpx.Client(headers={"X-Auth-Key": server.key}, base_url=address) as raw:
            yield raw


_REPAIRED: Final = {"real25_21_error_last"}
"""Succeeded on a server of 2025 by a fault of its own, of which a warning tells."""
_BY_ITS_DATA: Final = {
    "late_16_error_in_branch",
    "real25_07_switch_none",
    "real25_18_map_branch_error",
    "real25_20_error_middle",
    "real25_31_api_404",
    "real25_65_not_json",
}
"""Failed there by what it was given, or on purpose."""


@pytest.mark.parametrize("path", sorted(CASES.glob("*.yaml")), ids=lambda path: path.stem)
def test_verdicts_are_those_of_the_server(http: httpx.Client, path: Path) -> None:
    """What ran on a server of 2025 has no problem, what failed has; the embedded one says the same."""
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    problems = julep.load_task(yaml.safe_dump(case["task"], sort_keys=False)).check()
    fails = case["expected"]["status"] == "failed"
    assert bool(problems) == (path.stem in _REPAIRED or (fails and path.stem not in _BY_ITS_DATA))
    refused = any(problem.severity == "error" for problem in problems)
    assert refused == http.post("/tasks", json=case["task"]).is_client_error


SOUND: Final = [
    "log: |\n  it is {_}\n\n  and so on",
    "evaluate: {a: $ _, 'b c': text}",
    "tool: f\narguments:\n  x: $ _['x']",
    "if: $ _\nthen:\n  log: a\nelse:\n  workflow: sub",
    "prompt:\n- role: user\n  content: >-\n    What is\n    {_.x}?",
    "foreach:\n  in: $ _.xs\n  do:\n    tool: f",
    "over: $ _.xs\nmap: {evaluate: {a: $ _}}",
    "switch:\n- case: $ _\n  then: {sleep: {seconds: 1}}",
]
FAULTS: Final = [
    "@evalute: {a: $ 1}",
    "@'': {a: $ 1}",
    "log: @$ (",
    "log: @'{_.x'",
    "log: @ends in '",
    "log: @$_.x",
    "log: a\n@lgo: b",
    "log: @[a]",
    "evaluate:\n  a: {b: @$ nobody}",
    "evaluate:\n  a: 1.5\n".replace("1.5", "@1.5"),
    "evaluate: @{}",
    "tool: @nobody",
    "workflow: @nowhere\narguments: {x: a}",
    "if: $ _\nthen:\n  @- log: a",
    "if: $ _\nthen: {log: a}\nelse:\n  tool: @nobody",
    "@then: {log: a}\nelse: {log: b}",
    "sleep: @{hours: 25}",
    "sleep: {hours: 2, @minuts: 5}",
    "foreach:\n  in: @'a, b'\n  do:\n    log: x",
    "foreach: @{do: {log: a}}",
    "prompt:\n- role: @robot\n  content: x",
    "prompt: hi\nsettings: {@modle: x}",
    "switch:\n- case: $ _\n  then: {log: a}\n- case: @$ nme\n  then: {log: a}",
    "over: $ _\nmap:\n  @sleep: {seconds: 1}",
    "over: $ _\nmap: {log: a}\nparallelism: @101",
    "wait_for_input: {info: @{}}",
    "parallel: @[{log: a}]",
    "label: @'5'\nlog: a",
]
AROUND: Final = [
    "{}",
    "if: $ _\nthen:\n  {}",
    "if: $ _\nthen: {{log: a}}\nelse:\n  if: $ _\n  # a remark\n  then:\n    {}",
]


def flow(steps: list[str], split: int, width: int) -> str:
    """A task of these steps, some of them in a workflow of its own."""
    items = [
        "- " + indent(step, "  ").lstrip() if width == 2 else "-\n" + indent(step, " " * width)
        for step in steps
    ]
    tools = "tools:\n- {name: f, type: function, function: {}}\n"
    main, sub = "\n".join(items[:split]), "\n\n".join(items[split:])
    return f"# a task\nname: flow\n{tools}main:\n{main}\nsub:\n{indent(sub, '  ')}\n"


@given(
    turn=st.integers(0, len(SOUND)),
    at=st.integers(0, 59),
    fault=st.sampled_from(FAULTS),
    around=st.sampled_from(AROUND),
    split=st.integers(1, 59),
    width=st.sampled_from([2, 4]),
)
@settings(max_examples=30, deadline=None)
def test_a_fault_in_a_long_task_is_found_where_it_is(
    *, turn: int, at: int, fault: str, around: str, split: int, width: int
) -> None:
    """Wherever one of 60 steps is wrong, one problem is told, with its line and column."""
    depth = len(re.findall(r" *(?=\{\}$)", around)[0])
    sound = (SOUND * 9)[turn : turn + 59]
    planted = around.format(indent(fault, " " * depth).lstrip())
    marked = flow([*sound[:at], planted, *sound[at:]], split, width)
    before, _, after = marked.partition("@")
    (problem,) = julep.load_task(before + after).check()
    place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert (problem.line, problem.column) == place, f"{problem}\n{before}{after}"


ODD: Final[list[Any]] = [
    *(
        None,
        True,
        5,
        -1,
        1.5,
        "",
        "x",
        "$ _",
        "$ (",
        "{",
        "_.x",
        "f",
        [],
        {},
        [1],
        {"a": 1},
        {"": 1},
    ),
    *({"log": "a"}, [{"log": "a"}], ["$ _"], {"a.b": {"c]": 1}}, {"in": "$ _", "do": {"log": "x"}}),
]
"""What may stand in a task where it doesn't belong."""
TASK: Final[dict[str, Any]] = {
    "name": "flow",
    "input_schema": {"type": "object", "properties": {"x": {"type": "integer"}}},
    "tools": [
        {"name": "f", "type": "function", "function": {"parameters": {"type": "object"}}},
        {"name": "a", "type": "api_call", "api_call": {"method": "GET", "url": "http://x/"}},
        {"name": "s", "type": "system", "system": {"resource": "user", "operation": "list"}},
    ],
    "main": [yaml.safe_load(step) for step in SOUND],
    "sub": [{"log": "x", "label": "l"}],
}


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the values within a value are."""
    for key in as_object(value) or range(len(as_array(value))):
        yield (*path, key)
        yield from paths(value[key], (*path, key))


@given(
    odd=st.lists(st.tuples(st.sampled_from([*paths(TASK)]), st.sampled_from(ODD)), max_size=3),
)
@settings(max_examples=30, deadline=None)
def test_odd_tasks_are_judged_as_by_the_server(
    http: httpx.Client, odd: list[tuple[tuple[Any, ...], Any]]
) -> None:
    """Whatever stands wherever in a task, it has an error exactly if the server refuses it."""
    task = copy.deepcopy(TASK)
    for (*way, last), value in odd:
        with contextlib.suppress(LookupError, TypeError):  # what was there is gone
            functools.reduce(operator.getitem, way, task)[last] = copy.deepcopy(value)
    problems = julep.load_task(f"{json.dumps(task)}\n").check()
    refused = any(problem.severity == "error" for problem in problems)
    answer = http.post("/tasks", json=task)
    assert (refused, answer.is_server_error) == (answer.is_client_error, False), problems


_WITHOUT: Final = """
import sys
sys.modules[{module!r}] = None
import julep
json = '{{"name": "x",\\n"main": [{{"log": "a"}}]}}'
try:
    {code}
except ImportError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("module", "code", "told"),
    [
        ("jsonschema", "julep.load_task(json).check()", 'pip install "julep-sdk[local]"'),
        ("yaml", "julep.load_task('name: x\\nmain: []')", "pip install 'julep-sdk[yaml]'"),
        ("yaml", "print(julep.load_task(json)['name'])", "x"),
    ],
)
def test_a_missing_extra_is_named(module: str, code: str, told: str) -> None:
    """Checks need one, and YAML another; JSON needs none."""
    program = _WITHOUT.format(module=module, code=code)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert told in done.stdout
