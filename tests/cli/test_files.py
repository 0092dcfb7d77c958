"""What reads files: `check`, `docs add`, and `search` after it."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

from julep import Julep
from tests.cli.conftest import Terminal


def test_what_is_wrong_with_a_task_is_told_at_its_place(terminal: Terminal, tmp_path: Path) -> None:
    """File, line and column, with status 1; a file that is right is said to be."""
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text("name: ${name}\nmain:\n- evaluate: {n: $ 1}\n")
    bad.write_text("name: x\nmain:\n- evalate: {n: $ 1}\n")
    done = terminal.run("check", str(good), str(bad), "--var", "name=x")
    told = done.stdout.splitlines()
    assert (done.returncode, told[0]) == (1, f"{good}: ok")
    assert told[1].startswith(f"{bad}:3:")
    objects = [
        json.loads(line)
        for line in terminal.run("check", str(good), str(bad), "--json").stdout.splitlines()
    ]
    assert [list(one) for one in objects] == [["file", "ok", "problems"]] * 2
    assert [one["ok"] for one in objects] == [False, False]
    assert "name" in objects[0]["problems"][0]["message"]


def test_stdin_is_checked_too(terminal: Terminal) -> None:
    """As `-`."""
    done = terminal.run("check", "-", typed='{"name": "x", "main": [{"evaluate": {"n": "$ 1"}}]}')
    assert (done.returncode, done.stdout) == (0, "<stdin>: ok\n")


def test_a_folder_becomes_documents_that_are_found(
    terminal: Terminal, client: Julep, tmp_path: Path
) -> None:
    """Each file once; what isn't text is skipped with a reason."""
    folder = tmp_path / "handbook"
    folder.mkdir()
    (folder / "garden.md").write_text("The hidden garden opens at nine.")
    (folder / "picture.png").write_bytes(b"\xff\xd8")
    name = f"Librarian {uuid4()}"
    agent = client.agents.create(name=name)
    added = terminal.run("docs", "add", str(folder), "--agent", name)
    assert added.stdout.splitlines() == [
        "+ handbook/garden.md",
        f"! {folder / 'picture.png'}: not text in UTF-8",
        "1 added, 0 changed, 0 unchanged, 0 removed, 1 skipped",
    ]
    again = json.loads(terminal.run("docs", "add", str(folder), "--agent", name, "--json").stdout)
    assert list(again) == ["added", "changed", "unchanged", "removed", "skipped"]
    (doc,) = client.agents.docs.list(agent)
    assert again["unchanged"] == [{"id": doc.id, "path": "handbook/garden.md"}]
    found = terminal.run("search", "hidden", "garden", "--agent", name).stdout.split("\t")
    assert found[1:] == ["garden.md", doc.id, "The hidden garden opens at nine.\n"]
    (hit,) = terminal.run("search", "garden", "--agent", name, "--json").stdout.splitlines()
    assert json.loads(hit)["id"] == doc.id


def test_an_owner_is_needed(terminal: Terminal, tmp_path: Path) -> None:
    """One, and not two."""
    done = terminal.run("docs", "add", str(tmp_path))
    assert (done.returncode, "--agent or by --user" in done.stderr) == (2, True)
