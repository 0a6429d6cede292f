"""`jiaozi-node export | import | verify`: blocks as files, and a data folder checked from genesis to head."""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from node.app.assembly import open_chain
from node.app.config import ENGINES
from node.app.errors import BadFolder
from node.app.folder import NodeFolder, read_genesis
from node.chain.chain import Chain
from node.chain.transfer import export_blocks, import_blocks
from node.chain.verify import verify_chain
from node.cli.arguments import Commands, add_command, print_json, talk
from node.execution.engines import load_engine


def register(commands: Commands) -> None:
    export = add_command(
        commands,
        "export",
        "Write blocks with their certificates to a file. The node must be stopped.",
        "jiaozi-node export blocks.rlp --data-dir ./net/node-1",
    )
    export.add_argument("file", type=Path, metavar="FILE")
    export.add_argument("--data-dir", type=Path, required=True, metavar="DIR")
    export.add_argument("--first", type=int, default=1, metavar="N", help="default 1")
    export.add_argument("--last", type=int, metavar="N", help="default: the head")
    export.set_defaults(call=call_export)

    import_ = add_command(
        commands,
        "import",
        "Bring in the blocks of a file: each is checked and executed. The node must be stopped.",
        "jiaozi-node import blocks.rlp --data-dir ./net/node-5",
    )
    import_.add_argument("file", type=Path, metavar="FILE", help="made by export, or a foreign chain's blocks")
    import_.add_argument(
        "--data-dir", type=Path, metavar="DIR", help="default with --genesis: check only, keep nothing"
    )
    import_.add_argument("--genesis", type=Path, metavar="FILE", help="default: the data folder's genesis.json")
    import_.add_argument("--foreign", action="store_true", help="a chain sealed by nobody we know, by Ethereum's rules")
    import_.add_argument("--engine", choices=ENGINES, default="auto")
    import_.set_defaults(call=call_import)

    verify = add_command(
        commands,
        "verify",
        "Check every record of a data folder, from genesis to head. The node must be stopped.",
        "jiaozi-node verify --data-dir ./net/node-1",
    )
    verify.add_argument("--data-dir", type=Path, required=True, metavar="DIR")
    verify.set_defaults(call=call_verify)


def call_export(arguments: argparse.Namespace) -> int:
    with _chain(arguments.data_dir, None, "auto") as chain:
        last = chain.head.number if arguments.last is None else arguments.last
        if not 0 < arguments.first <= last <= chain.head.number:
            raise BadFolder(
                str(arguments.data_dir), f"has blocks 1 to {chain.head.number}, not {arguments.first} to {last}"
            )
        with arguments.file.open("wb") as file:
            for raw in export_blocks(chain, arguments.first, last):
                file.write(raw)
    count = last - arguments.first + 1
    _report(arguments, {"file": str(arguments.file), "blocks": count}, f"{count} blocks written to {arguments.file}")
    return 0


def call_import(arguments: argparse.Namespace) -> int:
    with _chain(arguments.data_dir, arguments.genesis, arguments.engine, foreign=arguments.foreign) as chain:
        with _opened(arguments.file) as file:
            count = import_blocks(chain, file, lambda number: _progress(number, None))
        head = chain.head
    if arguments.data_dir is not None and not NodeFolder(arguments.data_dir).genesis_path.exists():
        shutil.copyfile(arguments.genesis, NodeFolder(arguments.data_dir).genesis_path)
    result = {"blocks": count, "head": head.number, "hash": "0x" + head.hash.hex()}
    text = (
        f"{count} blocks in, every header field recomputed and equal; head is block {head.number}, 0x{head.hash.hex()}"
    )
    _report(arguments, result, text)
    return 0


def call_verify(arguments: argparse.Namespace) -> int:
    with _chain(arguments.data_dir, None, "auto") as chain:
        verify_chain(chain, _progress)
        head = chain.head
    result = {"head": head.number, "hash": "0x" + head.hash.hex(), "genesis": "0x" + chain.genesis_hash.hex()}
    text = f"blocks 0 to {head.number} hold: links, roots, receipts, certificates and the head's state"
    _report(arguments, result, text)
    return 0


@contextmanager
def _chain(data_dir: Path | None, genesis_path: Path | None, engine: str, *, foreign: bool = False) -> Iterator[Chain]:
    """The chain of a data folder, or of a temporary one where only a genesis is given."""
    with tempfile.TemporaryDirectory(prefix="jiaozi-") as scratch:
        folder = NodeFolder(data_dir or Path(scratch))
        if data_dir is None and genesis_path is None:
            raise BadFolder("import", "needs --data-dir, or --genesis to check a file without keeping it")
        genesis = read_genesis(genesis_path or folder.genesis_path)
        if foreign != (genesis.config.qbft is None):
            kind = "a foreign chain's: pass --foreign" if not foreign else "of a Jiaozi network: leave --foreign out"
            raise BadFolder(str(genesis_path or folder.genesis_path), f"is {kind}")
        chain, store = open_chain(folder.database_path, genesis, load_engine(engine), archive=folder.config().archive)
        try:
            yield chain
        finally:
            store.close()


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadFolder(str(path), f"cannot be read: {error.strerror}") from error
    with file:
        yield file


def _progress(done: int, total: int | None) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[Kblock {done}" + (f" of {total}" if total is not None else ""))
        if done == total:
            sys.stderr.write("\n")
        sys.stderr.flush()


def _report(arguments: argparse.Namespace, result: dict[str, object], text: str) -> None:
    if arguments.json:
        print_json(result)
    else:
        talk(text)
