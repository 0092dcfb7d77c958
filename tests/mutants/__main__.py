"""Try whether tests notice when pure code is wrong: `python -m tests.mutants [MODULE …]`.

Each mutant is a module with one small change, on which the nearest tests must fail. Those that live
are printed; `--sample 40 --seed 1` tries so many of all. The exit status is 1 if any lives
that `explained.py` has no reason for.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from .explained import EXPLAINED
from .mutations import Mutant, mutants
from .trial import Trial, copied, nearest_tests

ROOT: Final = Path(__file__).parent.parent.parent
_NAMES: Final = """
_checks _masking _paths _query _retry
_keywords/misspelt _keywords/names _pages/filters _pages/pages
_server_errors/bodies _server_errors/hints
_shapes/annotations _shapes/base _shapes/build _shapes/classes _shapes/containers
_shapes/docstrings _shapes/records _shapes/unions _shapes/values _shapes/wrappers _sse
types/_json types/_plain types/_tool_calls
local/json_text local/origins local/urls
local/chat/context_window local/chat/tool_results local/chat/transcript
local/fields/checks local/fields/combined local/fields/form local/fields/problems
local/models/completion_objects local/models/completion_stream local/models/embeddings
local/models/keywords local/models/normalized local/models/settings local/models/token_count
local/outbound/addresses
local/resources/names local/resources/recall_options
local/search/cover_density local/search/fts_query local/search/languages local/search/ranking
local/search/text_search local/search/trigrams
local/store/execution_log local/store/metadata_filter local/store/migrations local/store/page
local/workflow/http_json local/workflow/masking local/workflow/position local/workflow/scope
local/workflow/status local/workflow/steps/concurrency local/workflow/steps/retries
local/workflow/task_token local/workflow/tasks local/workflow/toolset
"""
PURE: Final = tuple(f"julep/{name}.py" for name in _NAMES.split())
"""What decides and reckons, without a wire, a file or a clock."""


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """The exit status: 1 if an unexplained mutant lives."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("modules", nargs="*", default=PURE, metavar="MODULE")
    parser.add_argument("--sample", type=int, metavar="N", help="try N mutants, not all")
    parser.add_argument("--seed", type=int, default=1, help="which ones; default 1")
    options = parser.parse_args(arguments)
    chosen = _chosen(root, options.modules, options.sample, options.seed)
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place:
        copy = copied(root, Path(place))
        for module, pairs in groupby(chosen, key=lambda pair: pair[0]):
            trial = Trial(copy, module, nearest_tests(copy, module))
            for _, mutant in pairs:
                counts[_fate(trial, mutant)] += 1
    _say(f"{len(chosen)} mutants: {', '.join(f'{n} {fate}' for fate, n in sorted(counts.items()))}")
    return 1 if counts["live"] else 0


def _chosen(
    root: Path, files: Sequence[str], sample: int | None, seed: int
) -> list[tuple[str, Mutant]]:
    sources = [(file, (root / file).read_text(encoding="utf-8")) for file in files]
    every = [(file, mutant) for file, source in sources for mutant in mutants(source)]
    if sample is None or sample >= len(every):
        return every
    return sorted(random.Random(seed).sample(every, sample))


def _fate(trial: Trial, mutant: Mutant) -> str:
    if mutant.name in EXPLAINED.get(trial.module, {}):
        return "explained"
    if trial.kills(mutant):
        return "killed"
    _say(f"{trial.module}:{mutant.line}: {mutant.name}")
    return "live"


def _say(line: str) -> None:
    # Seen at once, also where the output goes to a file: a run takes minutes.
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
