"""A task that waits for a person, who answers in the terminal.

The program that starts the task, the one that follows it and the one that answers can be different
ones. With a file for its data, the embedded server goes on where it was, even after a crash.
"""

import sys
from typing import Any

from _shared import MODEL, connect

ORDER = {"who": "Kim", "total": 205}
STEPS: list[dict[str, Any]] = [
    {"wait_for_input": {"info": {"question": "Approve {_.total} for {_.who}?"}}},
    {
        "if": "$ _.approved",
        "then": {"evaluate": {"state": "ordered", "by": "$ _.by"}},
        "else": {"evaluate": {"state": "rejected", "by": "$ _.by"}},
    },
]


def ask(question: str) -> dict[str, Any]:
    """Ask whoever sits at the terminal; nobody there counts as a yes."""
    print("question:", question)
    said = input("y/n: ") if sys.stdin.isatty() else "y"
    return {"approved": said.startswith("y"), "by": "Lee"}


def main() -> None:
    """Start the task, follow it to its end, and answer when it waits."""
    with connect() as client:
        agent = client.agents.create(name="Clerk", model=MODEL)
        task = client.tasks.create(agent, name="Approval", main=STEPS)
        execution = client.executions.create(task, input=ORDER)
        # A resume may take effect a moment after it returns. The next transition shows that it has.
        for transition in client.executions.transitions.stream(execution):
            print("transition:", transition.type)
            if transition.type == "wait":
                client.executions.resume(execution, input=ask(transition.output["question"]))
        output = client.executions.get(execution).output
        print(f"output: {output['state']} by {output['by']}")


if __name__ == "__main__":
    main()
