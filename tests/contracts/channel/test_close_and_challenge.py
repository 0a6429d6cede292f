"""One party closes alone; what the other can prove against it; and what nobody can."""

import boa
import pytest
from eth_account.messages import encode_typed_data
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from contracts.channel_state import State
from tests.contracts.channel.stage import (
    ALICE,
    BOB,
    CLOSING,
    DEPOSIT,
    OPENING,
    PERIOD,
    STRANGER,
    TERM,
    WATCHER,
    Stage,
    chain_id,
    fields,
)
from tests.contracts.placed import NOBODY, now, wait
from tests.contracts.signers import Signer

THIRD, NINTH = State(3, 700, 300), State(9, 400, 600)


@pytest.fixture
def stage() -> Stage:
    return Stage.set()


@pytest.fixture
def id(stage: Stage) -> bytes:
    return stage.open()


def test_the_payee_closes_with_the_payers_newest_state(stage: Stage, id: bytes) -> None:
    closing = stage.close(id, NINTH, ALICE, by=BOB, conceded=400).event("Closing").arguments
    assert (closing["id"], closing["closer"], closing["sequence"]) == (id, BOB.address, 9)
    assert (closing["conceded"], closing["challenge_end"]) == (400, now() + PERIOD)
    assert (closing["held_before"], closing["held_after"]) == (DEPOSIT, DEPOSIT)
    assert stage.channel.read("channel", id)["state"] == CLOSING
    assert stage.channel.read("last_deadline", id) == now() + PERIOD
    wait(PERIOD)
    assert stage.channel.attempt("finalise", id).words == "channel: can still be challenged"
    wait(1)
    stage.channel.do("finalise", id, sender=NOBODY)
    assert (stage.balance(ALICE), stage.balance(BOB)) == (9_400, 10_600)


def test_exit_ends_a_closing_as_it_was_closed(stage: Stage, id: bytes) -> None:
    stage.close(id, NINTH, ALICE, by=BOB, conceded=400)
    wait(PERIOD + 1)
    stage.channel.do("exit", id, sender=NOBODY)
    assert (stage.balance(ALICE), stage.balance(BOB)) == (9_400, 10_600)


def test_a_payer_without_a_countersignature_concedes_what_it_gave_and_is_safe(stage: Stage, id: bytes) -> None:
    assert stage.close(id, OPENING, BOB, by=ALICE, conceded=600).accepted
    assert stage.challenge(id, NINTH, ALICE, by=BOB).words == "channel: conceded already"
    wait(PERIOD + 1)
    stage.channel.do("finalise", id)
    assert (stage.balance(ALICE), stage.balance(BOB)) == (9_400, 10_600)


def test_a_stale_closing_costs_the_closer_everything(stage: Stage, id: bytes) -> None:
    stage.close(id, THIRD, BOB, by=ALICE, conceded=300)
    outcome = stage.challenge(id, NINTH, ALICE, by=BOB)
    punished = outcome.event("Punished").arguments
    assert (punished["cheat"], punished["sequence"], punished["forfeited"]) == (ALICE.address, 9, 400)
    assert outcome.event("Closed").arguments["to_payee"] == DEPOSIT
    assert (stage.balance(ALICE), stage.balance(BOB)) == (9_000, 11_000)
    assert stage.channel.read("held", id) == 0


def test_a_payee_that_hides_what_it_paid_back_loses_everything(stage: Stage) -> None:
    id = stage.open(joined=500)
    stage.close(id, State(3, 700, 800), ALICE, by=BOB, conceded=700)
    assert stage.challenge(id, State(4, 701, 799), BOB, by=ALICE).accepted
    assert (stage.balance(ALICE), stage.balance(BOB)) == (10_500, 9_500)


