-- A file as step 1 left it, with a row of each kind. Never changed: files like it exist.
CREATE TABLE IF NOT EXISTS projects (id TEXT PRIMARY KEY, body TEXT NOT NULL, created_at TEXT AS (body ->> '$.created_at'), updated_at TEXT AS (body ->> '$.updated_at'), canonical_name TEXT AS (body ->> '$.canonical_name') STORED UNIQUE);
    CREATE INDEX IF NOT EXISTS projects_by_creation ON projects(created_at);


    CREATE TABLE IF NOT EXISTS agents (id TEXT PRIMARY KEY, body TEXT NOT NULL, created_at TEXT AS (body ->> '$.created_at'), updated_at TEXT AS (body ->> '$.updated_at'), canonical_name TEXT AS (body ->> '$.canonical_name') STORED UNIQUE);
    CREATE INDEX IF NOT EXISTS agents_by_creation ON agents(created_at);


    CREATE TABLE IF NOT EXISTS users (id TEXT PRIMARY KEY, body TEXT NOT NULL, created_at TEXT AS (body ->> '$.created_at'), updated_at TEXT AS (body ->> '$.updated_at'));
    CREATE INDEX IF NOT EXISTS users_by_creation ON users(created_at);


    CREATE TABLE IF NOT EXISTS tools (id TEXT PRIMARY KEY, body TEXT NOT NULL, created_at TEXT AS (body ->> '$.created_at'), updated_at TEXT AS (body ->> '$.updated_at'), agent_id TEXT AS (body ->> '$.agent_id') STORED REFERENCES agents(id) ON DELETE CASCADE, name TEXT AS (body ->> '$.name') STORED , UNIQUE (agent_id, name));
    CREATE INDEX IF NOT EXISTS tools_by_creation ON tools(created_at);


    CREATE TABLE IF NOT EXISTS sessions (id TEXT PRIMARY KEY, body TEXT NOT NULL, created_at TEXT AS (body ->> '$.created_at'), updated_at TEXT AS (body ->> '$.updated_at'));
    CREATE INDEX IF NOT EXISTS sessions_by_creation ON sessions(created_at);


    CREATE TABLE IF NOT EXISTS entries (id TEXT PRIMARY KEY, body TEXT NOT NULL, created_at TEXT AS (body ->> '$.created_at'), updated_at TEXT AS (body ->> '$.updated_at'), session_id TEXT AS (body ->> '$.session_id') STORED REFERENCES sessions(id) ON DELETE CASCADE);
    CREATE INDEX IF NOT EXISTS entries_by_creation ON entries(created_at);

CREATE INDEX IF NOT EXISTS entries_by_parent ON entries(session_id);

    CREATE TABLE IF NOT EXISTS docs (id TEXT PRIMARY KEY, body TEXT NOT NULL, created_at TEXT AS (body ->> '$.created_at'), updated_at TEXT AS (body ->> '$.updated_at'), agent_id TEXT AS (body ->> '$.agent_id') STORED REFERENCES agents(id) ON DELETE CASCADE, user_id TEXT AS (body ->> '$.user_id') STORED REFERENCES users(id) ON DELETE CASCADE, owner_id TEXT AS (body ->> '$.owner_id') STORED , digest TEXT AS (body ->> '$.digest') STORED , UNIQUE (owner_id, digest));
    CREATE INDEX IF NOT EXISTS docs_by_creation ON docs(created_at);

CREATE INDEX IF NOT EXISTS docs_by_parent ON docs(owner_id, created_at);

    CREATE TABLE IF NOT EXISTS files (id TEXT PRIMARY KEY, body TEXT NOT NULL, created_at TEXT AS (body ->> '$.created_at'), updated_at TEXT AS (body ->> '$.updated_at'));
    CREATE INDEX IF NOT EXISTS files_by_creation ON files(created_at);


    CREATE TABLE IF NOT EXISTS secrets (id TEXT PRIMARY KEY, body TEXT NOT NULL, created_at TEXT AS (body ->> '$.created_at'), updated_at TEXT AS (body ->> '$.updated_at'), name TEXT AS (body ->> '$.name') STORED UNIQUE);
    CREATE INDEX IF NOT EXISTS secrets_by_creation ON secrets(created_at);


    CREATE TABLE IF NOT EXISTS tasks (id TEXT PRIMARY KEY, body TEXT NOT NULL, created_at TEXT AS (body ->> '$.created_at'), updated_at TEXT AS (body ->> '$.updated_at'), agent_id TEXT AS (body ->> '$.agent_id') STORED REFERENCES agents(id) ON DELETE CASCADE, canonical_name TEXT AS (body ->> '$.canonical_name') STORED UNIQUE);
    CREATE INDEX IF NOT EXISTS tasks_by_creation ON tasks(created_at);

