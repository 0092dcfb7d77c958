"""What is refused when a task is created, and where the finger points."""

from __future__ import annotations

from typing import Any

import pytest

from julep.local.workflow.tasks import completed
from julep.local.workflow.validation import validate
from tests.local.workflow.driver import run


def _found(task: Any) -> list[tuple[str, str, str]]:
    return [(issue.location, issue.type, issue.severity) for issue in validate(task)]


def _main(step: Any, **more: Any) -> Any:
    return {"main": [step], **more}


_NEST: Any = {
    "if": "$ 1",
    "then": {"foreach": {"in": "$ [1]", "do": {"evaluate": {"a": "$ b"}}}},
}


@pytest.mark.parametrize(
    ("task", "location"),
    [
        ({}, "main"),
        ({"main": []}, "main"),
        ({"main": {"log": "x"}}, "main"),
        ({"main": [{"log": "x"}], "sub": "x"}, "sub"),
        ({"main": [{"log": "x"}], "a`b": [{"log": "x"}]}, "a`b"),
        ({"main": [{"log": "x"}], "PAR:a": [{"log": "x"}]}, "PAR:a"),
        (_main("x"), "main[0]"),
        (_main({}), "main[0]"),
        (_main({"unknown": 1}), "main[0]"),
        (_main({"log": 1}), "main[0].log"),
        (_main({"evaluate": "x"}), "main[0].evaluate"),
        (_main({"set": [1]}), "main[0].set"),
        (_main({"tool": 1}), "main[0].tool"),
        (_main({"tool": "t", "arguments": "x"}), "main[0].arguments"),
        (_main({"prompt": 1}), "main[0].prompt"),
        (_main({"prompt": [{"role": "user"}]}), "main[0].prompt"),
        (_main({"prompt": [{"role": 1.5, "content": "x"}]}), "main[0].prompt"),
        (_main({"prompt": "x", "tools": ["t"]}), "main[0].tools"),
        (_main({"prompt": "x", "tools": [{"ref": {}}]}), "main[0].tools"),
        (_main({"prompt": "x", "unwrap": "yes"}), "main[0].unwrap"),
        (_main({"prompt": "x", "tools": "some"}), "main[0].tools"),
        (_main({"prompt": "x", "settings": [1]}), "main[0].settings"),
        (_main({"sleep": 5}), "main[0].sleep"),
        (_main({"sleep": {"seconds": 61}}), "main[0].sleep"),
        (_main({"sleep": {"days": 1.5}}), "main[0].sleep"),
        (_main({"wait_for_input": {"q": "x"}}), "main[0].wait_for_input"),
        (_main({"if": "$ 1"}), "main[0].then"),
        (_main({"if": "$ 1", "then": [{"log": "x"}]}), "main[0].then"),
        (_main({"if": "$ 1", "then": {"log": 1}}), "main[0].then.log"),
        (_main({"if": "$ 1", "then": {"log": "x"}, "else": [1]}), "main[0].else"),
        (_main({"switch": {}}), "main[0].switch"),
        (_main({"switch": [{"case": "_"}]}), "main[0].switch"),
        (_main({"switch": [{"case": "_", "then": {"x": 1}}]}), "main[0].switch[0].then"),
        (_main({"foreach": {"in": "$ []"}}), "main[0].foreach"),
        (_main({"foreach": {"in": "$ []", "do": [1]}}), "main[0].foreach.do"),
        (_main({"parallel": {}}), "main[0].parallel"),
        (_main({"parallel": [{"log": "x"}] * 101}), "main[0].parallel"),
        (_main({"parallel": [{"log": "x"}, 1]}), "main[0].parallel[1]"),
        (_main({"over": "$ []"}), "main[0].map"),
        (_main({"over": "$ []", "map": {"log": "x"}, "parallelism": 0}), "main[0].parallelism"),
        (_main({"over": "$ []", "map": {"log": "x"}, "reduce": 1}), "main[0].reduce"),
        (_main({"log": "x", "label": "12"}), "main[0].label"),
        (_main({"log": "x", "label": "a" * 121}), "main[0].label"),
        (_main({"log": "x", "kind_": "get"}), "main[0].kind_"),
        (_main({"embed": {}}), "main[0].embed"),
        (_main({"search": {"limit": 1}}), "main[0].search"),
        (_main({"log": "x"}, tools={}), "tools"),
        (_main({"log": "x"}, tools=[{"type": "function"}]), "tools[0]"),
        (_main({"log": "x"}, tools=[{"name": "a", "type": "magic"}]), "tools[0].type"),
    ],
)
def test_broken_shapes_are_located(task: Any, location: str) -> None:
    """A task that is not built as tasks are is refused with the exact place."""
    assert _found(task) == [(location, "invalid_shape", "error")]


