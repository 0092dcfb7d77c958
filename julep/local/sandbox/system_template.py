"""The system message of agents that bring none."""

from __future__ import annotations

_NEWLINE = '{{ "\\n" }}'

DEFAULT_SYSTEM_TEMPLATE = (
    "{% if agent.name %}You are {{ agent.name }}. {% endif %}"
    "{% if agent.about %}About you: {{ agent.about }}. {% endif %}"
    "{% if user %}You are talking to a user"
    "{% if user.name %}  and their name is {{ user.name }}"
    "{% if user.about %}. About the user: {{ user.about }}{% endif %}.{% endif %}"
    "{% endif %}"
    f"{_NEWLINE}"
    "{% if session.situation %}Situation: {{ session.situation }}{% endif %}"
    f"{_NEWLINE * 2}"
    "{% if agent.instructions %}"
    f"Instructions:{_NEWLINE}"
    "{% if agent.instructions is string %}"
    f"{{{{ agent.instructions }}}}{_NEWLINE}"
    "{% else %}"
    f"{{% for instruction in agent.instructions %}}- {{{{ instruction }}}}{_NEWLINE}{{% endfor %}}"
    "{% endif %}"
    f"{_NEWLINE}"
    "{% endif %}"
    "{% if docs %}"
    f"Relevant documents:{_NEWLINE}"
    "{% for doc in docs %}"
    f"{{{{ doc.title }}}}{_NEWLINE}"
    f"{{% for snippet in doc.content %}}{{{{ snippet }}}}{_NEWLINE}{{% endfor %}}"
    "---"
    "{% endfor %}"
    "{% endif %}"
)
"""The system message of an agent that has no template of its own."""
