"""jiaozi-node: argv and node.toml in, one call into `node.app` out.

Results go to standard output (`--json` for programs), talk and errors to standard error. Exit codes: 0 done,
1 refused or failed, 2 wrong usage.
"""

import argparse
import sys
from collections.abc import Sequence

from contracts import ContractsError
from node.app.errors import AppError
from node.chain.errors import ChainError
from node.cli import admission, chain_files, devnet, genesis_init, join, peers, run, sign_state, status, validators
from node.consensus.errors import ConsensusError
from node.execution.errors import ExecutionError
from node.network.errors import NetworkError
from node.primitives.errors import PrimitiveError
from node.rpc.errors import ServerStartError
from node.state.errors import StateError
from node.storage.errors import StorageError

EXPECTED = (
    AppError,
    ChainError,
    ConsensusError,
    ContractsError,
    ExecutionError,
    NetworkError,
    PrimitiveError,
    ServerStartError,
    StateError,
    StorageError,
)
COMMANDS = (genesis_init, join, run, devnet, status, peers, validators, admission, chain_files, sign_state)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.call(arguments))
    except EXPECTED as error:
        print(f"jiaozi-node: {error}", file=sys.stderr)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone; nobody is left to tell
    except OSError as error:
        print(f"jiaozi-node: {error.filename or 'the system'}: {error.strerror}", file=sys.stderr)
    except KeyboardInterrupt:
        print("jiaozi-node: interrupted", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jiaozi-node",
        description="A validator node of a Jiaozi network, and what its operator needs.",
        epilog="example: jiaozi-node devnet        a network of four on this machine, JSON-RPC on port 8545",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.register(commands)
    return parser