@pytest.mark.parametrize(
    ("state", "signer", "by", "refusal"),
    [
        (NINTH, ALICE, STRANGER, "channel: not the other party"),
        (NINTH, ALICE, ALICE, "channel: not the other party"),
        (NINTH, BOB, BOB, "channel: not signed by the closer"),
        (NINTH, STRANGER, BOB, "channel: not signed by the closer"),
        (State(3, 699, 301), ALICE, BOB, "channel: not newer"),
        (State(2, 100, 900), ALICE, BOB, "channel: not newer"),
        (State(4, 700, 300), ALICE, BOB, "channel: conceded already"),
        (State(4, 701, 300), ALICE, BOB, "channel: not what is held"),
        (State(4, 2**256 - 1, 1_001), ALICE, BOB, "channel: not what is held"),
    ],
)
def test_what_proves_no_lie(stage: Stage, id: bytes, state: State, signer: Signer, by: Signer, refusal: str) -> None:
    stage.close(id, THIRD, BOB, by=ALICE, conceded=300)
    assert stage.challenge(id, state, signer, by=by).words == refusal
    assert stage.challenge(id, State(4, 699, 301), ALICE, by=BOB).accepted


def test_a_challenge_comes_in_the_period(stage: Stage, id: bytes) -> None:
    other = stage.open()
    assert stage.challenge(id, NINTH, ALICE, by=BOB).words == "channel: not closing"
    for each in (id, other):
        stage.close(each, OPENING, BOB, by=ALICE, conceded=0)
    wait(PERIOD)
    assert stage.challenge(id, NINTH, ALICE, by=BOB).accepted
    wait(1)
    assert stage.challenge(other, NINTH, ALICE, by=BOB).words == "channel: challenge period is over"
    assert stage.watch(other, NINTH, ALICE).words == "channel: challenge period is over"


@pytest.mark.parametrize(
    ("state", "signer", "by", "conceded", "refusal"),
    [
        (NINTH, ALICE, STRANGER, 400, "channel: not a party"),
        (NINTH, BOB, BOB, 400, "channel: not signed by the other"),
        (NINTH, ALICE, ALICE, 600, "channel: not signed by the other"),
        (NINTH, ALICE, BOB, 399, "channel: concedes too little"),
        (NINTH, ALICE, BOB, 1_001, "channel: concedes too much"),
        (State(9, 400, 601), ALICE, BOB, 400, "channel: not what is held"),
        (State(0, 999, 1), ALICE, BOB, 999, "channel: not the opening"),
        (State(0, 1_000, 1), ALICE, BOB, 1_000, "channel: not the opening"),
    ],
)
def test_bad_closings_are_refused(
    stage: Stage, id: bytes, state: State, signer: Signer, by: Signer, conceded: int, refusal: str
) -> None:
    assert stage.close(id, state, signer, by=by, conceded=conceded).words == refusal


def test_a_closing_starts_once_and_up_to_the_deadline(stage: Stage, id: bytes) -> None:
    late = stage.open()
    wait(TERM)
    assert stage.close(id, NINTH, ALICE, by=BOB, conceded=400).accepted
    assert stage.close(id, NINTH, ALICE, by=BOB, conceded=400).words == "channel: not open"
    assert stage.channel.attempt("join", id, 1, sender=BOB.address).words == "channel: not open"
    wait(1)
    assert stage.close(late, NINTH, ALICE, by=BOB, conceded=400).words == "channel: deadline has passed"


def test_a_closing_can_still_be_settled_by_agreement(stage: Stage, id: bytes) -> None:
    stage.close(id, NINTH, ALICE, by=BOB, conceded=400)
    digest = stage.signing(id).settlement(500, 500, now())
    stage.channel.do("settle", id, 500, 500, now(), ALICE.sign(digest), BOB.sign(digest))
    assert stage.balance(BOB) == 10_500


def test_a_state_counts_in_its_own_channel_only(stage: Stage, id: bytes) -> None:
    elsewhere = stage.signed(stage.open(), NINTH, ALICE)
    outcome = stage.close(id, NINTH, ALICE, by=BOB, conceded=400, signed=elsewhere)
    assert outcome.words == "channel: not signed by the other"


def test_joining_spoils_no_earlier_payment(stage: Stage, id: bytes) -> None:
    stage.channel.do("join", id, 500, sender=BOB.address)
    assert stage.close(id, NINTH, ALICE, by=BOB, conceded=400).accepted
    wait(PERIOD + 1)
    stage.channel.do("finalise", id)
    assert (stage.balance(ALICE), stage.balance(BOB)) == (9_400, 10_600)


