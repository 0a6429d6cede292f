"""`jiaozi-node status`: why the chain is moving, or isn't."""

import argparse
import time
from typing import Any

from node.cli.arguments import Commands, add_command, positive, print_json
from node.cli.rpc_client import NodeUnreachable, add_rpc_argument, ask


def register(commands: Commands) -> None:
    parser = add_command(commands, "status", "Say whether the chain moves, and if not, why.", "jiaozi-node status")
    add_rpc_argument(parser)
    parser.add_argument(
        "--wait", type=positive, metavar="SECONDS", help="for a node that is starting: ask until it answers"
    )
    parser.set_defaults(call=call)


def call(arguments: argparse.Namespace) -> int:
    status = _answer(arguments.rpc, arguments.wait or 0)
    if arguments.json:
        print_json(status)
    else:
        print(picture(status))
    return 0


def _answer(url: str, wait_s: int) -> dict[str, Any]:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            return dict(ask(url, "qbft_status"))
        except NodeUnreachable:
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.2)


def picture(status: dict[str, Any]) -> str:
    """The status in words, with a line a validator."""
    lines = [status["sentence"], ""]
    lines += [f"  head      {int(status['head']['number'], 16)}  {status['head']['hash']}"]
    lines += [
        f"  deciding  height {int(status['height'], 16)}, round {int(status['round'], 16)}, step {status['step']}"
    ]
    here = sum(validator["connected"] for validator in status["validators"])
    lines += [f"  quorum    {int(status['quorum'], 16)} needed; {here} of {len(status['validators'])} connected"]
    lines += [""]
    for validator in status["validators"]:
        marks = [name for name in ("proposer", "self") if validator[name]]
        marks += [name for name in ("prepared", "committed", "roundChanged") if validator[name]]
        reach = "reachable" if validator["connected"] or validator["self"] else "NOT CONNECTED"
        lines.append(f"  {validator['address']}  {reach:<13} {', '.join(marks)}")
    return "\n".join(lines)
