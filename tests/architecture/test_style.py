"""Size limits and the rules of arithmetic, checked in the code itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("cli", "dev", "services", "shared")
FUNCTION_LINES = 40
FILE_LINES = 300
ARGUMENTS = 5

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def _functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _where(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def test_no_function_is_longer_than_40_lines() -> None:
    too_long = [
        f"{_where(path, function.lineno)} {function.name}: {length} lines"
        for path in _sources(*CODE)
        if "migrations" not in path.parts
        for function in _functions(path)
        if (length := (function.end_lineno or function.lineno) - function.lineno + 1) > FUNCTION_LINES
    ]
    assert too_long == []


def test_no_file_is_longer_than_300_lines() -> None:
    too_long = [
        f"{path.relative_to(ROOT)}: {length} lines"
        for path in _sources(*CODE)
        if (length := len(path.read_text(encoding="utf-8").splitlines())) > FILE_LINES
    ]
    assert too_long == []


def _arguments(function: Function) -> int:
    """Positional arguments, without `self`."""
    arguments = (*function.args.posonlyargs, *function.args.args)
    return len([argument for argument in arguments if argument.arg not in ("self", "cls")])


def test_no_function_takes_more_than_five_arguments_by_position() -> None:
    too_many = [
        f"{_where(path, function.lineno)} {function.name}: {_arguments(function)} arguments"
        for path in _sources(*CODE)
        for function in _functions(path)
        if _arguments(function) > ARGUMENTS
    ]
    assert too_many == []


def _floats(path: Path) -> Iterator[str]:
    tree = _tree(path)
    seconds = {id(name) for name in _annotations_of_seconds(tree)}
    for node in ast.walk(tree):
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        named = isinstance(node, ast.Name) and node.id == "float" and id(node) not in seconds
        if literal or named:
            yield _where(path, getattr(node, "lineno", 0))


def _annotations_of_seconds(tree: ast.Module) -> Iterator[ast.expr]:
    """`lease_s: float`: seconds may be fractions, money may not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and node.annotation and node.arg.endswith("_s"):
            yield node.annotation
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id.endswith("_s"):
            yield node.annotation


def _where_money_is() -> list[Path]:
    pure = [path for path in _sources("services") if {"domain", "usecases"} & set(path.parts)]
    # Rendering measures lengths on paper, and has no arithmetic of money.
    pure = [path for path in pure if "rendering" not in path.parts]
    shared = [ROOT / "shared" / f"{name}.py" for name in ("money", "mva", "kid")]
    return [*pure, *shared, *_sources("shared/contracts")]


def test_there_is_no_float_near_money() -> None:
    assert [line for path in _where_money_is() for line in _floats(path)] == []


def test_a_decision_of_law_never_asks_for_the_year() -> None:
    """Rules of law are dated data; `if day.year >= 2025` in code is never found again."""
    lines = [
        _where(path, node.lineno)
        for path in _sources(*CODE)
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Compare) and _compares_a_year(node)
    ]
    assert lines == []


def _compares_a_year(node: ast.Compare) -> bool:
    sides = [node.left, *node.comparators]
    reads_year = any(isinstance(side, ast.Attribute) and side.attr == "year" for side in sides)
    fixed_year = any(
        isinstance(side, ast.Constant) and isinstance(side.value, int) and side.value > 1900 for side in sides
    )
    return reads_year and fixed_year


def test_use_cases_never_commit() -> None:
    """The boundary commits, once."""
    lines = [
        _where(path, node.lineno)
        for path in _sources("services")
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Attribute) and node.attr in ("commit", "rollback")
    ]
    assert lines == []
