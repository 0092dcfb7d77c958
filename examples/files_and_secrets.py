"""Files that go up and come down, and a key that tasks use and nobody can read.

A second start of the program finds the secret, and gives it the new value.
"""

import tempfile
from pathlib import Path

from _shared import connect

from julep import Julep

FILE = Path(__file__).with_name("handbook") / "garden.txt"


def main() -> None:
    """Store a file and a secret, and look at what is there."""
    with connect() as client, tempfile.TemporaryDirectory() as folder:
        file = client.files.upload(FILE)
        print("stored:", file.name, file.mime_type)
        copy = client.files.download(file, to=Path(folder) / "copy.txt")
        print("the same:", copy.read_bytes() == FILE.read_bytes())
        client.files.delete(file)

        for value in ("first key", "second key"):
            keep_secret(client, "weather_key", value)
        print("secrets:", [(secret.name, secret.value) for secret in client.secrets.list()])


def keep_secret(client: Julep, name: str, value: str) -> None:
    """Create a secret, or change it if it is there. Tools of tasks read it as `secrets.NAME`."""
    for secret in client.secrets.list():
        if secret.name == name:
            client.secrets.update(secret, name=name, value=value, description="For the weather")
            return
    client.secrets.create(name=name, value=value, description="For the weather")


if __name__ == "__main__":
    main()
