"""What notebooks show: models, lists, answers and runs as HTML.

It is imported when a notebook first asks for it.
"""

from __future__ import annotations

from .views import html_of, list_html, page_html, waiting_html

__all__ = ["html_of", "list_html", "page_html", "waiting_html"]
