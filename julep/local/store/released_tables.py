"""The tables as they were released: never change them here, add a step in `migrations`.

A resource is one JSON text; columns that are searched or joined are read out of it.
"""

from __future__ import annotations


def _resource(name: str, *columns: str) -> str:
    fields = [
        "id TEXT PRIMARY KEY",
        "body TEXT NOT NULL",
        "created_at TEXT AS (body ->> '$.created_at')",
        "updated_at TEXT AS (body ->> '$.updated_at')",
        *columns,
    ]
    return f"""
    CREATE TABLE IF NOT EXISTS {name} ({", ".join(fields)});
    CREATE INDEX IF NOT EXISTS {name}_by_creation ON {name}(created_at);
    """


def _key(name: str, rule: str = "") -> str:
    return f"{name} TEXT AS (body ->> '$.{name}') STORED {rule}"


def _child(parent: str, name: str) -> str:
    return _key(name, f"REFERENCES {parent}(id) ON DELETE CASCADE")


def _index(table: str, columns: str) -> str:
    return f"CREATE INDEX IF NOT EXISTS {table}_by_parent ON {table}({columns});"


SCHEMA = "\n".join(
    (
        _resource("projects", _key("canonical_name", "UNIQUE")),
        _resource("agents", _key("canonical_name", "UNIQUE")),
        _resource("users"),
        _resource("tools", _child("agents", "agent_id"), _key("name"), "UNIQUE (agent_id, name)"),
        _resource("sessions"),
        _resource("entries", _child("sessions", "session_id")),
        _index("entries", "session_id"),
        _resource(
            "docs",
            _child("agents", "agent_id"),
            _child("users", "user_id"),
            _key("owner_id"),
            _key("digest"),
            "UNIQUE (owner_id, digest)",
        ),
        _index("docs", "owner_id, created_at"),
        _resource("files"),
        _resource("secrets", _key("name", "UNIQUE")),
        _resource("tasks", _child("agents", "agent_id"), _key("canonical_name", "UNIQUE")),
        _index("tasks", "agent_id, created_at"),
        _resource("jobs"),
        """
    CREATE TABLE IF NOT EXISTS executions (
        id TEXT PRIMARY KEY,
        task_id TEXT NOT NULL REFERENCES tasks(id) ON DELETE CASCADE,
        job_id TEXT NOT NULL,
        input TEXT NOT NULL,
        metadata TEXT NOT NULL,
        created_at REAL NOT NULL,
        updated_at REAL NOT NULL,
        status TEXT NOT NULL DEFAULT 'queued',
        output TEXT NOT NULL DEFAULT '{}',
        error TEXT,
        transition_count INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX IF NOT EXISTS executions_by_task ON executions(task_id, created_at);
    CREATE INDEX IF NOT EXISTS executions_unfinished ON executions(created_at)
        WHERE status NOT IN ('succeeded', 'failed', 'cancelled');
    CREATE TABLE IF NOT EXISTS origins (
        execution_id TEXT PRIMARY KEY REFERENCES executions(id) ON DELETE CASCADE,
        body TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS transitions (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL,
        execution_id TEXT NOT NULL REFERENCES executions(id) ON DELETE CASCADE,
        key TEXT NOT NULL,
        type TEXT NOT NULL,
        scope_id TEXT NOT NULL,
        body TEXT NOT NULL,
        created_at REAL NOT NULL,
        answer TEXT,
        UNIQUE (execution_id, key)
    );
    CREATE INDEX IF NOT EXISTS transitions_by_execution ON transitions(execution_id, number);
    CREATE TABLE IF NOT EXISTS notes (
        execution_id TEXT NOT NULL REFERENCES executions(id) ON DELETE CASCADE,
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (execution_id, key)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS snippets (
        number INTEGER PRIMARY KEY,
        doc_id TEXT NOT NULL REFERENCES docs(id) ON DELETE CASCADE,
        owner_id TEXT NOT NULL,
        position INTEGER NOT NULL,
        title TEXT NOT NULL,
        content TEXT NOT NULL,
        embedding BLOB
    );
    CREATE INDEX IF NOT EXISTS snippets_by_doc ON snippets(doc_id, position);
    CREATE INDEX IF NOT EXISTS snippets_by_owner ON snippets(owner_id);
    CREATE INDEX IF NOT EXISTS snippets_pending ON snippets(owner_id) WHERE embedding IS NULL;
    CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE VIRTUAL TABLE IF NOT EXISTS snippets_text USING fts5(
        title, content, content='snippets', content_rowid='number',
        tokenize='porter unicode61 remove_diacritics 2'
    );
    CREATE TRIGGER IF NOT EXISTS snippets_added AFTER INSERT ON snippets BEGIN
        INSERT INTO snippets_text(rowid, title, content) VALUES (new.number, new.title, new.content);
    END;
    CREATE TRIGGER IF NOT EXISTS snippets_removed AFTER DELETE ON snippets BEGIN
        INSERT INTO snippets_text(snippets_text, rowid, title, content)
        VALUES ('delete', old.number, old.title, old.content);
    END;
    """,
    )
)

