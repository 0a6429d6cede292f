"""Writes what follows from the contracts' sources, so that none of it can say something else than they do.

contracts/interfaces/I<Name>.vyi    of each contract; in full/ where that name is of a part written by hand
contracts/typed/<name>.py           a typed binding
docs/contracts/<name>.md            its page, from contracts/tables/<name>.toml and the source
genesis.json                        a development network's, with the genesis suite in it

`--check` writes nothing and ends with 1 where a file is not what it would write.
"""

import argparse
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from contracts import load, names
from contracts.library import SOURCES
from node.app.network_folder import DEVELOPMENT_CHAIN_ID, NetworkOptions, create_network
from scripts.generation import bindings, interfaces, pages

ROOT: Final = Path(__file__).resolve().parent.parent


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/generate", description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="only compare; 1 where something is out of date")
    check: bool = parser.parse_args().check
    artifacts = [load(name) for name in names()]
    wanted = {
        **interfaces.files(artifacts, SOURCES / "interfaces"),
        **bindings.files(artifacts, SOURCES / "typed"),
        **pages.files(artifacts, SOURCES / "tables", ROOT / "docs" / "contracts"),
        ROOT / "genesis.json": _genesis(),
    }
    wanted = {path: _formatted(text) if path.suffix == ".py" else text for path, text in wanted.items()}
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    folders = {path.parent: path.suffix for path in wanted if path.suffix != ".json"}
    left_over = [
        path
        for folder, suffix in folders.items()
        for path in folder.glob(f"*{suffix}")
        if path not in wanted and _is_generated(path)
    ]
    for path in sorted([*stale, *left_over]):
        print(("out of date: " if check else "written: ") + str(path.relative_to(ROOT)))
    if check:
        return 1 if stale or left_over else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path])
    for path in left_over:
        path.unlink()
    return 0


def _genesis() -> str:
    """As `jiaozi-node genesis init --development` makes it; its keys are known to all, so it is the same each time."""
    options = NetworkOptions(
        validators=4,
        chain_id=DEVELOPMENT_CHAIN_ID,
        block_period_ms=1000,
        development=True,
        central_bank=None,
        hosts=("127.0.0.1",),
        p2p_port=30303,
        rpc_port=8545,
        timestamp=0,
    )
    with tempfile.TemporaryDirectory() as folder:
        network = create_network(Path(folder) / "net", options, random_bytes=secrets.token_bytes)
        return (network.path / "genesis.json").read_text(encoding="utf-8")


def _is_generated(path: Path) -> bool:
    return interfaces.MARK in path.read_text()


def _formatted(text: str) -> str:
    """As `ruff format` leaves it."""
    ruff = Path(sys.executable).with_name("ruff")
    command = [str(ruff), "format", "--quiet", "--stdin-filename", "generated.py", "-"]
    return subprocess.run(command, cwd=ROOT, input=text, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main())
