"""Copied as `sitecustomize.py` into the tree under test: every Python started there lacks the packages that a
production install lacks.

The files of those packages are listed in `not_installed.txt` beside it.
"""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

_NOT_INSTALLED = frozenset(Path(__file__).with_name("not_installed.txt").read_text(encoding="utf-8").splitlines())


class _ProductionFinder(PathFinder):
    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = super().find_spec(fullname, path, target)
        return None if spec is not None and spec.origin in _NOT_INSTALLED else spec


if __name__ == "sitecustomize":
    sys.meta_path = [_ProductionFinder if finder is PathFinder else finder for finder in sys.meta_path]