@pytest.mark.parametrize(
    ("step", "location", "type"),
    [
        ({"evaluate": {"a": "$ 1 +"}}, "main[0].evaluate.a", "syntax_error"),
        ({"evaluate": {"a": "$ nope"}}, "main[0].evaluate.a", "undefined_name"),
        ({"evaluate": {"a": {"b": ["$ nope"]}}}, "main[0].evaluate.a.b[0]", "undefined_name"),
        ({"evaluate": {"a": "_.x +"}}, "main[0].evaluate.a", "syntax_error"),
        ({"evaluate": {"a": "{{nope}}"}}, "main[0].evaluate.a", "undefined_name"),
        ({"set": {"a": "$ (lambda: 1)"}}, "main[0].set.a", "unsupported_feature"),
        ({"set": {"a": "$ {x for x in [1]}"}}, "main[0].set.a", "unsupported_feature"),
        ({"log": "$ (x := 1)"}, "main[0].log", "unsupported_feature"),
        ({"return": {"a": "$ nope"}}, "main[0].return.a", "undefined_name"),
        (
            {"prompt": [{"role": "user", "content": "$ nope"}]},
            "main[0].prompt[0].content",
            "undefined_name",
        ),
        ({"tool": "t", "arguments": {"a": "$ nope"}}, "main[0].arguments.a", "undefined_name"),
        (
            {"wait_for_input": {"info": {"a": "$ nope"}}},
            "main[0].wait_for_input.info.a",
            "undefined_name",
        ),
        ({"if": "$ nope", "then": {"log": "x"}}, "main[0].if", "undefined_name"),
        (_NEST, "main[0].then.foreach.do.evaluate.a", "undefined_name"),
        (
            {"switch": [{"case": "$ nope", "then": {"log": "x"}}]},
            "main[0].switch[0].case",
            "undefined_name",
        ),
        ({"foreach": {"in": "$ nope", "do": {"log": "x"}}}, "main[0].foreach.in", "undefined_name"),
        ({"over": "$ nope", "map": {"log": "x"}}, "main[0].over", "undefined_name"),
        (
            {"over": "$ []", "map": {"log": "x"}, "reduce": "nope + [_]"},
            "main[0].reduce",
            "undefined_name",
        ),
        ({"workflow": "nope"}, "main[0].workflow", "unknown_workflow"),
        ({"parallel": [{"workflow": "nope"}]}, "main[0].parallel[0].workflow", "unknown_workflow"),
    ],
)
def test_expressions_that_can_not_work_are_errors(step: Any, location: str, type: str) -> None:
    """Wrong code is found in every field that holds code, whatever it is nested in."""
    assert _found(_main(step)) == [(location, type, "error")]


@pytest.mark.parametrize(
    "code", ["f'{1:>999999999}'", "f'{1:.999999999f}'", "f'{1:000000000999999999d}'"]
)
def test_formats_that_are_too_wide_are_not_tried(code: str) -> None:
    """They are refused by their width, before anything that wide is made."""
    (issue,) = validate(_main({"evaluate": {"a": f"$ {code}"}}), strict=True)
    assert (issue.type, issue.severity) == ("invalid_format", "error")
    assert "is wider than" in issue.message


@pytest.mark.parametrize(
    ("code", "type"),
    [
        ("$ 1 / 0", "division_by_zero"),
        ("$ [1, 2][5]", "index_out_of_range"),
        ("$ _.__class__", "unsafe_attribute"),
        ("$ [x.y for x in _]", "attribute_of_item"),
        ("$ agent.name", "undefined_name"),
        ("plain {nope}", "undefined_name"),
        ('{"json": ', "syntax_error"),
    ],
)
def test_what_may_work_is_a_warning(code: str, type: str) -> None:
    """What fails only with some inputs, or is meant as plain text, keeps nobody from running."""
    assert _found(_main({"evaluate": {"a": code}})) == [("main[0].evaluate.a", type, "warning")]


@pytest.mark.parametrize(
    "code",
    [
        "$ _.x or NEWLINE",
        "$ [a + b for a, b in zip(_.x, steps[0].output) if a in state]",
        "$ {k: v for k, v in _.items()}",
        "$ re.sub('a', 'b', inputs[0].x) + json.dumps(outputs)",
        "hello {_.name}, {len(steps)}",
        "$ f'''{{{_.x}}}'''",
        "1 + 2",
        "true",
    ],
)
def test_good_expressions_have_no_issues(code: str) -> None:
    """What the language has is accepted without a word."""
    assert validate(_main({"evaluate": {"a": code}})) == []


def test_names_bound_by_a_comprehension_are_known_only_in_it() -> None:
    """A comprehension's variable is undefined after it."""
    assert _found(_main({"evaluate": {"a": "$ [x for x in _] + x"}})) == [
        ("main[0].evaluate.a", "undefined_name", "error")
    ]


def test_a_label_used_twice_is_a_warning() -> None:
    """Two steps of a workflow with one label are pointed out; in two workflows they are fine."""
    step = {"label": "a", "log": "x"}
    assert _found({"main": [step, step], "sub": [step]}) == [
        ("main[1].label", "duplicate_label", "warning")
    ]


