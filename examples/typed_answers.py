"""An answer that a program can go on with: a value of a class, not a text.

The model is given the JSON Schema of the class. What it says offline, where there is no model, stands
in `SAID`: first something that does not fit, and then, asked once more, something that does.
"""

from dataclasses import dataclass
from typing import Literal

from _shared import MODEL, Said, connect

LETTER = "My name is Ada. The lamp I bought came broken, and I need it on Friday!"
SAID: list[Said] = [
    "Ada is angry about a lamp.",
    '{"customer": "Ada", "mood": "angry", "wants": ["a new lamp", "delivery by Friday"]}',
]


@dataclass
class Ticket:
    """What a customer writes about."""

    customer: str
    mood: Literal["glad", "calm", "angry"]
    wants: list[str]


def main() -> None:
    """Read a letter."""
    with connect(*SAID) as client:
        agent = client.agents.create(name="Clerk", model=MODEL)
        session = client.sessions.create(agent=agent)
        ticket = client.sessions.chat.parse(session, LETTER, Ticket, repair=1).parsed
        print(f"{ticket.customer} is {ticket.mood} and wants:")
        for wish in ticket.wants:
            print("-", wish)


if __name__ == "__main__":
    main()
