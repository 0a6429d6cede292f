"""Payments by amount, proposals, signatures of the account, and what is refused."""

import boa
import pytest
from eth_account.messages import encode_typed_data
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from contracts import load
from contracts.account_signing import APPROVED, Call, together
from tests.contracts.account.stage import (
    ACCOUNT,
    ANN,
    BEN,
    CEM,
    DAY,
    PHONE,
    SHOP,
    THIEF,
    WEALTH,
    Owner,
    Stage,
    fields,
    owner_id,
)
from tests.contracts.passkeys import Passkey
from tests.contracts.placed import Placed, now, wait
from tests.contracts.signers import Signer

NOT_ENOUGH = "account: not enough signers"
STRANGER = Signer(99)


@pytest.fixture
def stage() -> Stage:
    return Stage.set()


@pytest.mark.parametrize(
    ("amount", "owners", "enough"),
    [
        (100, [ANN], True),
        (100, [PHONE], True),
        (101, [ANN], False),
        (101, [ANN, PHONE], True),
        (1_000, [BEN, CEM], True),
        (1_001, [ANN, BEN], False),
        (1_001, [ANN, BEN, PHONE], True),
        (0, [], False),
        (1, [STRANGER], False),
        (1, [ANN, STRANGER], False),
        (1, [Passkey(35)], False),
    ],
)
def test_amounts_take_their_signers(stage: Stage, amount: int, owners: list[Owner], enough: bool) -> None:
    outcome = stage.batch([stage.pay(amount)], owners)
    assert outcome.words == ("" if enough else NOT_ENOUGH)
    assert stage.balance(SHOP) == (amount if enough else 0)


