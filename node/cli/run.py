"""`jiaozi-node run`: one node, until it is told to stop."""

import argparse
from pathlib import Path

from node.app.config import ENGINES, LOG_FORMATS, NodeConfig, load_config, with_settings
from node.app.folder import NodeFolder
from node.app.service import run_node
from node.cli.arguments import Commands, add_command, port

SETTINGS = (
    "p2p_host",
    "p2p_port",
    "peers",
    "rpc_host",
    "rpc_port",
    "rpc_cors",
    "rpc_hosts",
    "rpc_admin",
    "engine",
    "archive",
    "log_level",
    "log_format",
)


def register(commands: Commands) -> None:
    parser = add_command(
        commands, "run", "Run one node until Ctrl-C or SIGTERM.", "jiaozi-node run --data-dir ./net/node-1"
    )
    parser.add_argument("--data-dir", type=Path, required=True, metavar="DIR", help="made by `genesis init`")
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="instead of DIR/node.toml; its keys are these flags"
    )
    parser.add_argument("--p2p-host", metavar="HOST")
    parser.add_argument("--p2p-port", type=port, metavar="PORT")
    parser.add_argument("--peers", action="append", metavar="MULTIADDR", help="may be given several times")
    parser.add_argument("--rpc-host", metavar="HOST")
    parser.add_argument("--rpc-port", type=port, metavar="PORT")
    parser.add_argument("--rpc-cors", action="append", metavar="ORIGIN")
    parser.add_argument("--rpc-hosts", action="append", metavar="NAME")
    parser.add_argument(
        "--rpc-admin",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="serve admin_ and debug_ methods to whoever reaches the port",
    )
    parser.add_argument("--engine", choices=ENGINES)
    parser.add_argument("--archive", action=argparse.BooleanOptionalAction, default=None)
    parser.add_argument("--log-level", choices=("debug", "info", "warning", "error"))
    parser.add_argument("--log-format", choices=LOG_FORMATS)
    parser.add_argument(
        "--until-stdin-closes", action="store_true", help="stop, too, when standard input ends: for a parent process"
    )
    parser.set_defaults(call=call)


def call(arguments: argparse.Namespace) -> int:
    folder = NodeFolder(arguments.data_dir)
    return run_node(folder, _config(folder, arguments), until_stdin_closes=arguments.until_stdin_closes)


def _config(folder: NodeFolder, arguments: argparse.Namespace) -> NodeConfig:
    config = load_config(arguments.config) if arguments.config else folder.config()
    given = {name: getattr(arguments, name) for name in SETTINGS if getattr(arguments, name) is not None}
    return with_settings(config, given)
