"""One short program a business case, to copy: run it against `jiaozi-node devnet` and it prints what moved.

`python -m contracts.examples.NAME [--rpc URL]`. Each uses the accounts of a development network; in a program of your
own the keys, and who the parties are, come from you.
"""

import ast
from pathlib import Path

FOLDER = Path(__file__).parent
OTHERS = ("__init__", "__main__", "town")


def names() -> list[str]:
    """Of the stories, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in OTHERS)


def words_of(name: str) -> str:
    """The first sentence of a story's own description."""
    described = ast.get_docstring(ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8")))
    return (described or "").partition("\n")[0]
