"""Payments and allowances signed off chain: EIP-3009, and EIP-1271 for owners that are contracts."""

from typing import Any

import boa
import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from contracts import DIRECTORY, ECASH, compile_file, load
from tests.contracts.placed import NOBODY, Placed, now, wait

ADMIN, BANK, BOB, CAROL = (bytes([0xA0 + number]) * 20 for number in range(4))
PAYER, OTHER = Account.from_key(b"\x01" * 32), Account.from_key(b"\x02" * 32)
ALICE = bytes.fromhex(PAYER.address[2:])
SAFE = b"\xd8" * 20
NONCE = b"\7" * 32
ZERO = bytes(20)

# A contract account with one key: what that key signed, it has signed.
SAFE_SOURCE = """# pragma version 0.4.3
# pragma evm-version prague
owner: immutable(address)

@deploy
def __init__(who: address):
    owner = who

@external
@view
def isValidSignature(digest: bytes32, signature: Bytes[2048]) -> bytes4:
    if len(signature) == 97 and slice(signature, 0, 32) == b"safe signature, and then 65 byte":
        r: bytes32 = extract32(signature, 32)
        s: bytes32 = extract32(signature, 64)
        if ecrecover(digest, convert(slice(signature, 96, 1), uint8), r, s) == owner:
            return 0x1626ba7e
    return 0xffffffff
"""
FIELDS = {
    "TransferWithAuthorization": ["from", "to", "value", "validAfter", "validBefore", "nonce"],
    "ReceiveWithAuthorization": ["from", "to", "value", "validAfter", "validBefore", "nonce"],
    "CancelAuthorization": ["authorizer", "nonce"],
    "Permit": ["owner", "spender", "value", "nonce", "deadline"],
}
TYPES = {name: "address" for name in ("from", "to", "authorizer", "owner", "spender")} | {
    name: "uint256" for name in ("value", "validAfter", "validBefore", "deadline")
}


def sign(kind: str, *values: object, signer: Any = PAYER, contract: bytes = ECASH) -> bytes:
    """r, s and v of the EIP-712 message, by eth-account and not by our own code."""
    nonce_type = "uint256" if kind == "Permit" else "bytes32"
    fields = [{"name": name, "type": TYPES.get(name, nonce_type)} for name in FIELDS[kind]]
    shown = ["0x" + value.hex() if isinstance(value, bytes) and len(value) == 20 else value for value in values]
    message = {
        "types": {
            "EIP712Domain": [
                {"name": "name", "type": "string"},
                {"name": "version", "type": "string"},
                {"name": "chainId", "type": "uint256"},
                {"name": "verifyingContract", "type": "address"},
            ],
            kind: fields,
        },
        "primaryType": kind,
        "domain": {
            "name": "Jiaozi",
            "version": "1",
            "chainId": boa.env.evm.chain.chain_id,
            "verifyingContract": "0x" + contract.hex(),
        },
        "message": dict(zip(FIELDS[kind], shown, strict=True)),
    }
    return bytes(signer.sign_message(encode_typed_data(full_message=message)).signature)


def in_parts(signature: bytes) -> tuple[int, bytes, bytes]:
    return signature[64], signature[:32], signature[32:64]


@pytest.fixture(scope="module")
def safe_artifact(tmp_path_factory: pytest.TempPathFactory) -> Any:
    source = tmp_path_factory.mktemp("safe") / "safe.vy"
    source.write_text(SAFE_SOURCE)
    return compile_file(source)


@pytest.fixture
def ecash(safe_artifact: Any) -> Placed:
    """Alice, who has a key, and a safe, which is a contract with Alice's key, hold 1,000 each."""
    Placed(load("directory"), DIRECTORY, ADMIN, [], [], [])
    Placed(safe_artifact, SAFE, ALICE)
    ecash = Placed(load("ecash"), ECASH, "Jiaozi", "JZ", 2, ADMIN, DIRECTORY, ZERO)
    ecash.do("set_quota", BANK, 10_000, sender=ADMIN)
    for who in (ALICE, SAFE):
        ecash.do("mint", who, 1_000, sender=BANK)
    return ecash


