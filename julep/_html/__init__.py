"""What notebooks show: models, lists, answers and runs as HTML.

It is imported when a notebook first asks for it.
"""

from __future__ import annotations

from .views import error_html, html_of, page_html, waiting_html

__all__ = ["error_html", "html_of", "page_html", "waiting_html"]
