"""`jiaozi-node admission`: which nodes may connect beside the validators', and a validator's part in deciding it."""

import argparse
from collections.abc import Callable
from typing import Any, Final

from contracts import ADMISSION
from contracts.chain import Sent
from contracts.typed.admission import Admission, Proposal
from node.cli.arguments import Commands, add_command, hash32, print_json
from node.cli.rpc_chain import add_chain_arguments, chain_of
from node.cli.validators import STATES
from node.network.errors import InvalidAddress
from node.network.identity import PeerId, peer_id_of, public_key_of

STANDINGS: Final = ("unlisted", "validator", "observer", "barred")
_PEER: Final = "12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN"
_SOME_ID: Final = "0x" + "4e" * 32


def register(commands: Commands) -> None:
    admission = commands.add_parser("admission", help="which nodes may connect, and how that changes")
    actions = admission.add_subparsers(dest="action", required=True, metavar="ACTION")
    _command(actions, "list", "Show the listed nodes, and what can be approved.", show_list)
    _command(actions, "history", "Show every change of the list, oldest first.", show_history)
    propose = _command(
        actions, "propose", "Propose a standing for nodes.", do_propose, f"propose observer {_PEER}", acts=True
    )
    propose.add_argument("standing", choices=STANDINGS)
    propose.add_argument("peers", type=_peer, nargs="+", metavar="PEER", help="peer ids: 12D3KooW...")
    for name, summary, run in (
        ("approve", "Approve a proposal.", approve),
        ("withdraw", "Take one's own proposal back.", withdraw),
    ):
        _command(actions, name, summary, run, f"{name} {_SOME_ID}", acts=True).add_argument(
            "id", type=hash32, metavar="ID"
        )


def _command(
    actions: Commands,
    name: str,
    summary: str,
    run: Callable[[argparse.Namespace], int],
    example: str = "",
    *,
    acts: bool = False,
) -> argparse.ArgumentParser:
    end = " --key ./net/node-1/validator.key" if acts else ""
    parser = add_command(actions, name, summary, f"jiaozi-node admission {example or name}{end}")
    add_chain_arguments(parser, acts=acts)
    parser.set_defaults(call=run)
    return parser


def show_list(arguments: argparse.Namespace) -> int:
    contract = _contract(arguments)
    listed: dict[str, str] = {}
    while page := contract.peers(len(listed)):
        listed |= {peer_id_of(entry.peer): STANDINGS[entry.standing] for entry in page}
    proposals = contract.open_proposals()
    if arguments.json:
        print_json({"peers": listed, "proposals": [_proposal(each) for each in proposals]})
        return 0
    for peer, standing in listed.items():
        print(f"{peer}  {standing}")
    if not listed:
        print("nobody is listed: validators connect, and whom a node's own operator configured")
    for each in proposals:
        print(f"open: 0x{each.id.hex()}  {_words(each)}, {each.approvals} approvals")
    return 0


def show_history(arguments: argparse.Namespace) -> int:
    contract = _contract(arguments)
    changes = [contract.change(index) for index in range(contract.change_count())]
    if arguments.json:
        print_json(
            [
                {
                    "peer": peer_id_of(each.peer),
                    "former": STANDINGS[each.former],
                    "standing": STANDINGS[each.standing],
                    "decidedIn": each.decided_in,
                    "decidedAt": each.decided_at,
                    "proposal": "0x" + each.proposal.hex(),
                }
                for each in changes
            ]
        )
        return 0
    for each in changes:
        peer = peer_id_of(each.peer)
        print(f"block {each.decided_in}: {peer}  {STANDINGS[each.former]} -> {STANDINGS[each.standing]}")
    if not changes:
        print("the list never changed")
    return 0


def do_propose(arguments: argparse.Namespace) -> int:
    contract = _contract(arguments)
    sent = contract.propose(arguments.peers, STANDINGS.index(arguments.standing))
    return _tell(arguments, contract, sent.id, sent)


def approve(arguments: argparse.Namespace) -> int:
    contract = _contract(arguments)
    return _tell(arguments, contract, arguments.id, contract.approve(arguments.id))


def withdraw(arguments: argparse.Namespace) -> int:
    contract = _contract(arguments)
    return _tell(arguments, contract, arguments.id, contract.withdraw(arguments.id))


def _tell(arguments: argparse.Namespace, contract: Admission, id: bytes, sent: Sent) -> int:
    proposal = contract.proposal(id)
    if arguments.json:
        print_json(_proposal(proposal) | {"transactionHash": "0x" + sent.receipt.transaction_hash.hex()})
        return 0
    print(f"0x{id.hex()}  {_words(proposal)}: {STATES[proposal.state]}")
    for event in sent.events:
        if event.name == "Approved":
            print(f"{event['approvals']} of {event['needed']} approvals")
    return 0


def _contract(arguments: argparse.Namespace) -> Admission:
    return Admission(chain_of(arguments), ADMISSION)


def _words(of: Proposal) -> str:
    return f"{STANDINGS[of.standing]}: {', '.join(peer_id_of(peer) for peer in of.peers)}"


def _proposal(of: Proposal) -> dict[str, Any]:
    return {
        "id": "0x" + of.id.hex(),
        "standing": STANDINGS[of.standing],
        "peers": [peer_id_of(peer) for peer in of.peers],
        "proposer": "0x" + of.proposer.hex(),
        "proposedAt": of.proposed_at,
        "expires": of.expires,
        "approvals": of.approvals,
        "state": STATES[of.state],
    }


def _peer(text: str) -> bytes:
    """An argparse type."""
    try:
        return public_key_of(PeerId(text))
    except InvalidAddress as error:
        raise argparse.ArgumentTypeError(str(error)) from None
