"""`jiaozi-node sign-state`: what a validator has signed; and, for disasters, going on without knowing it."""

import argparse
from pathlib import Path

from node.app.errors import BadFolder
from node.app.folder import NodeFolder
from node.cli.arguments import Commands, add_command, print_json, talk
from node.consensus.sign_state import SignState, decode_sign_state
from node.storage import FileRecord, Missing


def register(commands: Commands) -> None:
    parser = add_command(
        commands,
        "sign-state",
        "Show the last height and round that a validator has signed in. The node must be stopped.",
        "jiaozi-node sign-state --data-dir ./net/node-1",
    )
    parser.add_argument("--data-dir", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--accept-loss",
        action="store_true",
        help="where the sign-state is lost: let the validator sign at once, instead of after what it may have signed "
        "is final. If it had signed at the present height the chain may fork: only when no quorum is left otherwise",
    )
    parser.set_defaults(call=call)


def call(arguments: argparse.Namespace) -> int:
    folder = NodeFolder(arguments.data_dir)
    if folder.validator_key() is None:
        raise BadFolder(str(folder.path), "has no validator.key: this node signs nothing")
    try:
        state = _read(folder)
    except Missing:
        if not arguments.accept_loss:
            raise
        FileRecord(folder.sign_state_path, create=True).close()
        talk("An empty sign-state is laid; from its next start the validator signs at once.")
        return 0
    if arguments.accept_loss:
        raise BadFolder(str(folder.sign_state_path), "is not lost, so it stays")
    place = None if state is None else {"height": state.height, "round": state.round}
    if arguments.json:
        print_json(place)
    else:
        print("nothing signed yet" if state is None else f"signed at height {state.height}, round {state.round}")
    return 0


def _read(folder: NodeFolder) -> SignState | None:
    record = FileRecord(folder.sign_state_path, create=False)
    try:
        data = record.read()
    finally:
        record.close()
    return None if data is None else decode_sign_state(data)