def test_what_all_sign_that_the_highest_amounts_need_does_not_count_towards_the_day(stage: Stage) -> None:
    assert stage.batch([stage.pay(90)], [ANN, BEN, CEM]).event("Executed").arguments["spent_after"] == 0
    assert stage.batch([stage.pay(90)], [ANN, BEN]).event("Executed").arguments["spent_after"] == 90
    assert stage.read("spent_on", now() // DAY) == 90
    assert stage.batch([stage.pay(11)], [ANN]).words == NOT_ENOUGH


def test_an_execution_is_logged_and_its_answer_returned(stage: Stage) -> None:
    call, until = stage.pay(60), now()
    digest = stage.signing.batch([call], 7, until)
    arguments = [fields([call])[0], 7, until, stage.signed(digest, [BEN])]
    outcome = stage.account.attempt("execute", *arguments)
    assert outcome.result == (1).to_bytes(32, "big")
    assert outcome.event("Executed").arguments == {
        "id": digest,
        "nonce": 7,
        "signers": 1,
        "needed": 1,
        "spent_before": 0,
        "spent_after": 60,
    }
    assert stage.read("used_nonces", 7)
    assert stage.account.attempt("execute", *arguments).words == "account: nonce was used"
    assert (
        stage.account.attempt("propose", fields([call]), 7, until, sender=ANN.address).words
        == "account: nonce was used"
    )
    assert stage.read("digest", fields([call]), 7, until) == digest


def test_many_small_payments_count_together_and_the_next_day_starts_anew(stage: Stage) -> None:
    wait(DAY - now() % DAY)
    assert stage.batch([stage.pay(60)], [ANN]).accepted
    assert stage.batch([stage.pay(41)], [ANN]).words == NOT_ENOUGH
    assert stage.batch([stage.pay(20), stage.pay(20)], [ANN]).accepted
    assert stage.batch([stage.pay(1)], [ANN]).words == NOT_ENOUGH
    assert stage.read("needed", fields([stage.pay(1)])) == 2
    assert stage.batch([stage.pay(900)], [ANN, BEN]).accepted
    assert stage.read("needed", fields([stage.pay(1)])) == 3
    assert stage.batch([stage.pay(5_000)], [ANN, BEN, CEM]).event("Executed").arguments["spent_after"] == 1_000
    wait(DAY)
    assert stage.batch([stage.pay(100)], [ANN]).accepted


def test_allowances_and_memos_count_as_payments(stage: Stage) -> None:
    ecash = load("ecash")
    for call, amount in (
        (ecash.encode_call("approve", THIEF, 101), 101),
        (ecash.encode_call("transfer_with_memo", THIEF, 101, bytes(32)), 101),
        (ecash.encode_call("transfer", THIEF, 2**256 - 1), 2**256 - 1),
    ):
        assert stage.read("needed", fields([Call(stage.token.address, call)])) == (2 if amount == 101 else 3)
    assert stage.read("needed", fields([stage.pay(100), stage.pay(2**256 - 1)])) == 3


def test_anything_else_takes_the_most(stage: Stage) -> None:
    padded = Call(stage.token.address, stage.pay(1).data + b"\0")
    short = Call(stage.token.address, stage.pay(1).data[:67])
    for call in (
        Call(SHOP, b"", 1),
        Call(stage.token.address, stage.pay(1).data, 1),
        Call(b"\xe7" * 20, stage.pay(1).data),
        Call(stage.token.address, stage.token.artifact.encode_call("transferFrom", ACCOUNT, THIEF, 1)),
        padded,
        short,
        Call(stage.token.address),
        stage.of_itself("set_owners", [], []),
    ):
        assert stage.read("needed", fields([call])) == 3
        assert stage.read("needed", fields([stage.pay(1), call])) == 3
        assert stage.batch([stage.pay(1), call], [ANN, BEN]).words == NOT_ENOUGH


def test_signatures_expire(stage: Stage) -> None:
    assert stage.batch([stage.pay(1)], [ANN], deadline=now() - 1).words == "account: deadline has passed"


def test_one_signer_is_counted_once(stage: Stage) -> None:
    call = stage.pay(101)
    digest = stage.signing.batch([call], 1, now())
    entry = together({owner_id(ANN): ANN.sign(digest)})
    other = together({owner_id(BEN): BEN.sign(digest)})
    for entries in (
        entry * 2,
        *((entry + other,) if owner_id(BEN) < owner_id(ANN) else (other + entry,)),
        entry + other[:96],
    ):
        assert stage.account.attempt("batch", fields([call]), 1, now(), entries).words == NOT_ENOUGH
    in_order = together({owner_id(ANN): ANN.sign(digest), owner_id(BEN): BEN.sign(digest)})
    assert stage.account.attempt("batch", fields([call]), 1, now(), in_order).accepted


def test_seventeen_entries_are_too_many(stage: Stage) -> None:
    entries = b"".join(number.to_bytes(32, "big") + bytes(65) for number in range(1, 18))
    assert stage.account.attempt("batch", [], 1, now(), entries).words == NOT_ENOUGH


def test_a_signature_is_for_its_content_only(stage: Stage) -> None:
    digest = stage.signing.batch([stage.pay(50)], 1, now())
    entries = together({owner_id(ANN): ANN.sign(digest)})
    for calls, nonce, deadline in (
        ([stage.pay(51)], 1, now()),
        ([stage.pay(50, THIEF)], 1, now()),
        ([stage.pay(50)], 2, now()),
        ([stage.pay(50)], 1, now() + 1),
        ([stage.pay(50), stage.pay(50)], 1, now()),
        ([], 1, now()),
    ):
        assert stage.account.attempt("batch", fields(calls), nonce, deadline, entries).words == NOT_ENOUGH


def test_a_batch_is_all_or_nothing(stage: Stage) -> None:
    assert not stage.batch([stage.pay(1), stage.pay(WEALTH)], [ANN, BEN, CEM]).accepted
    assert stage.balance(SHOP) == 0
    assert stage.batch([Call(SHOP, b"\1")], [ANN, BEN, CEM]).words == "account: no code there"
    assert stage.batch([], [ANN, BEN, CEM], nonce=1).accepted


def test_a_batch_of_nothing_cancels_a_nonce(stage: Stage) -> None:
    assert stage.batch([], [], nonce=5).words == NOT_ENOUGH
    assert stage.batch([], [BEN], nonce=5).accepted
    assert stage.batch([stage.pay(5)], [ANN], nonce=5).words == "account: nonce was used"


def test_one_owner_cannot_use_up_a_nonce_reserved_for_the_most_signers(stage: Stage) -> None:
    reserved = 2**255
    for calls in ([], [stage.pay(1)]):
        assert stage.batch(calls, [ANN], nonce=reserved).words == "account: nonce is reserved"
        assert stage.batch(calls, [ANN, BEN], nonce=reserved).words == "account: nonce is reserved"
    assert stage.batch([stage.pay(5)], [ANN], nonce=reserved - 1).accepted
    assert stage.batch([stage.pay(5_000)], [ANN, BEN, CEM], nonce=reserved).accepted
    assert stage.batch([], [ANN, BEN, CEM], nonce=reserved).words == "account: nonce was used"


def test_owners_propose_and_approve_on_the_chain(stage: Stage) -> None:
    calls, until = [stage.pay(5_000)], now() + 60
    proposed = stage.account.attempt("propose", fields(calls), 9, until, sender=ANN.address)
    digest = stage.signing.batch(calls, 9, until)
    assert proposed.result == digest == proposed.event("Proposed").arguments["id"]
    assert proposed.event("Proposed").arguments["nonce"] == 9
    assert proposed.event("Approved").arguments == {"id": digest, "by": ANN.address}
    assert stage.account.attempt("approve", digest, sender=THIEF).words == "account: not an owner"
    assert stage.account.attempt("propose", fields(calls), 9, until, sender=THIEF).words == "account: not an owner"
    stage.account.do("approve", digest, sender=BEN.address)
    again = {"approved": [ANN, BEN], "nonce": 9, "deadline": until}
    assert stage.batch(calls, [], **again).words == NOT_ENOUGH
    withdrawn = stage.account.attempt("withdraw_approval", digest, sender=BEN.address)
    assert withdrawn.event("ApprovalWithdrawn").arguments["by"] == BEN.address
    assert (
        stage.account.attempt("withdraw_approval", digest, sender=BEN.address).words == "account: not approved by you"
    )
    assert stage.batch(calls, [CEM, PHONE], approved=[ANN, BEN], nonce=9, deadline=until).words == NOT_ENOUGH
    assert stage.batch(calls, [CEM, PHONE], approved=[ANN], nonce=9, deadline=until).accepted
    assert stage.balance(SHOP) == 5_000


def test_the_caller_counts_as_a_signer_and_nobody_else_does(stage: Stage) -> None:
    assert stage.batch([stage.pay(1)], [], approved=[ANN], sender=THIEF).words == NOT_ENOUGH
    assert stage.batch([stage.pay(1)], [], approved=[PHONE], sender=THIEF).words == NOT_ENOUGH
    assert stage.batch([stage.pay(1)], [], approved=[ANN], sender=ANN.address).accepted


def test_the_account_signs_for_other_contracts_as_its_own_domain(stage: Stage) -> None:
    hash = b"\x42" * 32
    digest = stage.signing.message(hash)
    valid, invalid = bytes.fromhex("1626ba7e").ljust(32, b"\0"), bytes.fromhex("ffffffff").ljust(32, b"\0")
    assert stage.read("isValidSignature", hash, stage.signed(digest, [ANN, BEN, PHONE])) == valid
    for signature in (
        stage.signed(digest, [ANN, BEN]),
        stage.signed(hash, [ANN, BEN, CEM]),
        stage.signed(digest, [ANN, BEN], [CEM]),
        b"",
        b"\1" * 65,
    ):
        assert stage.read("isValidSignature", hash, signature) == invalid
    stage.account.do("approve", digest, sender=CEM.address)
    assert stage.read("isValidSignature", hash, stage.signed(digest, [ANN, BEN], [CEM])) == valid


def test_the_interfaces_it_supports(stage: Stage) -> None:
    for interface, supported in (("01ffc9a7", True), ("1626ba7e", True), ("ffffffff", False)):
        assert stage.read("supportsInterface", bytes.fromhex(interface)) is supported


def test_it_takes_coin_and_pays_it_with_the_most_signers(stage: Stage) -> None:
    boa.env.set_balance(to_checksum_address(ACCOUNT), 10)
    assert stage.account.attempt_raw(b"", sender=THIEF).events[0].name == "Received"
    assert stage.batch([Call(SHOP, b"", 10)], [ANN, BEN, CEM]).accepted
    assert boa.env.get_balance(to_checksum_address(SHOP)) == 10


def test_it_opens_and_funds_an_escrow_and_is_its_party(stage: Stage) -> None:
    escrow = Placed(load("escrow"), b"\xe5" * 20)
    terms = [SHOP, bytes(20), stage.token.address, 400, now() + DAY, bytes(32)]
    id = escrow.read("next_id", ACCOUNT)
    calls = [
        Call(escrow.address, escrow.artifact.encode_call("open", *terms)),
        Call(escrow.address, escrow.artifact.encode_call("fund", id)),
        Call(escrow.address, escrow.artifact.encode_call("release", id, 400)),
    ]
    assert stage.batch(calls, [ANN, CEM, PHONE]).accepted
    assert stage.balance(SHOP) == 400


def test_nothing_re_enters_while_a_call_is_made(stage: Stage) -> None:
    call, until = stage.pay(1), now()
    entries = stage.signed(stage.signing.batch([call], 77, until), [ANN])
    good = stage.account.artifact.encode_call("batch", fields([call]), 77, until, entries)
    stage.token.do("call_back", ACCOUNT, good)
    assert stage.batch([stage.pay(2)], [ANN]).accepted
    assert (stage.token.read("reentries_tried"), stage.token.read("reentries_done")) == (1, 0)
    stage.token.do("call_back", bytes(20), b"")
    assert stage.account.attempt_raw(good).accepted


def test_signed_data_is_what_wallets_compute(stage: Stage) -> None:
    call = stage.pay(5)
    message = encode_typed_data(
        domain_data={
            "name": "Jiaozi Account",
            "version": "1",
            "chainId": int(boa.env.evm.chain.chain_id),
            "verifyingContract": to_checksum_address(ACCOUNT),
        },
        message_types={
            "Batch": [
                {"name": "calls", "type": "Call[]"},
                {"name": "nonce", "type": "uint256"},
                {"name": "deadline", "type": "uint256"},
            ],
            "Call": [
                {"name": "to", "type": "address"},
                {"name": "amount", "type": "uint256"},
                {"name": "data", "type": "bytes"},
            ],
        },
        message_data={
            "calls": [{"to": to_checksum_address(call.to), "amount": 0, "data": call.data}] * 2,
            "nonce": 3,
            "deadline": 4,
        },
    )
    assert stage.read("DOMAIN_SEPARATOR") == message.header
    expected = keccak(b"\x19\x01" + message.header + message.body)
    assert stage.read("digest", fields([call, call]), 3, 4) == stage.signing.batch([call, call], 3, 4) == expected


def test_an_approval_is_no_signature_of_a_device(stage: Stage) -> None:
    call = stage.pay(1)
    digest = stage.signing.batch([call], 1, now())
    entries = together({owner_id(PHONE): APPROVED})
    assert stage.account.attempt("batch", fields([call]), 1, now(), entries, sender=ANN.address).words == NOT_ENOUGH
    assert not stage.read("approvals", digest, owner_id(PHONE))
