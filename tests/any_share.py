"""Print how many annotations of the embedded server hold Any: `python -m tests.any_share`.

Counted are the annotations of parameters, returns, variables and attributes. One holds Any when it
names it, or an alias that does: then a misspelt key is no error of a type checker.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import julep

PACKAGE = Path(julep.__file__).parent


def main() -> None:
    """Print the share of each package, and of the whole."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")}
    loose = loose_names(dict(chain.from_iterable(map(aliases, trees.values()))))
    packages: dict[str, Counter[bool]] = {}
    for path in sorted((PACKAGE / "local").rglob("*.py")):
        package = path.relative_to(PACKAGE / "local").parts[0]
        found = Counter(not loose.isdisjoint(names_in(each)) for each in hints(trees[path]))
        packages.setdefault(package, Counter()).update(found)
    whole = sum(packages.values(), Counter[bool]())
    for package, count in {**packages, "whole": whole}.items():
        if total := count.total():
            print(f"{package:16} {count[True]:4} of {total:4} {count[True] / total:6.1%}")


def hints(tree: ast.AST) -> Iterator[ast.expr]:
    """The annotations of a module; what marks a type alias is none."""
    for node in ast.walk(tree):
        match node:
            case ast.AnnAssign(annotation=found) if "TypeAlias" in names_in(found):
                pass
            case (
                ast.arg(annotation=ast.expr() as found)
                | ast.FunctionDef(returns=ast.expr() as found)
                | ast.AsyncFunctionDef(returns=ast.expr() as found)
                | ast.AnnAssign(annotation=found)
            ):
                yield found
            case _:
                pass


def aliases(tree: ast.AST) -> Iterator[tuple[str, set[str]]]:
    """The type aliases of a module, marked or not, and the names in what each stands for."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.AnnAssign(ast.Name(name), ast.Name("TypeAlias"), ast.expr() as value)
                | ast.Assign(targets=[ast.Name(name)], value=ast.Subscript() as value)
            ):
                yield name, names_in(value)
            case _:
                pass


def loose_names(known: dict[str, set[str]]) -> set[str]:
    """`Any`, and the aliases that hold it, through others too."""
    loose = {"Any"}
    while more := {name for name, held in known.items() if held & loose} - loose:
        loose |= more
    return loose


def names_in(expression: ast.expr) -> set[str]:
    """The names in an expression, quoted ones too."""
    return set(re.findall(r"\w+", ast.unparse(expression)))


if __name__ == "__main__":
    main()
