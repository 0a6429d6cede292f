"""`jiaozi-node validators`: who seals the blocks, how that changed, and a validator's part in changing it."""

import argparse
from collections.abc import Callable
from typing import Any, Final

from contracts import VALIDATORS
from contracts.chain import Sent
from contracts.typed.validators import Change, Proposal, Validators
from node.cli.arguments import Commands, add_command, address, hash32, number, print_json
from node.cli.rpc_chain import add_chain_arguments, chain_of

KINDS: Final = ("none", "add", "remove", "replace", "cancel")
STATES: Final = ("unknown", "open", "decided", "withdrawn", "lapsed")
_SOMEBODY: Final = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
_SOME_ID: Final = "0x" + "4e" * 32


def register(commands: Commands) -> None:
    validators = commands.add_parser("validators", help="who seals the blocks, and how that changes")
    actions = validators.add_subparsers(dest="action", required=True, metavar="ACTION")
    _reading(actions, "list", "Show the validators, what is decided and what can be approved.", show_list)
    _reading(actions, "history", "Show every decided change, oldest first.", show_history)
    _proposing(actions)
    _acting(actions, "approve", "Approve a proposal.", approve, f"approve {_SOME_ID}").add_argument(
        "id", type=hash32, metavar="ID"
    )
    _acting(actions, "withdraw", "Take one's own proposal back.", withdraw, f"withdraw {_SOME_ID}").add_argument(
        "id", type=hash32, metavar="ID"
    )
    candidate = _acting(actions, "candidate", "Say that this key is ready to become a validator's.", stand, "candidate")
    candidate.add_argument("--no-longer", action="store_true", help="take it back")


def _reading(actions: Commands, name: str, summary: str, run: Callable[[argparse.Namespace], int]) -> None:
    parser = add_command(actions, name, summary, f"jiaozi-node validators {name}")
    add_chain_arguments(parser, acts=False)
    parser.set_defaults(call=run)


def _acting(
    actions: Commands, name: str, summary: str, run: Callable[[argparse.Namespace], int], example: str
) -> argparse.ArgumentParser:
    parser = add_command(actions, name, summary, f"jiaozi-node validators {example} --key ./net/node-1/validator.key")
    add_chain_arguments(parser, acts=True)
    parser.set_defaults(call=run)
    return parser


def _proposing(actions: Commands) -> None:
    propose = actions.add_parser("propose", help="propose a change; proposing is approving")
    kinds = propose.add_subparsers(dest="kind", required=True, metavar="KIND")
    for name, summary, operands in (
        ("add", "Propose one more validator.", ("account",)),
        ("remove", "Propose that a validator leaves.", ("account",)),
        ("replace", "Propose that a candidate takes a validator's seat.", ("account", "replacement")),
        ("cancel", "Propose that the decided change which waits for its block never happens.", ()),
    ):
        accounts = " ".join([_SOMEBODY] * len(operands))
        parser = _acting(kinds, name, summary, do_propose, f"propose {name} {accounts}".rstrip())
        for operand in operands:
            parser.add_argument(operand, type=address, metavar=operand.upper())
        if operands:
            parser.add_argument(
                "--not-before", type=number, default=0, metavar="BLOCK",
                help="the first block that it counts for; two blocks after the decision if that is later",
            )  # fmt: skip


def show_list(arguments: argparse.Namespace) -> int:
    contract = _contract(arguments)
    members, quorum, waiting = contract.getValidators(), contract.quorum(), contract.waiting_change()
    proposals = contract.open_proposals()
    if arguments.json:
        print_json(
            {
                "validators": [_hex(member) for member in members],
                "quorum": quorum,
                "waiting": _change(waiting) if waiting.kind else None,
                "proposals": [_proposal(each) for each in proposals],
            }
        )
        return 0
    for member in members:
        print(_hex(member))
    print(f"validators: {len(members)}; approvals that decide a change: {quorum}")
    if waiting.kind:
        print(f"decided: {_words(waiting)} from block {waiting.effective} on")
    for each in proposals:
        print(f"open: {_hex(each.id)}  {_words(each)}, {each.approvals} of {quorum} approvals")
    return 0


