"""The pytest plugin, as someone uses it who tests code of their own."""

from __future__ import annotations

import inspect
import subprocess
import sys
import textwrap

import numpy as np
import pytest

import julep.testing
from julep.client import Julep
from julep.local.http.server import Running

# In use here: pytester forgets what its runs import, and would import these again in each of them,
# which NumPy refuses.
__all__ = ["Julep", "Running", "np"]

pytest_plugins = ["pytester"]

STRICT = ("-W", "error", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-q")


def run(pytester: pytest.Pytester, source: str) -> pytest.RunResult:
    """Run a user's test file, with warnings as errors."""
    pytester.makepyfile(source)
    return pytester.runpytest_inprocess(*STRICT)


def test_the_example_of_the_docstring_runs(pytester: pytest.Pytester) -> None:
    """What the module shows is a test file that passes."""
    documented = inspect.getdoc(julep.testing) or ""
    lines = [line for line in documented.splitlines() if not line or line.startswith("    ")]
    source = "import pytest\n" + textwrap.dedent("\n".join(lines))
    run(pytester, source).assert_outcomes(passed=3)


def test_what_was_scripted_and_never_used_fails_the_test(pytester: pytest.Pytester) -> None:
    """Once it has passed: what broke it is all that a failing test has to tell."""
    source = """
        import pytest

        def test_reply(julep_server):
            julep_server.replies.add("Hello!")

        def test_result(julep_server):
            julep_server.integrations.add("brave", "search", result={})

        def test_fault(julep_server):
            julep_server.faults.add(path="/agent", status=503)

        def test_meant(julep_server):
            julep_server.web.add(url="https://example.com", status=404)
            julep_server.allow_unused()

        def test_broken(julep_server):
            julep_server.replies.add("Hello!")
            assert False
    """
    done = run(pytester, source)
    done.assert_outcomes(passed=4, errors=3, failed=1)
    done.stdout.fnmatch_lines("*never used: the reply 'Hello!' (allow_unused()*")


def test_many_tests_can_share_a_server(pytester: pytest.Pytester) -> None:
    """`serve` makes one for a fixture of any scope, with the options of `LocalServer`."""
    source = """
        import pytest
        import julep.testing
        from julep import Julep

        @pytest.fixture(scope="module")
        def client():
            with (
                julep.testing.serve(key="mine-123") as server,
                Julep(base_url=server.url, api_key="mine-123") as client,
            ):
                yield client

        def test_first(client):
            client.agents.create(name="Ada")

        def test_second(client):
            assert [agent.name for agent in client.agents.list()] == ["Ada"]
    """
    run(pytester, source).assert_outcomes(passed=2)


def test_replies_and_calls_are_those_of_one_test(pytester: pytest.Pytester) -> None:
    """Texts, tool calls and errors come in order; what was sent to the model is seen."""
    source = """
        import pytest
        from julep import InternalServerError

        @pytest.fixture
        def session(julep):
            agent = julep.agents.create(name="Ada", instructions="Be kind.", model="m")
            function = {"parameters": {"type": "object"}}
            julep.agents.tools.create(agent, name="add", function=function)
            return julep.sessions.create(agent=agent)

        def test_text_then_call(julep, julep_server, session):
            julep_server.replies.add("Hello!")
            julep_server.replies.add(tool_calls=[("add", {"a": 1})])
            assert julep.sessions.chat(session, "hi").text == "Hello!"
            (call,) = julep.sessions.chat(session, "1 + 1").tool_calls
            assert (call.function.name, call.function.arguments) == ("add", '{"a": 1}')
            asked = julep_server.model_calls[-1]
            assert asked["model"] == "m"
            assert "Be kind." in asked["messages"][0]["content"]
            assert [message["content"] for message in asked["messages"][1:]] == [
                "hi", "Hello!", "1 + 1"
            ]

        def test_error(julep, julep_server, session):
            julep_server.replies.add(error="out of tokens")
            with pytest.raises(InternalServerError, match="out of tokens"):
                julep.with_options(max_retries=0).sessions.chat(session, "hi")

        def test_nothing_is_left_of_other_tests(julep, julep_server):
            assert julep.agents.list().to_list() == []
            assert (len(julep_server.replies), julep_server.model_calls) == (0, [])
    """
    run(pytester, source).assert_outcomes(passed=3)


def test_faults_reach_the_client_under_test(pytester: pytest.Pytester) -> None:
    """A status is retried, a dropped connection is too, and a cut stream breaks off."""
    source = """
        import pytest
        from julep import NotFoundError, StreamInterrupted

        def test_status(julep, julep_server):
            julep_server.faults.add(method="GET", path="/agents/*", status=404)
            agent = julep.agents.create(name="Ada")
            with pytest.raises(NotFoundError):
                julep.agents.get(agent)
            assert julep.agents.get(agent).name == "Ada"

        def test_drop(julep, julep_server):
            julep_server.faults.add(method="GET", drop="after")
            assert julep.agents.list().to_list() == []
            assert len(julep_server.faults) == 0

        def test_cut(julep, julep_server):
            julep_server.replies.add("one two three four")
            julep_server.faults.add(path="/sessions/*/chat", cut_after=1)
            session = julep.sessions.create(agent=julep.agents.create(name="Ada"))
            with pytest.raises(StreamInterrupted):
                list(julep.sessions.chat.stream(session, "hi"))
    """
    run(pytester, source).assert_outcomes(passed=3)


def test_the_awaiting_client_works_in_any_loop(pytester: pytest.Pytester) -> None:
    """Under anyio's plugin on both backends, and in loops of one's own, nothing is left open."""
    source = """
        import asyncio
        import gc

        import pytest

        async def talk(client):
            agent = await client.agents.create(name="Ada")
            session = await client.sessions.create(agent=agent)
            async with client.sessions.chat.stream(session, "hi") as stream:
                text = "".join([chunk.text async for chunk in stream])
            assert text.endswith("hi")
            assert agent.id in [one.id async for one in client.agents.list()]

        @pytest.mark.anyio
        async def test_plugin(async_julep):
            await talk(async_julep)

        def test_two_loops(async_julep):
            for _ in range(2):
                asyncio.run(talk(async_julep))
                gc.collect()

        def test_both_clients_see_the_same(julep, async_julep):
            user = julep.users.create(name="Joe")
            assert asyncio.run(async_julep.users.get(user.id)).name == "Joe"
    """
    run(pytester, source).assert_outcomes(passed=4)


def test_time_passes_for_tasks_whatever_loop_the_test_runs_in(pytester: pytest.Pytester) -> None:
    """On asyncio and trio; on the blocking face even while the task is followed."""
    source = """
        import pytest

        STEPS = [{"sleep": {"hours": 1}}, {"evaluate": {"done": "$ True"}}]

        @pytest.mark.anyio
        async def test_awaiting(async_julep, julep_server):
            agent = await async_julep.agents.create(name="Ada")
            task = await async_julep.tasks.create(agent, name="Nap", main=STEPS)
            execution = await async_julep.executions.create(task)
            julep_server.clock.advance(3600)
            assert (await async_julep.executions.get(execution)).output == {"done": True}

        def test_followed(julep, julep_server):
            task = julep.tasks.create(julep.agents.create(name="Ada"), name="Nap", main=STEPS)
            advance = lambda transition: julep_server.clock.advance(3600)
            assert julep.tasks.run(task, on_transition=advance, timeout=10).output == {"done": True}
    """
    run(pytester, source).assert_outcomes(passed=3)


def test_no_test_reaches_a_real_model(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the developer has set for real models is left alone and out of the server."""
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    source = """
        import os

        def test_offline(julep, julep_server):
            assert os.environ["OPENAI_BASE_URL"] == "http://127.0.0.1:9/v1"
            assert "echo" in julep_server.about["model"]
    """
    run(pytester, source).assert_outcomes(passed=1)


def test_pytest_knows_the_fixtures_by_their_docs(pytester: pytest.Pytester) -> None:
    """`pytest --fixtures` lists the three with a sentence each."""
    shown = pytester.runpytest_inprocess(*STRICT, "--fixtures").stdout
    shown.fnmatch_lines_random(["julep_server*", "julep -- *", "async_julep -- *"])


def test_what_is_missing_without_pytest_is_told() -> None:
    """And how to install it, as of what the extras hold."""
    program = "import sys; sys.modules['pytest'] = None; import julep.testing"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stderr.rstrip().endswith(
        "ImportError: julep.testing needs pytest; install it with: python -m pip install pytest"
    )


def test_the_plugin_costs_others_nothing() -> None:
    """Loading it imports neither HTTP nor the models nor the server's own dependencies."""
    heavy = "{'attrs', 'cattrs', 'httpx', 'numpy', 'starlette', 'uvicorn', 'jinja2'}"
    program = f"import sys, pytest; import julep.testing; print({heavy} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("set()", "")
