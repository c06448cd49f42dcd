"""The project's words are the field's standard terms; an earlier dialect must not come back.

Ordinary English stays possible: a word that is only poor as a name ("one", "found", "said") is banned as a name alone.
Decisions are history and keep their words; the glossary names the words that it replaces.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
FOLDERS = ("cli", "dev", "services", "shared", "tests")
HISTORY = ROOT / "docs" / "decisions"
GLOSSARY = ROOT / "docs" / "glossary.md"

EVERYWHERE: Mapping[str, str] = {
    "desk": "client",
    "evidence": "records",
    "fact": "event",
    "facts": "events",
    "hear": "receive, subscribe",
    "heard": "received",
    "hears": "receives, subscribes",
    "house": "system, common",
    "houses": "system, common",
    "ladder": "backoff",
    "lapse": "expire",
    "lapsed": "expired",
    "lapses": "expires",
    "mischief": "faults",
    "pace": "throttle",
    "paced": "throttled",
    "pacing": "throttling",
    "testified": "recorded",
    "testifies": "records",
    "testify": "record",
    "testimony": "records",
    "unnumbered": "ready to confirm",
    "unruly": "faulty",
    "witness": "mail log",
    "witnesses": "mail logs",
}
"""Banned in names, in prose, and in strings that are names. Word → what to use instead."""

IN_NAMES: Mapping[str, str] = {
    "across": "reconciliation, between",
    "asked": "…_query",
    "filing": "failure store, parking",
    "introduce": "set_keys, register",
    "said": "emitted",
    "say": "emit",
    "says": "emits, publishes",
    "stage": "local system",
    "tell": "notify, emit",
    "tells": "notifies, emits",
    "told": "changes, events, notified",
    "wanted": "…_query, expected",
    "wish": "…_query",
    "wishes": "…_query",
}
"""Banned as a word of a name. A test's name is a sentence and may use them."""

AS_NAMES: Mapping[str, str] = {
    "Part": "PageRequest",
    "Place": "ServiceSpec",
    "Search": "…Query",
    "cast_of": "start_processes",
    "collector_at_rest": "gc_paused",
    "each": "what it is",
    "found": "what it is",
    "kept": "what it is",
    "made": "what it is",
    "one": "what it is",
    "print_": "print_job",
}
"""Banned as a whole name."""

MODULES: Mapping[str, str] = {"news": "reactions", "seen": "locked_draft"}
HOME_OF_CLASS: Mapping[str, str] = {
    "Draft": "services/documents/domain/draft.py",
    "Refused": "shared/problems.py",
}
"""Classes that may be defined in one file only."""
PHRASES = re.compile(r"\bin fact\b", re.IGNORECASE)
"""Ordinary English with a banned word in it."""


class Text(NamedTuple):
    path: Path
    line: int
    text: str


def test_no_name_uses_a_banned_word() -> None:
    findings = [
        finding
        for name in _names()
        for finding in (
            *_banned(name, _words(name.text), EVERYWHERE),
            *_banned(name, [] if name.text.startswith("test_") else _words(name.text), IN_NAMES),
            *_banned(name, [name.text], AS_NAMES),
        )
    ]
    assert findings == []


def test_no_string_that_is_a_name_uses_a_banned_word() -> None:
    assert [finding for text in _name_strings() for finding in _banned(text, _words(text.text), EVERYWHERE)] == []


def test_no_alias_in_sql_uses_a_banned_word() -> None:
    findings = [
        finding
        for alias in _sql_aliases()
        for finding in (
            *_banned(alias, _words(alias.text), EVERYWHERE),
            *_banned(alias, _words(alias.text), IN_NAMES),
            *_banned(alias, [alias.text], AS_NAMES),
        )
    ]
    assert findings == []


def test_no_comment_docstring_or_page_uses_a_banned_word() -> None:
    texts = (*_comments(), *_docstrings(), *_pages())
    assert [
        finding for text in texts for finding in _banned(text, _words(PHRASES.sub("", text.text)), EVERYWHERE)
    ] == []