def test_completed_tasks_show_kinds_and_defaults() -> None:
    """Answers have `kind_` and every default filled in, in inner steps and sub-workflows too."""
    task = completed(
        {
            "name": "t",
            "main": [
                {"if_": "$ 1", "then": {"tool": "x"}},
                {"foreach": {"in_": "$ []", "do": {"log": "x"}}},
            ],
            "sub": [{"return_": {"x": "1"}}],
        }
    )
    then = {"kind_": "tool_call", "label": None, "tool": "x", "arguments": "_"}
    loop = {"in": "$ []", "do": {"kind_": "log", "label": None, "log": "x"}}
    assert task == {
        "name": "t",
        "main": [
            {"kind_": "if_else", "label": None, "if": "$ 1", "then": then, "else": None},
            {"kind_": "foreach", "label": None, "foreach": loop},
        ],
        "sub": [{"kind_": "return", "label": None, "return": {"x": "1"}}],
    }
    assert completed(task) == task


def test_an_input_that_is_too_deep_is_told() -> None:
    """Nesting beyond what is kept is an error of its step."""
    deep: Any = 1
    for _ in range(150):
        deep = [deep]
    assert "levels deep" in run([{"evaluate": {"a": "$ _"}}], {"a": deep}).output


def test_one_mistake_hides_no_other() -> None:
    """Shapes, names and expressions are told together, shapes first, inside of wrong steps too."""
    task = _main({"if": "$ x", "then": [], "else": {"workflow": "nope"}, "elze": 1})
    task["main"] += [{"sleep": {"hours": 99}}, {"log": "$ ("}]
    assert _found(task) == [
        ("main[0].then", "invalid_shape", "error"),
        ("main[1].sleep", "invalid_shape", "error"),
        ("main[0].else.workflow", "unknown_workflow", "error"),
        ("main[0].if", "undefined_name", "error"),
        ("main[2].log", "syntax_error", "error"),
        ("main[0].elze", "unknown_key", "warning"),
    ]


def test_what_was_meant_is_a_part_of_the_sentence() -> None:
    """Readers of answers get no more than the message."""
    (issue,) = validate(_main({"evalute": {}}))
    assert str(issue.wire()["message"]).endswith("only: evalute; did you mean 'evaluate'?")
    assert "hint" not in issue.wire()


def test_the_first_kind_of_a_step_decides_what_its_keys_are() -> None:
    """With the keys of two kinds it is of the first, and the other key is ignored."""
    step = {
        "evaluate": {"a": "b"},
        "switch": [{"case": "$ x", "then": {"log": "a"}}],
        "sleep": {"x": 1},
    }
    assert [(place, kind) for place, kind, _ in _found(_main(step))] == [
        ("main[0].switch", "unknown_key"),
        ("main[0].sleep", "unknown_key"),
    ]


@pytest.mark.parametrize(
    ("step", "place"),
    [
        ({"get": "n"}, "main[0].get"),
        ({"error": "no"}, "main[0].error"),
        ({"over": "$ _", "map": {"log": "a"}, "reduce": "$ results"}, "main[0].reduce"),
        (
            {"over": "$ _", "map": {"log": "a"}, "reduce": "results", "parallelism": 1},
            "main[0].reduce",
        ),
        ({"over": "$ _", "map": {"log": "a"}, "reduce": "results"}, None),
        (
            {"over": "$ _", "map": {"log": "a"}, "reduce": "$ results", "parallelism": 1},
            None,
        ),
        ({"if": "$ _", "then": {"error": "no"}}, None),
    ],
)
def test_reliance_on_a_repaired_fault_is_told(step: object, place: str | None) -> None:
    """What works here alone is a warning, where the server is strict."""
    found = [issue for issue in validate(_main(step), strict=True) if issue.severity == "warning"]
    assert [issue.location for issue in found] == ([] if place is None else [place])
    assert validate(_main(step)) == []


@pytest.mark.parametrize(
    ("call", "fails"),
    [
        ({"resource": "user", "operation": "create"}, True),
        ({"resource": "session", "operation": "chat"}, True),
        ({"resource": "agent", "subresource": "doc", "operation": "search"}, True),
        ({"resource": "agent", "subresource": "doc", "operation": "create"}, False),
        ({"resource": "user", "operation": "list"}, False),
    ],
)
def test_system_tools_that_only_work_here_are_told(call: object, fails: bool) -> None:
    """Those that hand something over fail on servers of 2025."""
    tools = [{"name": "t", "type": "system", "system": call}]
    found = validate(_main({"tool": "t"}, tools=tools), strict=True)
    assert [issue.location for issue in found] == (["tools[0].system"] if fails else [])


def test_warnings_crowd_out_no_error() -> None:
    """Servers look at the first hundred: what refuses a task is among them."""
    odd = {f"x{number}": number for number in range(200)}
    found = validate({"main": [{"log": "a", **odd}, {"log": "$ ("}]})
    assert (found[0].type, len(found)) == ("syntax_error", 201)
