"""A task from a YAML file: checked before it is sent, then run for two orders.

The large order waits for approval, which `approve` gives. The steps stand in `orders.yaml`.
"""

from pathlib import Path
from typing import Any

from _shared import MODEL, connect

from julep import load_task

ORDERS = [
    {"who": "Kim", "items": [{"qty": 20, "price": 10}, {"qty": 1, "price": 5}]},
    {"who": "Lee", "items": [{"qty": 1, "price": 9}]},
]


def approve(asked: dict[str, Any]) -> dict[str, Any]:
    """Answer the question of a step that waits for input."""
    print("asked:", asked["question"])
    return {"approved": True}


def main() -> None:
    """Check the task, store it, and run it."""
    flow = load_task(Path(__file__).with_name("orders.yaml"))
    print("problems:", [str(problem) for problem in flow.check()])
    with connect() as client:
        agent = client.agents.create(name="Clerk", model=MODEL)
        task = client.tasks.create(agent, flow)
        for order in ORDERS:
            run = client.tasks.run(task, input=order, answer=approve, timeout=60)
            print("output:", run.output)


if __name__ == "__main__":
    main()