def show_history(arguments: argparse.Namespace) -> int:
    contract = _contract(arguments)
    changes = [contract.change(index) for index in range(contract.change_count())]
    if arguments.json:
        print_json([_change(each) for each in changes])
        return 0
    for each in changes:
        end = ", cancelled" if each.cancelled else ""
        print(
            f"block {each.decided_in}: {_words(each)} from block {each.effective} on; {each.validators} validators{end}"
        )
    if not changes:
        print("the validators are those of the genesis")
    return 0


def do_propose(arguments: argparse.Namespace) -> int:
    contract = _contract(arguments)
    match arguments.kind:
        case "add":
            sent = contract.propose_add(arguments.account, arguments.not_before)
        case "remove":
            sent = contract.propose_remove(arguments.account, arguments.not_before)
        case "replace":
            sent = contract.propose_replace(arguments.account, arguments.replacement, arguments.not_before)
        case _:
            sent = contract.propose_cancel()
    return _tell(arguments, contract, sent.id, sent)


def approve(arguments: argparse.Namespace) -> int:
    contract = _contract(arguments)
    return _tell(arguments, contract, arguments.id, contract.approve(arguments.id))


def withdraw(arguments: argparse.Namespace) -> int:
    contract = _contract(arguments)
    return _tell(arguments, contract, arguments.id, contract.withdraw(arguments.id))


def stand(arguments: argparse.Namespace) -> int:
    contract = _contract(arguments)
    ready = not arguments.no_longer
    sent = contract.set_candidate(ready)
    account = _hex(contract.chain.account)
    if arguments.json:
        print_json({"account": account, "ready": ready, "transactionHash": _hex(sent.receipt.transaction_hash)})
    else:
        print(f"{account} is {'ready to become' if ready else 'no longer ready to become'} a validator")
    return 0


def _tell(arguments: argparse.Namespace, contract: Validators, id: bytes, sent: Sent) -> int:
    proposal = contract.proposal(id)
    if arguments.json:
        print_json(_proposal(proposal) | {"transactionHash": _hex(sent.receipt.transaction_hash)})
        return 0
    print(f"{_hex(id)}  {_words(proposal)}: {STATES[proposal.state]}")
    for event in sent.events:
        if event.name == "Decided":
            print(f"from block {event['effective']} on there are {event['validators']} validators")
        elif event.name == "Approved":
            print(f"{event['approvals']} of {event['needed']} approvals")
    return 0


def _contract(arguments: argparse.Namespace) -> Validators:
    return Validators(chain_of(arguments), VALIDATORS)


def _words(of: Proposal | Change) -> str:
    accounts = [_hex(account) for account in (of.leaving, of.incoming) if any(account)]
    return " ".join([KINDS[of.kind], " by ".join(accounts)]).rstrip()


def _proposal(of: Proposal) -> dict[str, Any]:
    return {
        "id": _hex(of.id),
        "kind": KINDS[of.kind],
        "leaving": _somebody(of.leaving),
        "incoming": _somebody(of.incoming),
        "notBefore": of.not_before,
        "proposer": _hex(of.proposer),
        "proposedAt": of.proposed_at,
        "expires": of.expires,
        "approvals": of.approvals,
        "state": STATES[of.state],
    }


def _change(of: Change) -> dict[str, Any]:
    return {
        "proposal": _hex(of.proposal),
        "kind": KINDS[of.kind],
        "leaving": _somebody(of.leaving),
        "incoming": _somebody(of.incoming),
        "decidedIn": of.decided_in,
        "decidedAt": of.decided_at,
        "effective": of.effective,
        "validators": of.validators,
        "cancelled": of.cancelled,
    }


def _somebody(account: bytes) -> str | None:
    return _hex(account) if any(account) else None


def _hex(data: bytes) -> str:
    return "0x" + data.hex()
