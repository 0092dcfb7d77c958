"""A conversation whose answers appear while they are written.

Say lines of your own after the program's name:

    python examples/streaming_chat.py "Are you open today?" "And tomorrow?"
"""

import sys

from _shared import MODEL, connect

from julep import StreamInterrupted

LINES = sys.argv[1:] or ["When is the library open?", "And on Friday?"]


def main() -> None:
    """Say each line, and show the answer piece by piece."""
    with connect() as client:
        agent = client.agents.create(name="Librarian", model=MODEL, instructions="Answer briefly.")
        user = client.users.create(name="Ada", about="Reads novels.")
        session = client.sessions.create(agent=agent, user=user)
        for line in LINES:
            print("Ada:      ", line)
            print("librarian:", end=" ")
            try:
                with client.sessions.chat.stream(session, line) as chunks:
                    for chunk in chunks:
                        print(chunk.text, end="", flush=True)
            except StreamInterrupted as error:
                print(f"\n(broke off: {error})")
            else:
                print(f"\n({len(chunks.text.split())} words, {chunks.finish_reason})")


if __name__ == "__main__":
    main()
