"""`jiaozi-node devnet`: a network of validators on this machine, each a process of its own."""

import argparse
from pathlib import Path

from node.app.config import ENGINES
from node.app.devnet import DevnetOptions, run_devnet
from node.cli.arguments import Commands, add_command, port, positive


def register(commands: Commands) -> None:
    parser = add_command(
        commands,
        "devnet",
        "Run a development network on this machine; a second start resumes it. Ctrl-C stops every process.",
        "jiaozi-node devnet --block-period-ms 200",
    )
    parser.add_argument("--validators", type=positive, default=4, metavar="N", help="how many (default 4)")
    parser.add_argument(
        "--data-dir", type=Path, default=Path(".jiaozi/devnet"), metavar="DIR", help="default .jiaozi/devnet"
    )
    parser.add_argument(
        "--rpc-port", type=port, metavar="PORT", help="of the first validator; default 8545, or the next that is free"
    )
    parser.add_argument("--p2p-port", type=port, metavar="PORT", help="of the first; default 30303, or the next free")
    parser.add_argument("--block-period-ms", type=positive, default=1000, metavar="MS", help="default 1000")
    parser.add_argument("--engine", choices=ENGINES, default="auto")
    parser.add_argument("--chain-id", type=positive, metavar="N", help="default 20200")
    parser.add_argument(
        "--no-issue", action="store_true", help="issue no e-cash to the development accounts on the first start"
    )
    parser.add_argument(
        "--until-stdin-closes", action="store_true", help="stop, too, when standard input ends: for a parent process"
    )
    parser.set_defaults(call=call)


def call(arguments: argparse.Namespace) -> int:
    return run_devnet(
        DevnetOptions(
            path=arguments.data_dir,
            validators=arguments.validators,
            rpc_port=arguments.rpc_port,
            p2p_port=arguments.p2p_port,
            block_period_ms=arguments.block_period_ms,
            engine=arguments.engine,
            chain_id=arguments.chain_id,
            as_json=arguments.json,
            issue=not arguments.no_issue,
            until_stdin_closes=arguments.until_stdin_closes,
        )
    )
