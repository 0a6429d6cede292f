"""The predicates that keep two blocks from being final at one height, named as in the formal specification.

Pure functions of messages, of the head below the height and of `author`, which recovers a message's signer and raises
InvalidSignature. Nothing here knows what round we are in.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from node.consensus.head import HeadView, proposer
from node.consensus.messages import Message, Prepare, Proposal, RoundChange
from node.primitives.block import Block
from node.primitives.certificate import quorum
from node.primitives.errors import InvalidSignature
from node.primitives.types import Hash32

Author: TypeAlias = Callable[[Message], bytes]


def is_valid_proposal(proposal: Proposal, head: HeadView, author: Author) -> bool:
    """Everything about a Proposal that needs no execution: its block, its turn and its justification."""
    return (
        is_next_block(proposal.block, head)
        and proposal.block.hash == proposal.digest
        and author(proposal) == proposer(proposal.round, head)
        and is_proposal_justification(proposal, head, author)
    )


def is_proposal_justification(proposal: Proposal, head: HeadView, author: Author) -> bool:
    """In round 0 nothing justifies and the author is the coinbase; above it a quorum of RoundChanges for just this
    round does: if any of them is prepared the block must be that of the highest, proven by a quorum of Prepares (its
    coinbase stays the original proposer's), else it is a new block of this round's proposer."""
    round_changes, prepares = proposal.round_changes, proposal.prepares
    if proposal.round == 0:
        return not round_changes and not prepares and is_new_block(proposal, head)
    if not is_quorum_of_round_changes(round_changes, proposal.round, head, author):
        return False
    if all(message.prepared is None for message in round_changes):
        return not prepares and is_new_block(proposal, head)
    return any(
        is_highest_prepared(message, round_changes)
        and message.prepared is not None
        and message.prepared.digest == proposal.digest
        and is_quorum_of_prepares(prepares, message.prepared.round, proposal.digest, head, author)
        for message in round_changes
    )


def is_valid_round_change(message: RoundChange, head: HeadView, author: Author) -> bool:
    """A RoundChange on its own, with what it attaches."""
    if message.prepared is None:
        return message.block is None and not message.prepares
    return (
        message.prepared.round < message.round
        and message.block is not None
        and is_next_block(message.block, head)
        and message.block.hash == message.prepared.digest
        and is_quorum_of_prepares(message.prepares, message.prepared.round, message.prepared.digest, head, author)
    )


def is_highest_prepared(message: RoundChange, among: Iterable[RoundChange]) -> bool:
    highest = message.prepared
    return highest is not None and all(
        other.prepared is None or other.prepared.round <= highest.round for other in among
    )


def is_quorum_of_round_changes(messages: Sequence[RoundChange], round_: int, head: HeadView, author: Author) -> bool:
    return is_quorum_of_validators(messages, head, author) and all(
        message.height == head.next_number
        and message.round == round_
        and (message.prepared is None or message.prepared.round < round_)
        for message in messages
    )


def is_quorum_of_prepares(
    messages: Sequence[Prepare], round_: int, digest: Hash32, head: HeadView, author: Author
) -> bool:
    return is_quorum_of_validators(messages, head, author) and all(
        (message.height, message.round, message.digest) == (head.next_number, round_, digest) for message in messages
    )


def is_quorum_of_validators(messages: Sequence[Message], head: HeadView, author: Author) -> bool:
    """Signed by distinct validators of the height, by a quorum of them, and by nobody else."""
    try:
        signers = {author(message) for message in messages}
    except InvalidSignature:
        return False
    distinct = len(signers) == len(messages)
    return distinct and signers <= set(head.next_validators) and len(signers) >= quorum(len(head.next_validators))


def is_new_block(proposal: Proposal, head: HeadView) -> bool:
    return proposal.block.header.coinbase == proposer(proposal.round, head)


def is_next_block(block: Block, head: HeadView) -> bool:
    return block.number == head.next_number and block.header.parent_hash == head.hash