def payment(payer: bytes = ALICE, amount: int = 400, **changes: Any) -> list[Any]:
    fields = {"payee": BOB, "after": now() - 1, "before": now() + 60, "nonce": NONCE, **changes}
    return [payer, fields["payee"], amount, fields["after"], fields["before"], fields["nonce"]]


def by_safe(signature: bytes) -> bytes:
    return b"safe signature, and then 65 byte" + signature


def test_anyone_brings_a_signed_payment(ecash: Placed) -> None:
    order = payment()
    signature = sign("TransferWithAuthorization", *order)
    outcome = ecash.attempt("transferWithAuthorization", *order, *in_parts(signature), sender=NOBODY)
    used = outcome.event("AuthorizationUsed")
    assert (used["authorizer"], used["nonce"]) == (ALICE, NONCE)
    assert outcome.event("Transfer")["value"] == 400
    assert ecash.read("balanceOf", BOB) == 400
    assert ecash.read("authorizationState", ALICE, NONCE) is True


def test_a_signed_payment_counts_once_in_either_form(ecash: Placed) -> None:
    order = payment()
    signature = sign("TransferWithAuthorization", *order)
    ecash.do("transfer_with_authorization", *order, signature, sender=NOBODY)
    assert ecash.attempt("transfer_with_authorization", *order, signature).words == "ecash: authorization was used"
    outcome = ecash.attempt("transferWithAuthorization", *order, *in_parts(signature))
    assert outcome.words == "ecash: authorization was used"
    again = payment(nonce=b"\x08" * 32)
    ecash.do("transfer_with_authorization", *again, sign("TransferWithAuthorization", *again))
    assert ecash.read("balanceOf", BOB) == 800


def test_both_ends_of_its_time_are_outside(ecash: Placed) -> None:
    order = payment(after=now() + 10, before=now() + 20)
    signature = sign("TransferWithAuthorization", *order)
    wait(10)
    outcome = ecash.attempt("transfer_with_authorization", *order, signature)
    assert outcome.words == "ecash: authorization not yet valid"
    wait(10)
    assert ecash.attempt("transfer_with_authorization", *order, signature).words == "ecash: authorization expired"
    order = payment(after=now() - 1, before=now() + 1)
    ecash.do("transfer_with_authorization", *order, sign("TransferWithAuthorization", *order))


@pytest.mark.parametrize("field", range(6))
def test_a_changed_payment_is_not_signed(ecash: Placed, field: int) -> None:
    order = payment()
    signature = sign("TransferWithAuthorization", *order)
    changed = [BANK, CAROL, 401, order[3] - 1, order[4] + 1, b"\x08" * 32]
    order[field] = changed[field]
    for name, signed in (
        ("transfer_with_authorization", (signature,)),
        ("transferWithAuthorization", in_parts(signature)),
    ):
        assert ecash.attempt(name, *order, *signed).words == "ecash: not signed by the payer"


def test_another_key_kind_or_currency_is_not_a_signature(ecash: Placed) -> None:
    order = payment()
    for signature in (
        sign("TransferWithAuthorization", *order, signer=OTHER),
        sign("ReceiveWithAuthorization", *order),
        sign("TransferWithAuthorization", *order, contract=DIRECTORY),
        b"",
        bytes(65),
    ):
        outcome = ecash.attempt("transfer_with_authorization", *order, signature)
        assert outcome.words == "ecash: not signed by the payer"
    nobody = payment(payer=ZERO, amount=0)
    assert not ecash.attempt("transferWithAuthorization", *nobody, 26, bytes(32), bytes(32)).accepted


