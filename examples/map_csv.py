"""A task for each line of a CSV file, some of them at a time: is a review good or bad?

`journal="reviews.jsonl"` would let a program that was stopped go on where it was. What the model says
offline, where there is none, comes from `judge`.
"""

import csv
from pathlib import Path
from typing import Any

from _shared import MODEL, Said, connect

FILE = Path(__file__).with_name("reviews.csv")
STEPS: list[dict[str, Any]] = [
    {"prompt": "$ 'Is this review good or bad? ' + _.review", "unwrap": True},
    {"evaluate": {"product": "$ steps[0].input.product", "verdict": "$ _.strip()"}},
]


def judge(messages: list[dict[str, Any]]) -> str:
    """Stand for a model that says one word."""
    review = messages[-1]["content"]
    return "bad" if "broken" in review or "missing" in review else "good"


SAID: list[Said] = [judge] * 4


def main() -> None:
    """Read the file, and judge each review."""
    with FILE.open(encoding="utf-8", newline="") as file, connect(*SAID) as client:
        agent = client.agents.create(name="Judge", model=MODEL)
        task = client.tasks.create(agent, name="Judge", main=STEPS)
        for done in client.tasks.map(task, csv.DictReader(file), concurrency=3):
            print(f"{done.run.output['product']:6} {done.run.output['verdict']}")


if __name__ == "__main__":
    main()
