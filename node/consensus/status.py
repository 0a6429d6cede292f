"""One answer to why the chain is or isn't moving."""

from dataclasses import dataclass

from node.consensus.blocks import UNKNOWN
from node.consensus.height import Height
from node.consensus.timing import Timer
from node.primitives.types import Address, Hash32


@dataclass(frozen=True, slots=True)
class QbftStatus:
    """`prepared`, `committed` and `round_changed` say who has, in this round (or a later one, for round changes);
    the `not_` ones who hasn't. `timers` are milliseconds from now. `refused` counts messages by reason."""

    height: int
    round: int
    step: str
    proposer: Address
    validators: tuple[Address, ...]
    quorum: int
    prepared: tuple[Address, ...]
    not_prepared: tuple[Address, ...]
    committed: tuple[Address, ...]
    not_committed: tuple[Address, ...]
    round_changed: tuple[Address, ...]
    not_round_changed: tuple[Address, ...]
    proposal: Hash32 | None
    prepared_round: int | None
    missed_turns: tuple[Address, ...]
    voting: bool
    timers: dict[str, int]
    refused: dict[str, int]
    sentence: str


def height_status(height: Height, why_not_voting: str | None, refused: dict[str, int], now_ms: int) -> QbftStatus:
    prepared = tuple(height.prepares.in_round(height.round))
    committed = tuple(height.commits.in_round(height.round))
    changed = tuple(sender for sender, message in sorted(height.round_changes.items()) if message.round >= height.round)
    step, sentence = _step(height, why_not_voting, len(prepared), len(committed), changed)
    return QbftStatus(
        height=height.number,
        round=height.round,
        step=step,
        proposer=height.proposer,
        validators=height.validators,
        quorum=height.quorum,
        prepared=prepared,
        not_prepared=_without(height, prepared),
        committed=committed,
        not_committed=_without(height, committed),
        round_changed=changed,
        not_round_changed=_without(height, changed),
        proposal=None if height.accepted is None else height.accepted.digest,
        prepared_round=None if height.signed.prepared is None else height.signed.prepared.round,
        missed_turns=tuple(sorted(height.missed)),
        voting=height.may_vote,
        timers={timer.value: max(0, due - now_ms) for timer, due in height.deadlines.items()},
        refused=refused,
        sentence=sentence,
    )


def _without(height: Height, addresses: tuple[Address, ...]) -> tuple[Address, ...]:
    return tuple(address for address in height.validators if address not in addresses)


def _step(
    height: Height, why_not_voting: str | None, prepares: int, commits: int, changed: tuple[Address, ...]
) -> tuple[str, str]:
    where = f"height {height.number} round {height.round}"
    if height.decided is not None:
        return _decided_step(height, where)
    if why_not_voting is not None:
        return "following", f"{where}: not voting: {why_not_voting}."
    if height.accepted is None:
        return _unproposed_step(height, where, changed)
    return _voting_step(height, where, prepares, commits)


def _decided_step(height: Height, where: str) -> tuple[str, str]:
    assert height.decided is not None
    block = f"block 0x{height.decided.digest.hex()}"
    if height.commit_asked:
        return "final", f"{where}: {block} is final and being written."
    refusal = height.blocks.refusal(height.decided.digest)
    if refusal is None or refusal == UNKNOWN:
        return "fetching", f"{where}: {block} is final; it is being fetched or checked."
    return "refused", f"{where}: {block} is final for a quorum but this node refuses it: {refusal}. It cannot go on."


def _unproposed_step(height: Height, where: str, changed: tuple[Address, ...]) -> tuple[str, str]:
    who = f"0x{height.proposer.hex()}"
    if height.round > 0 and not height.quorum_in_round:
        absent = ", ".join(f"0x{address.hex()}" for address in _without(height, changed))
        return "gathering", (
            f"{where}: {len(changed)} of the {height.quorum} validators that a quorum needs have reached this round; "
            f"nothing can be decided until more return. Not heard from: {absent}."
        )
    if height.building is not None:
        return "building", f"{where}: it is our turn and the block is being built."
    if Timer.ROUND not in height.deadlines and height.waiting and Timer.BLOCK_PERIOD in height.deadlines:
        return "idle", f"{where}: transactions wait for the block period to end."
    if Timer.ROUND not in height.deadlines:
        return "idle", f"{where}: nothing to do until a transaction comes or the empty-block period ends."
    return "waiting", f"{where}: waiting for {who} to propose."


def _voting_step(height: Height, where: str, prepares: int, commits: int) -> tuple[str, str]:
    assert height.accepted is not None
    refusal = height.blocks.refusal(height.accepted.digest)
    if refusal == UNKNOWN:
        return "checking", f"{where}: the proposed block is being executed."
    if refusal is not None:
        return "refused", f"{where}: the proposed block is refused: {refusal}. The next round will bring another."
    if Timer.HOLD in height.deadlines:
        return "held", f"{where}: the proposed block is from the future by our clock and held; compare the clocks."
    if prepares < height.quorum:
        return "preparing", f"{where}: {prepares} of {height.quorum} needed validators have prepared."
    return "committing", f"{where}: {commits} of {height.quorum} needed validators have committed."