RUNS_OF_LETTERS = """
    CREATE VIRTUAL TABLE snippets_runs USING fts5(
        title, content, content='snippets', content_rowid='number',
        tokenize='trigram', detail='column'
    );
    INSERT INTO snippets_runs(snippets_runs) VALUES ('rebuild');
    CREATE TRIGGER snippets_runs_added AFTER INSERT ON snippets BEGIN
        INSERT INTO snippets_runs(rowid, title, content) VALUES (new.number, new.title, new.content);
    END;
    CREATE TRIGGER snippets_runs_removed AFTER DELETE ON snippets BEGIN
        INSERT INTO snippets_runs(snippets_runs, rowid, title, content)
        VALUES ('delete', old.number, old.title, old.content);
    END;
"""
"""An index of runs of three letters, which finds what is misspelt."""


def _metadata(table: str, parent: str = "") -> str:
    name, columns = f"{table}_metadata", "parent, key, value, created_at, id"

    def pairs(row: str, rows: str = "") -> str:
        metadata, owner = f"{row}.body -> '$.metadata'", f"{row}.{parent}" if parent else "''"
        return f"""
        SELECT {owner}, substr(key, 1, 64),
               CASE type WHEN 'true' THEN type WHEN 'false' THEN type
                    WHEN 'real' THEN CAST(CAST(atom AS INTEGER) AS TEXT)
                    ELSE substr(atom, 1, 64) END,
               {row}.created_at, {row}.id
        FROM {rows} json_tree(CASE WHEN length({metadata}) > 100000
                              THEN '{{"": ""}}' ELSE {metadata} END)
        WHERE atom IS NOT NULL AND typeof(key) = 'text' AND {owner} IS NOT NULL"""  # noqa: S608 - our own names

    add = f"INSERT OR IGNORE INTO {name} ({columns})"
    remove = f"DELETE FROM {name} WHERE ({columns}) IN ({pairs('old')});"  # noqa: S608 - our own names
    return f"""
    CREATE TABLE {name} (
        parent TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
        created_at TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY ({columns})
    ) WITHOUT ROWID;
    {add} {pairs(table, f"{table},")};
    CREATE TRIGGER {name}_added AFTER INSERT ON {table} BEGIN {add} {pairs("new")}; END;
    CREATE TRIGGER {name}_removed AFTER DELETE ON {table} BEGIN {remove} END;
    CREATE TRIGGER {name}_changed AFTER UPDATE OF body ON {table}
    WHEN old.body -> '$.metadata' IS NOT new.body -> '$.metadata' BEGIN
        {remove} {add} {pairs("new")};
    END;
    """


METADATA = "\n".join(
    (
        _metadata("agents"),
        _metadata("users"),
        _metadata("sessions"),
        _metadata("docs", "owner_id"),
        _metadata("tasks", "agent_id"),
    )
)
"""Which resources may have a key of this value in their metadata, by the listing they are in.

Each key of an object counts, however deep, that has a text, a number or a boolean. Values of
different types are told apart by what reads the rows: here 7, 7.5 and "7" are the same.
Metadata of very many keys has only a mark, an empty key: to keep all would hold up others' requests.
"""


def _by_change(table: str, parent: str = "") -> str:
    columns = f"{parent}, updated_at" if parent else "updated_at"
    return f"CREATE INDEX {table}_by_change ON {table}({columns});"


CHANGES = "\n".join(
    (
        *map(_by_change, ("agents", "users", "sessions")),
        _by_change("docs", "owner_id"),
        _by_change("tasks", "agent_id"),
    )
)
"""Indexes for listings in the order of changes. Executions have none: each of their steps is a change."""