def test_a_receipt_is_brought_by_its_payee_alone(ecash: Placed) -> None:
    order = payment()
    signature = sign("ReceiveWithAuthorization", *order)
    for name, signed in (
        ("receive_with_authorization", (signature,)),
        ("receiveWithAuthorization", in_parts(signature)),
    ):
        assert ecash.attempt(name, *order, *signed, sender=CAROL).words == "ecash: only the payee brings it"
    ecash.do("receiveWithAuthorization", *order, *in_parts(signature), sender=BOB)
    again = payment(nonce=b"\x08" * 32)
    ecash.do("receive_with_authorization", *again, sign("ReceiveWithAuthorization", *again), sender=BOB)
    assert ecash.read("balanceOf", BOB) == 800


def test_a_cancelled_payment_never_counts(ecash: Placed) -> None:
    order = payment()
    signature = sign("TransferWithAuthorization", *order)
    cancellation = sign("CancelAuthorization", ALICE, NONCE)
    forged = sign("CancelAuthorization", ALICE, NONCE, signer=OTHER)
    assert ecash.attempt("cancel_authorization", ALICE, NONCE, forged).words == "ecash: not signed by the payer"
    outcome = ecash.attempt("cancelAuthorization", ALICE, NONCE, *in_parts(cancellation))
    cancelled = outcome.event("AuthorizationCanceled")
    assert (cancelled["authorizer"], cancelled["nonce"]) == (ALICE, NONCE)
    assert ecash.attempt("transfer_with_authorization", *order, signature).words == "ecash: authorization was used"
    assert ecash.attempt("cancel_authorization", ALICE, NONCE, cancellation).words == "ecash: authorization was used"
    ecash.do("cancel_authorization", ALICE, b"\x08" * 32, sign("CancelAuthorization", ALICE, b"\x08" * 32))


def test_a_refused_payment_keeps_its_authorisation(ecash: Placed) -> None:
    order = payment(amount=1_001)
    signature = sign("TransferWithAuthorization", *order)
    outcome = ecash.attempt("transfer_with_authorization", *order, signature)
    assert outcome.words == "refused: more than the balance (code 3, rule 0, version 0)"
    assert ecash.read("authorizationState", ALICE, NONCE) is False
    ecash.do("mint", ALICE, 1, sender=BANK)
    ecash.do("transfer_with_authorization", *order, signature)


def test_a_contract_account_signs_by_its_word(ecash: Placed) -> None:
    order = payment(payer=SAFE)
    signature = sign("TransferWithAuthorization", *order)
    assert ecash.attempt("transfer_with_authorization", *order, signature).words == "ecash: not signed by the payer"
    ecash.do("transfer_with_authorization", *order, by_safe(signature))
    assert ecash.read("balanceOf", SAFE) == 600
    cancellation = sign("CancelAuthorization", SAFE, b"\x08" * 32)
    ecash.do("cancel_authorization", SAFE, b"\x08" * 32, by_safe(cancellation))


def test_a_contract_account_permits_by_its_word(ecash: Placed) -> None:
    deadline = now() + 60
    signature = by_safe(sign("Permit", SAFE, BOB, 300, 0, deadline))
    ecash.do("permit_with_signature", SAFE, BOB, 300, deadline, signature)
    assert (ecash.read("allowance", SAFE, BOB), ecash.read("nonces", SAFE)) == (300, 1)
    outcome = ecash.attempt("permit_with_signature", SAFE, BOB, 300, deadline, signature)
    assert outcome.words == "ecash: permit not signed by the owner"


def test_a_key_permits_in_one_piece_too(ecash: Placed) -> None:
    deadline = now() + 60
    ecash.do("permit_with_signature", ALICE, BOB, 300, deadline, sign("Permit", ALICE, BOB, 300, 0, deadline))
    assert ecash.read("allowance", ALICE, BOB) == 300
    wait(61)
    late = sign("Permit", ALICE, BOB, 1, 1, deadline)
    assert ecash.attempt("permit_with_signature", ALICE, BOB, 1, deadline, late).words == "ecash: permit expired"