def test_a_payer_concedes_the_deposit_of_a_payee_that_joined_later(stage: Stage, id: bytes) -> None:
    stage.channel.do("join", id, 500, sender=BOB.address)
    assert stage.close(id, THIRD, BOB, by=ALICE, conceded=799).words == "channel: concedes too little"
    assert stage.close(id, THIRD, BOB, by=ALICE, conceded=800).accepted
    assert stage.challenge(id, State(4, 700, 300), ALICE, by=BOB).words == "channel: conceded already"


def test_a_watcher_challenges_for_its_client_and_is_paid_from_the_forfeit(stage: Stage, id: bytes) -> None:
    stage.close(id, OPENING, BOB, by=ALICE, conceded=0)
    outcome = stage.watch(id, NINTH, ALICE, fee=15)
    assert outcome.event("Punished").arguments["watcher"] == WATCHER.address
    assert outcome.event("Closed").arguments["to_watcher"] == 15
    assert (stage.balance(ALICE), stage.balance(BOB), stage.balance(WATCHER)) == (9_000, 10_985, 15)


@pytest.mark.parametrize(("state", "fee", "paid"), [(NINTH, 1_000, 40), (NINTH, 40, 40), (State(9, 9, 991), 5, 0)])
def test_the_fee_is_at_most_a_tenth_of_the_forfeit(stage: Stage, id: bytes, state: State, fee: int, paid: int) -> None:
    stage.close(id, OPENING, BOB, by=ALICE, conceded=0)
    assert stage.watch(id, state, ALICE, fee=fee).accepted
    assert (stage.balance(WATCHER), stage.balance(BOB)) == (paid, 11_000 - paid)


@pytest.mark.parametrize(("by", "client"), [(STRANGER, BOB), (WATCHER, ALICE), (WATCHER, STRANGER)])
def test_only_the_named_watcher_of_the_other_party_may_speak(
    stage: Stage, id: bytes, by: Signer, client: Signer
) -> None:
    stage.close(id, OPENING, BOB, by=ALICE, conceded=0)
    assert stage.watch(id, NINTH, ALICE, by=by, client=client).words == "channel: not delegated"


def test_a_higher_fee_than_was_promised_is_not_delegated(stage: Stage, id: bytes) -> None:
    stage.close(id, OPENING, BOB, by=ALICE, conceded=0)
    delegation = BOB.sign(stage.signing(id).delegation(WATCHER.address, 1))
    arguments = [id, fields(NINTH), stage.signed(id, NINTH, ALICE), 2, delegation]
    assert stage.channel.attempt("watch", *arguments, sender=WATCHER.address).words == "channel: not delegated"


def test_a_closer_cannot_deny_its_signature_by_putting_code_at_its_account(stage: Stage, id: bytes) -> None:
    stage.close(id, OPENING, BOB, by=ALICE, conceded=0)
    # As after an EIP-7702 delegation: the token's code answers no such question.
    boa.env.evm.vm.state.set_code(ALICE.address, boa.env.get_code(to_checksum_address(stage.token.address)))
    assert stage.challenge(id, NINTH, ALICE, by=BOB).accepted


def test_the_domain_is_the_one_that_wallets_compute(stage: Stage, id: bytes) -> None:
    message = encode_typed_data(
        domain_data={
            "name": "Jiaozi Channel",
            "version": "1",
            "chainId": chain_id(),
            "verifyingContract": to_checksum_address(stage.channel.address),
        },
        message_types={
            "State": [
                {"name": "id", "type": "bytes32"},
                {"name": "sequence", "type": "uint256"},
                {"name": "payer_balance", "type": "uint256"},
                {"name": "payee_balance", "type": "uint256"},
            ]
        },
        message_data={"id": id, "sequence": 9, "payer_balance": 400, "payee_balance": 600},
    )
    assert stage.channel.read("DOMAIN_SEPARATOR") == message.header
    assert stage.signing(id).state(NINTH) == keccak(b"\x19\x01" + message.header + message.body)
