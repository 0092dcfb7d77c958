"""Attack a server with all templates of the tests: `python -m tests.attacks`.

Each is sent as a message of a chat, while another caller reads a session and has a template of its
own rendered. Prints what escaped, the longest that the other one waited, and the server's memory.
"""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor

import attrs

from julep import APIError, Julep, Session
from julep.local import LocalServer

from .local.sandbox.test_template_limits import GREEDY
from .local.sandbox.test_template_reach import ESCAPES, FORBIDDEN, SECRET

_LONGEST_WAIT = 0.25
_PAUSE = 0.005


@attrs.define
class _Report:
    attacks: int = 0
    escaped: list[str] = attrs.field(factory=list[str])
    held: list[tuple[str, float]] = attrs.field(factory=list[tuple[str, float]])


def _attack(client: Julep, template: str) -> str:
    session = client.sessions.create(agent=client.agents.create(name="Ada"))
    try:
        return client.sessions.chat(session, template).text
    except APIError as error:
        return str(error)


def _longest_wait(client: Julep, session: Session, until: Future[str]) -> float:
    longest = 0.0
    while not until.done():
        start = time.perf_counter()
        client.sessions.get(session)
        client.sessions.render(session, "{{ agent.name }}")
        longest = max(longest, time.perf_counter() - start)
        time.sleep(_PAUSE)
    return longest


def _run(server: LocalServer) -> _Report:
    report = _Report()
    with Julep(base_url=server.url, api_key=server.key) as client, ThreadPoolExecutor(1) as other:
        session = client.sessions.create(agent=client.agents.create(name="Eve"))
        client.sessions.render(session, "{{ 'the first worker starts' }}")
        for template in [*ESCAPES, *GREEDY.values()]:
            report.attacks += 1
            sent = other.submit(_attack, client, template)
            report.held.append((template[:60], _longest_wait(client, session, sent)))
            if FORBIDDEN.search(sent.result()):
                report.escaped.append(template)
    return report


def main() -> int:
    """The exit status: 1 when a template escaped, or held the other caller for too long."""
    os.environ[SECRET] = "s3cr3t"
    with LocalServer() as server:
        report = _run(server)
    print(f"{report.attacks} attacks, {len(report.escaped)} escaped {report.escaped}")
    over = [(template, wait) for template, wait in report.held if wait > _LONGEST_WAIT]
    print(
        f"longest wait {max(wait for _, wait in report.held):.3f} s, over {_LONGEST_WAIT}: {over}"
    )
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not there on Windows

        print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return bool(report.escaped or over)


if __name__ == "__main__":
    sys.exit(main())