def test_no_module_has_a_banned_name() -> None:
    findings = [
        finding
        for path in _sources()
        for finding in (
            *_banned(Text(path, 1, path.stem), [path.stem], MODULES),
            *_banned(Text(path, 1, path.stem), [] if path.stem.startswith("test_") else _words(path.stem), IN_NAMES),
            *_banned(Text(path, 1, path.stem), _words(path.stem), EVERYWHERE),
        )
    ]
    assert findings == []


def test_a_class_with_a_reserved_name_is_defined_in_its_home() -> None:
    strays = [
        f"{_where(path, node.lineno)}: {node.name} is defined in {HOME_OF_CLASS[node.name]}"
        for path in _sources()
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ClassDef) and _where(path) != HOME_OF_CLASS.get(node.name, _where(path))
    ]
    assert strays == []


def test_the_check_finds_what_it_should() -> None:
    source = Text(Path(__file__), 1, "HouseSettings told_first one_of_them print_")
    assert list(_banned(source, _words("HouseSettings"), EVERYWHERE)) != []
    assert list(_banned(source, _words("told_first"), IN_NAMES)) != []
    assert list(_banned(source, ["print_"], AS_NAMES)) != []
    assert list(_banned(source, ["one_of_them"], AS_NAMES)) == []
    assert list(_banned(source, _words("a factory of warehouses"), EVERYWHERE)) == []


def _banned(text: Text, words: list[str], table: Mapping[str, str]) -> Iterator[str]:
    for word in words:
        if word in table:
            yield f"{_where(text.path, text.line)}: {word} → {table[word]}"


def _words(text: str) -> list[str]:
    """Lower-case words of prose, snake_case, CamelCase and UPPER_CASE alike."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-zæøå])|[A-ZÆØÅ]?[a-zæøå]+", text)]


def _where(path: Path, line: int | None = None) -> str:
    name = path.relative_to(ROOT).as_posix()
    return name if line is None else f"{name}:{line}"


@cache
def _sources() -> tuple[Path, ...]:
    files = (path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py")))
    return tuple(path for path in files if path != Path(__file__))


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _names() -> Iterator[Text]:
    """Every name that our code gives to something; names of other libraries are only used, not given."""
    for path in _sources():
        for node in ast.walk(_tree(path)):
            for name in _names_given_by(node):
                yield Text(path, getattr(node, "lineno", 1), name)


def _names_given_by(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()) | ast.arg(arg=name):
            yield name
        case ast.keyword(arg=str(name)) | ast.alias(asname=str(name)) | ast.ExceptHandler(name=str(name)):
            yield name
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name


def _name_strings() -> Iterator[Text]:
    """Strings without spaces: columns, states, codes, settings, keys of JSON."""
    for path in _sources():
        for node in ast.walk(_tree(path)):
            match node:
                case ast.Constant(value=str(text)) if re.fullmatch(r"[\w.-]+", text):
                    yield Text(path, node.lineno, text)


def _sql_aliases() -> Iterator[Text]:
    """What SQL in our strings names with `as`, and the tables of a `with`."""
    for path in _sources():
        for node in ast.walk(_tree(path)):
            match node:
                case ast.Constant(value=str(text)) if re.search(r"\b(select|update|insert into)\b", text):
                    for alias in re.findall(r"\bas (\w+)\b|\b(\w+) as \(", text):
                        yield Text(path, node.lineno, "".join(alias))


def _docstrings() -> Iterator[Text]:
    """Docstrings of modules, classes, functions and attributes, line by line."""
    for path in _sources():
        for node in ast.walk(_tree(path)):
            match node:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    yield from (Text(path, node.lineno + n, line) for n, line in enumerate(text.splitlines()))


def _comments() -> Iterator[Text]:
    for path in _sources():
        for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
            if token.type == tokenize.COMMENT:
                yield Text(path, token.start[0], token.string)


def _pages() -> Iterator[Text]:
    pages = [*ROOT.glob("*.md"), *(page for folder in ("docs", *FOLDERS) for page in (ROOT / folder).rglob("*.md"))]
    for path in sorted(pages):
        if path != GLOSSARY and not path.is_relative_to(HISTORY):
            lines = path.read_text(encoding="utf-8").splitlines()
            yield from (Text(path, n, line) for n, line in enumerate(lines, start=1))
