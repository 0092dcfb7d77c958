"""Files, secrets and projects."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.local.conftest import Make


def test_a_file_is_kept_with_its_size_and_sum(http: httpx.Client, make: Make) -> None:
    """What comes back is what was sent, byte by byte."""
    content = bytes(range(256)) * 4
    encoded = base64.b64encode(content).decode()
    file = make("/files", name="a.bin", content=encoded, mime_type="application/octet-stream")
    assert (file["size"], file["hash"]) == (1024, hashlib.sha256(content).hexdigest())
    assert (file["description"], file["project"]) == ("", "default")
    assert http.get(f"/files/{file['id']}").json() == file
    assert http.get("/files").json()[0] == file
    assert http.delete(f"/files/{file['id']}").status_code == 202
    assert http.get(f"/files/{file['id']}").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"name": "a", "content": "not base64!"},
        {"name": "a", "content": ""},
        {"name": "", "content": "aaaa"},
        {"name": "a", "content": "aaaa", "mime_type": "plain"},
    ],
)
def test_files_that_make_no_sense_are_refused(http: httpx.Client, body: dict[str, Any]) -> None:
    """Content must be base64 and there, and a MIME type must be one."""
    assert http.post("/files", json=body).status_code == 422


def test_a_secret_is_never_shown(http: httpx.Client, make: Make) -> None:
    """Answers and lists have a mask in the place of the value."""
    secret = make("/secrets", name="key", value="s3cret", description="d")
    assert (secret["value"], secret["description"]) == ("ENCRYPTED", "d")
    body = {"name": "key2", "value": "t0p"}
    changed = http.put(f"/secrets/{secret['id']}", json=body)
    assert (changed.json()["name"], changed.json()["value"]) == ("key2", "ENCRYPTED")
    listed = http.get("/secrets")
    assert [each["name"] for each in listed.json()] == ["key2"]
    assert "t0p" not in listed.text
    assert http.delete(f"/secrets/{secret['id']}").status_code == 202
    assert http.put(f"/secrets/{secret['id']}", json=body).status_code == 404


def test_the_name_of_a_secret_is_unique(http: httpx.Client, make: Make) -> None:
    """A second secret of a name is a conflict, and so is renaming one to it."""
    make("/secrets", name="one", value="x")
    other = make("/secrets", name="other", value="x")
    body = {"name": "one", "value": "y"}
    assert http.post("/secrets", json=body).status_code == 409
    assert http.put(f"/secrets/{other['id']}", json=body).status_code == 409


@pytest.mark.parametrize("name", ["1a", "a b", "a-b", "", "é", "a\n"])
def test_a_secret_has_the_name_of_a_variable(http: httpx.Client, name: str) -> None:
    """Tasks read secrets by their names, so that only identifiers will do."""
    assert http.post("/secrets", json={"name": name, "value": "x"}).status_code == 422


def test_another_value_leaves_the_rest_of_a_secret(http: httpx.Client, make: Make) -> None:
    """As on servers of 2025, PUT keeps the description and the metadata that it isn't given."""
    secret = make("/secrets", name="kept", value="x", description="d", metadata={"m": 1})
    body = {"name": "kept", "value": "y", "description": "e"}
    changed = http.put(f"/secrets/{secret['id']}", json=body).json()
    assert (changed["description"], changed["metadata"]) == ("e", {"m": 1})


def test_a_secret_that_is_refused_is_not_repeated(http: httpx.Client) -> None:
    """A validation error doesn't send the value back."""
    for body in ({"value": "s3cret"}, {"name": "n", "value": ["s3cret"]}):
        response = http.post("/secrets", json=body)
        assert response.status_code == 422
        assert "s3cret" not in response.text


def test_project_names_are_checked(http: httpx.Client, make: Make) -> None:
    """Canonical names are identifiers and unique."""
    make("/projects", name="P", canonical_name="p_1", metadata={"a": 1})
    assert http.post("/projects", json={"name": "P", "canonical_name": "1p"}).status_code == 422
    assert http.post("/projects", json={"name": "P", "canonical_name": "p_1"}).status_code == 409
    found = http.get("/projects", params={"metadata_filter.a": "1"}).json()["items"]
    assert [project["canonical_name"] for project in found] == ["p_1"]
    assert http.get(f"/projects/{uuid4()}").status_code == 404