CREATE INDEX IF NOT EXISTS tasks_by_parent ON tasks(agent_id, created_at);

    CREATE TABLE IF NOT EXISTS jobs (id TEXT PRIMARY KEY, body TEXT NOT NULL, created_at TEXT AS (body ->> '$.created_at'), updated_at TEXT AS (body ->> '$.updated_at'));
    CREATE INDEX IF NOT EXISTS jobs_by_creation ON jobs(created_at);


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
PRAGMA user_version = 1;
INSERT INTO projects (id, body) VALUES ('01a2151d-b5b2-7e80-bf2d-28700f8d5450', '{"id":"01a2151d-b5b2-7e80-bf2d-28700f8d5450","name":"Default Project","canonical_name":"default","metadata":{},"created_at":"2026-11-25T23:49:58.322942Z","updated_at":"2026-11-25T23:49:58.322942Z"}');
INSERT INTO agents (id, body) VALUES ('01a2151d-b6d7-7c0f-bbc7-a8348d248c74', '{"id":"01a2151d-b6d7-7c0f-bbc7-a8348d248c74","metadata":{},"project":"default","name":"Ada","canonical_name":"deft_lynx_ec21c588","about":"old","model":"","instructions":[],"default_settings":{},"default_system_template":"{% if agent.name %}You are {{ agent.name }}. {% endif %}{% if agent.about %}About you: {{ agent.about }}. {% endif %}{% if user %}You are talking to a user{% if user.name %}  and their name is {{ user.name }}{% if user.about %}. About the user: {{ user.about }}{% endif %}.{% endif %}{% endif %}{{ \"\\n\" }}{% if session.situation %}Situation: {{ session.situation }}{% endif %}{{ \"\\n\" }}{{ \"\\n\" }}{% if agent.instructions %}Instructions:{{ \"\\n\" }}{% if agent.instructions is string %}{{ agent.instructions }}{{ \"\\n\" }}{% else %}{% for instruction in agent.instructions %}- {{ instruction }}{{ \"\\n\" }}{% endfor %}{% endif %}{{ \"\\n\" }}{% endif %}{% if docs %}Relevant documents:{{ \"\\n\" }}{% for doc in docs %}{{ doc.title }}{{ \"\\n\" }}{% for snippet in doc.content %}{{ snippet }}{{ \"\\n\" }}{% endfor %}---{% endfor %}{% endif %}","created_at":"2026-11-25T23:49:58.615786Z","updated_at":"2026-11-25T23:49:58.615786Z"}');
INSERT INTO users (id, body) VALUES ('01a2151d-b70c-7f53-aabd-aea06da1a9bb', '{"id":"01a2151d-b70c-7f53-aabd-aea06da1a9bb","metadata":{},"project":"default","name":"Joe","about":"","created_at":"2026-11-25T23:49:58.668977Z","updated_at":"2026-11-25T23:49:58.668977Z"}');
INSERT INTO sessions (id, body) VALUES ('01a2151d-b6fb-730f-a1ef-7868bc34140c', '{"id":"01a2151d-b6fb-730f-a1ef-7868bc34140c","metadata":{},"agent":"01a2151d-b6d7-7c0f-bbc7-a8348d248c74","agents":["01a2151d-b6d7-7c0f-bbc7-a8348d248c74"],"user":null,"users":[],"situation":null,"system_template":null,"render_templates":true,"token_budget":null,"context_overflow":null,"auto_run_tools":false,"forward_tool_calls":false,"recall_options":{"mode":"text","limit":10,"lang":"en-US","metadata_filter":{},"num_search_messages":4,"max_query_length":1000,"include_embeddings":true,"trigram_similarity_threshold":0.6},"kind":null,"summary":null,"created_at":"2026-11-25T23:49:58.651218Z","updated_at":"2026-11-25T23:49:58.661002Z"}');
INSERT INTO entries (id, body) VALUES ('01a2151d-b704-7ce9-be1d-4b133e15a7f4', '{"id":"01a2151d-b704-7ce9-be1d-4b133e15a7f4","session_id":"01a2151d-b6fb-730f-a1ef-7868bc34140c","created_at":"2026-11-25T23:49:58.660793Z","timestamp":"2026-11-25T23:49:58.660793Z","role":"user","name":null,"content":[{"type":"text","text":"hi"}],"source":"api_request","tool_calls":null,"tool_call_id":null,"model":"","tokenizer":"openai_tokenizer","token_count":8}');
INSERT INTO entries (id, body) VALUES ('01a2151d-b704-7f81-9776-627d4f6bfad4', '{"id":"01a2151d-b704-7f81-9776-627d4f6bfad4","session_id":"01a2151d-b6fb-730f-a1ef-7868bc34140c","created_at":"2026-11-25T23:49:58.660965Z","timestamp":"2026-11-25T23:49:58.660965Z","role":"assistant","name":null,"content":[{"type":"text","text":"[echo, the offline stand-in for a model] hi"}],"source":"api_response","tool_calls":null,"tool_call_id":null,"model":"","tokenizer":"openai_tokenizer","token_count":21}');
INSERT INTO docs (id, body) VALUES ('01a2151d-b6dc-7bc7-87ce-18134bf20619', '{"id":"01a2151d-b6dc-7bc7-87ce-18134bf20619","metadata":{},"created_at":"2026-11-25T23:49:58.620709Z","updated_at":"2026-11-25T23:49:58.620709Z","title":"Hours","modality":"text","language":"english","embedding_model":"julep-hashing-1024","embedding_dimensions":1024,"owner_id":"01a2151d-b6d7-7c0f-bbc7-a8348d248c74","owner_role":"agent","agent_id":"01a2151d-b6d7-7c0f-bbc7-a8348d248c74","digest":"3343454a4df9736aaa2f0be5dcfe213e052758d87d52bcd827ba1edd1024d8b1"}');
INSERT INTO secrets (id, body) VALUES ('01a2151d-b710-76cf-906d-73b2c4800a67', '{"id":"01a2151d-b710-76cf-906d-73b2c4800a67","created_at":"2026-11-25T23:49:58.672414Z","updated_at":"2026-11-25T23:49:58.672414Z","name":"token","value":"t0ken","description":null,"metadata":null}');
INSERT INTO tasks (id, body) VALUES ('01a2151d-b724-7c28-83ea-05cf18279d7c', '{"name":"T","main":[{"wait_for_input":{"info":{"q":"$ 1"}}},{"evaluate":{"a":"$ _.a"}}],"canonical_name":"brave_swan_5309b781","description":"","input_schema":{},"inherit_tools":false,"metadata":{},"tools":[],"id":"01a2151d-b724-7c28-83ea-05cf18279d7c","agent_id":"01a2151d-b6d7-7c0f-bbc7-a8348d248c74","created_at":"2026-11-25T23:49:58.693076Z","updated_at":"2026-11-25T23:49:58.693076Z"}');
INSERT INTO jobs (id, body) VALUES ('01a2151d-b6dc-7ff8-bc11-f79897faee12', '{"id":"01a2151d-b6dc-7ff8-bc11-f79897faee12","created_at":"2026-11-25T23:49:58.621006Z","updated_at":"2026-11-25T23:49:58.621617Z","name":"embed_docs","has_progress":false,"progress":0.0,"state":"succeeded","reason":"Execution status: succeeded"}');
INSERT INTO jobs (id, body) VALUES ('01a2151d-b728-7d25-8acf-f3a87e045f9a', '{"id":"01a2151d-b728-7d25-8acf-f3a87e045f9a","created_at":"2026-11-25T23:49:58.696834Z","updated_at":"2026-11-25T23:49:58.696834Z","name":"task_execution","has_progress":false,"progress":0.0,"state":"in_progress","reason":"Execution status: in_progress"}');
INSERT INTO executions (id, task_id, job_id, input, metadata, created_at, updated_at, status, output, error, transition_count) VALUES ('01a2151d-b728-7e04-b95d-5f09c861c648', '01a2151d-b724-7c28-83ea-05cf18279d7c', '01a2151d-b728-7d25-8acf-f3a87e045f9a', '{"n": 1}', '{}', 1.79565059869688177108e+09, 1.79565059869802737236e+09, 'awaiting_input', '{"q": 1}', NULL, 2);
INSERT INTO origins (execution_id, body) VALUES ('01a2151d-b728-7e04-b95d-5f09c861c648', '{"task": {"name": "T", "main": [{"wait_for_input": {"info": {"q": "$ 1"}}}, {"evaluate": {"a": "$ _.a"}}], "canonical_name": "brave_swan_5309b781", "description": "", "input_schema": {}, "inherit_tools": false, "metadata": {}, "tools": [], "id": "01a2151d-b724-7c28-83ea-05cf18279d7c", "agent_id": "01a2151d-b6d7-7c0f-bbc7-a8348d248c74", "created_at": "2026-11-25T23:49:58.693076Z", "updated_at": "2026-11-25T23:49:58.693076Z"}, "agent": {"id": "01a2151d-b6d7-7c0f-bbc7-a8348d248c74", "metadata": {}, "project": "default", "name": "Ada", "canonical_name": "deft_lynx_ec21c588", "about": "old", "model": "", "instructions": [], "default_settings": {}, "default_system_template": "{% if agent.name %}You are {{ agent.name }}. {% endif %}{% if agent.about %}About you: {{ agent.about }}. {% endif %}{% if user %}You are talking to a user{% if user.name %}  and their name is {{ user.name }}{% if user.about %}. About the user: {{ user.about }}{% endif %}.{% endif %}{% endif %}{{ \"\\n\" }}{% if session.situation %}Situation: {{ session.situation }}{% endif %}{{ \"\\n\" }}{{ \"\\n\" }}{% if agent.instructions %}Instructions:{{ \"\\n\" }}{% if agent.instructions is string %}{{ agent.instructions }}{{ \"\\n\" }}{% else %}{% for instruction in agent.instructions %}- {{ instruction }}{{ \"\\n\" }}{% endfor %}{% endif %}{{ \"\\n\" }}{% endif %}{% if docs %}Relevant documents:{{ \"\\n\" }}{% for doc in docs %}{{ doc.title }}{{ \"\\n\" }}{% for snippet in doc.content %}{{ snippet }}{{ \"\\n\" }}{% endfor %}---{% endfor %}{% endif %}", "created_at": "2026-11-25T23:49:58.615786Z", "updated_at": "2026-11-25T23:49:58.615786Z"}, "agent_tools": []}');
INSERT INTO transitions (number, id, execution_id, key, type, scope_id, body, created_at, answer) VALUES (1, '01a2151d-b729-79b4-bfee-5bd52184d709', '01a2151d-b728-7e04-b95d-5f09c861c648', 'main:init', 'init', '01a2151d-b729-7923-8b95-62866f2f49b5', '{"id": "01a2151d-b729-79b4-bfee-5bd52184d709", "execution_id": "01a2151d-b728-7e04-b95d-5f09c861c648", "type": "init", "current": {"workflow": "main", "step": 0, "scope_id": "01a2151d-b729-7923-8b95-62866f2f49b5"}, "next": {"workflow": "main", "step": 0, "scope_id": "01a2151d-b729-7923-8b95-62866f2f49b5"}, "output": {"n": 1}, "metadata": {}, "step_label": null, "created_at": "2026-11-25T23:49:58.697612Z", "updated_at": "2026-11-25T23:49:58.697612Z"}', 1.79565059869761157029e+09, NULL);
INSERT INTO transitions (number, id, execution_id, key, type, scope_id, body, created_at, answer) VALUES (2, '01a2151d-b729-7fb5-8899-34b813b1907c', '01a2151d-b728-7e04-b95d-5f09c861c648', 'main/0:wait0', 'wait', '01a2151d-b729-7923-8b95-62866f2f49b5', '{"id": "01a2151d-b729-7fb5-8899-34b813b1907c", "execution_id": "01a2151d-b728-7e04-b95d-5f09c861c648", "type": "wait", "current": {"workflow": "main", "step": 0, "scope_id": "01a2151d-b729-7923-8b95-62866f2f49b5"}, "next": null, "output": {"q": 1}, "metadata": {"task_token": "MDFhMjE1MWQtYjcyOC03ZTA0LWI5NWQtNWYwOWM4NjFjNjQ4OjAxYTIxNTFkLWI3MjktN2ZiNS04ODk5LTM0YjgxM2IxOTA3Yw"}, "step_label": null, "created_at": "2026-11-25T23:49:58.698027Z", "updated_at": "2026-11-25T23:49:58.698027Z"}', 1.79565059869802737236e+09, NULL);
INSERT INTO snippets (number, doc_id, owner_id, position, title, content) VALUES (1, '01a2151d-b6dc-7bc7-87ce-18134bf20619', '01a2151d-b6d7-7c0f-bbc7-a8348d248c74', 0, 'Hours', 'Open on Friday.');
INSERT INTO facts (name, value) VALUES ('embedding_model', 'julep-hashing-1024');
