"""A block in the making: what transactions, calls and the protocol's own contracts do to a state."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.execution.engine import Call, Engine
from node.execution.errors import InsufficientFunds, SystemCallFailed
from node.primitives.block import Withdrawal
from node.primitives.hashing import keccak
from node.primitives.keys import PrivateKey
from node.primitives.rlp import encode, encode_int
from node.primitives.transaction import SET_CODE_MAGIC, Authorization, TransactionKind
from node.primitives.types import ZERO_ADDRESS, Address, Gas, Hash32, Wei
from node.state import genesis_state
from tests.unit.node.execution.world import (
    CHAIN_ID,
    COINBASE,
    ENVIRONMENT,
    ETHER,
    OTHER,
    RICH,
    World,
    account,
    sign,
)

CONTRACT = Address(b"\xcc" * 20)
SECOND = Address(b"\xdd" * 20)
FRESH = Address(b"\xfe" * 20)

# Programs, as bytes: PUSH0 5f, PUSH1 60, SLOAD 54, SSTORE 55, TLOAD 5c, TSTORE 5d, CALLDATALOAD 35, MSTORE 52,
# RETURN f3, REVERT fd, CALLER 33, BASEFEE 48, GASPRICE 3a, LOG0 a0, SELFDESTRUCT ff, CREATE f0, CALL f1.
COUNT = "5f546001015f55" + "00"
STORE_CALLDATA = "5f355f55" + "00"
REVERT_WITH_BEEF = "61beef5f52" + "6002601efd"
STORE_OR_RETURN = "36600c57" + "5f545f5260205ff3" + "5b" + STORE_CALLDATA
"""With calldata, stores it; without, returns what is stored."""


def returns(opcode: str) -> str:
    """A program that returns what one opcode pushes."""
    return f"{opcode}5f5260205ff3"


def authorize(key: PrivateKey, address: Address, nonce: int, chain_id: int = CHAIN_ID) -> Authorization:
    digest = keccak(SET_CODE_MAGIC + encode([encode_int(chain_id), address, encode_int(nonce)]))
    signature = key.sign(digest)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big")
    return Authorization(chain_id, address, nonce, signature[64], r, s)


def slot_of(world: World, address: Address, slot: int = 0) -> int:
    return world.state.storage(address, slot)


def balance_of(world: World, address: Address) -> int:
    found = world.state.account(address)
    return 0 if found is None else found.balance


# Transactions


def test_a_transfer_pays_value_tip_and_burns_the_base_fee(world: Callable[..., World]) -> None:
    made = world()
    session = made.begin()
    result = session.apply(sign(value=5))
    made.commit(session.finish())
    assert (result.gas_used, result.output, result.contract_address) == (21_000, b"", None)
    assert result.receipt.succeeded
    assert balance_of(made, Address(b"\xee" * 20)) == 5
    assert balance_of(made, COINBASE) == 21_000 * 1
    assert balance_of(made, RICH.address) == 100 * ETHER - 5 - 21_000 * 8


@settings(max_examples=40, deadline=None)
@given(
    tip=st.integers(0, 30),
    cap=st.integers(7, 30),
    value=st.integers(0, ETHER),
    data=st.binary(max_size=300),
    fails=st.booleans(),
)
def test_no_money_is_made_or_lost_but_the_base_fee(
    tip: int, cap: int, value: int, data: bytes, fails: bool, engine_of_property: Engine
) -> None:
    alloc = {RICH.address: account(100 * ETHER), CONTRACT: account(1, code=REVERT_WITH_BEEF if fails else "00")}
    update, code = genesis_state(alloc)
    made = World(engine_of_property, dict(update.added), dict(code), update.root)
    session = made.begin()
    result = session.apply(
        sign(to=CONTRACT, value=value, data=data, max_fee=cap, max_priority_fee=min(tip, cap), gas=200_000)
    )
    made.commit(session.finish())
    assert result.receipt.succeeded is not fails
    total = sum(balance_of(made, address) for address in (RICH.address, CONTRACT, COINBASE))
    assert total == 100 * ETHER + 1 - 7 * result.gas_used


@pytest.fixture(scope="module")
def engine_of_property() -> Engine:
    from node.execution.engines import load_engine

    return load_engine("pyevm")


def test_each_transaction_sees_what_the_one_before_did(world: Callable[..., World]) -> None:
    made = world({CONTRACT: account(nonce=1, code=COUNT, storage={0: 41})})
    session = made.begin()
    first = session.apply(sign(to=CONTRACT))
    second = session.apply(sign(to=CONTRACT, nonce=1))
    made.commit(session.finish())
    assert slot_of(made, CONTRACT) == 43
    assert second.receipt.cumulative_gas_used == first.gas_used + second.gas_used
    assert first.gas_used == second.gas_used, "a slot stayed warm from one transaction to the next"


def test_a_failed_transaction_pays_and_changes_nothing_else(world: Callable[..., World]) -> None:
    made = world({CONTRACT: account(nonce=1, code="60015f55" + REVERT_WITH_BEEF)})
    session = made.begin()
    result = session.apply(sign(to=CONTRACT, value=9))
    made.commit(session.finish())
    assert not result.receipt.succeeded
    assert result.output == b"\xbe\xef"
    assert result.receipt.logs == ()
    assert (slot_of(made, CONTRACT), balance_of(made, CONTRACT)) == (0, 0)
    assert made.state.account(RICH.address).nonce == 1  # type: ignore[union-attr]  # it has money


def test_a_creation_leaves_code_and_says_where(world: Callable[..., World]) -> None:
    made = world()
    session = made.begin()
    result = session.apply(sign(to=None, data=bytes.fromhex("6001600c5f3960015ff3" + "0000" + "5b"), gas=200_000))
    made.commit(session.finish())
    expected = Address(keccak(encode([RICH.address, b""]))[12:])
    assert result.contract_address == expected
    found = made.state.account(expected)
    assert found is not None
    assert (found.nonce, made.state.code(found.code_hash)) == (1, b"\x5b")


def test_a_creation_where_storage_lies_fails(world: Callable[..., World]) -> None:
    """EIP-7610."""
    target = Address(keccak(encode([RICH.address, b""]))[12:])
    made = world({target: account(1, storage={1: 1})})
    result = made.begin().apply(sign(to=None, data=b"\x00", gas=100_000))
    assert not result.receipt.succeeded
    assert result.gas_used == 100_000


def test_transient_storage_ends_with_its_transaction(world: Callable[..., World]) -> None:
    # sstore(0, tload(0)); tstore(0, 1)
    made = world({CONTRACT: account(nonce=1, code="5f5c5f5560015f5d00", storage={0: 7})})
    session = made.begin()
    session.apply(sign(to=CONTRACT))
    session.apply(sign(to=CONTRACT, nonce=1))
    made.commit(session.finish())
    assert slot_of(made, CONTRACT) == 0


def test_clearing_a_slot_is_refunded_at_most_a_fifth(world: Callable[..., World]) -> None:
    made = world({CONTRACT: account(nonce=1, code="5f5f5500", storage={0: 1})})
    result = made.begin().apply(sign(to=CONTRACT))
    spent = 21_000 + 2 + 2 + 2_100 + 2_900
    assert result.gas_used == spent - min(4_800, spent // 5)


def test_data_pays_at_least_the_floor(world: Callable[..., World]) -> None:
    data = b"\x01" * 1_000
    result = world().begin().apply(sign(data=data))
    assert result.gas_used == 21_000 + 10 * 4 * 1_000


def test_an_empty_account_that_is_touched_goes(world: Callable[..., World]) -> None:
    made = world({SECOND: account(), FRESH: account()})
    session = made.begin()
    session.apply(sign(to=SECOND))
    made.commit(session.finish())
    assert made.state.account(SECOND) is None
    assert made.state.account(FRESH) is not None
    assert made.state.account(ZERO_ADDRESS) is None


def test_a_contract_that_dies_where_it_was_born_leaves_nothing(world: Callable[..., World]) -> None:
    """EIP-6780: only in the transaction that made it."""
    made = world({CONTRACT: account(5, nonce=1, code="33ff")})
    session = made.begin()
    born = session.apply(sign(to=None, value=3, data=bytes.fromhex("60015f5533ff"), gas=200_000))
    session.apply(sign(to=CONTRACT, nonce=1))
    made.commit(session.finish())
    assert made.state.account(born.contract_address) is None  # type: ignore[arg-type]  # a creation has one
    assert made.state.account(CONTRACT) is not None
    assert balance_of(made, CONTRACT) == 0


def test_blockhash_knows_the_last_256(world: Callable[..., World]) -> None:
    made = world({CONTRACT: account(nonce=1, code="5f35405f5260205ff3")})
    for number, known in ((299, True), (44, True), (43, False), (300, False), (2**200, False)):
        output = made.call(CONTRACT, number.to_bytes(32, "big")).output
        assert output == (keccak(str(number).encode()) if known else bytes(32))


# Set-code transactions (EIP-7702)


def set_code(*entries: Authorization, **fields: Any) -> Any:
    return sign(kind=TransactionKind.SET_CODE, authorizations=entries, gas=500_000, **fields)


def test_an_account_lends_itself_code_and_takes_it_back(world: Callable[..., World]) -> None:
    made = world({OTHER.address: account(1), CONTRACT: account(nonce=1, code=COUNT)})
    session = made.begin()
    session.apply(set_code(authorize(OTHER, CONTRACT, 0), to=OTHER.address))
    made.commit(session.finish())
    lender = made.state.account(OTHER.address)
    assert lender is not None
    assert (lender.nonce, made.state.code(lender.code_hash)) == (1, b"\xef\x01\x00" + CONTRACT)
    assert slot_of(made, OTHER.address) == 1

    session = made.begin()
    session.apply(set_code(authorize(OTHER, ZERO_ADDRESS, 1), to=OTHER.address, nonce=1))
    made.commit(session.finish())
    lender = made.state.account(OTHER.address)
    assert lender is not None
    assert (lender.nonce, made.state.code(lender.code_hash)) == (2, b"")


@pytest.mark.parametrize(
    "entry",
    [
        authorize(OTHER, CONTRACT, 1),
        authorize(OTHER, CONTRACT, 0, chain_id=CHAIN_ID + 1),
        authorize(OTHER, CONTRACT, 2**64 - 1),
        Authorization(CHAIN_ID, CONTRACT, 0, 0, 1, 1),
        Authorization(CHAIN_ID, CONTRACT, 0, 2, 1, 1),
        Authorization(CHAIN_ID, CONTRACT, 0, 0, 1, 2**256 - 1),
    ],
    ids=["nonce", "chain", "last nonce", "nobody's", "parity", "high s"],
)
def test_an_authorisation_that_is_no_good_is_passed_over(entry: Authorization, world: Callable[..., World]) -> None:
    made = world({OTHER.address: account(1)})
    session = made.begin()
    assert session.apply(set_code(entry)).receipt.succeeded
    made.commit(session.finish())
    assert made.state.account(OTHER.address) == world({OTHER.address: account(1)}).state.account(OTHER.address)


def test_an_authority_that_exists_is_refunded(world: Callable[..., World]) -> None:
    entry = authorize(OTHER, CONTRACT, 0, chain_id=0)
    fresh = world().begin().apply(set_code(entry)).gas_used
    known = world({OTHER.address: account(1)}).begin().apply(set_code(entry)).gas_used
    assert fresh == 21_000 + 25_000
    assert known == fresh - min(12_500, fresh // 5)


def test_a_delegated_origin_pays_for_a_creation_once(world: Callable[..., World]) -> None:
    """The sender of the inner call is then the origin too, which must change nothing."""
    program = "60205f5ff05000"  # create(0, 0, 32)
    plain = world({CONTRACT: account(nonce=1, code=program), OTHER.address: account(ETHER)})
    delegated = world(
        {CONTRACT: account(nonce=1, code=program), OTHER.address: account(ETHER, code="ef0100" + "cc" * 20)}
    )
    called = plain.begin().apply(sign(OTHER, to=CONTRACT)).gas_used
    itself = delegated.begin().apply(sign(OTHER, to=OTHER.address)).gas_used
    assert itself == called


def test_what_a_delegated_origin_creates_may_still_die_at_once(world: Callable[..., World]) -> None:
    """EIP-6780 counts from the beginning of the transaction, also where the creator is its origin."""
    deploy = "6133ff5f526002601ef3"  # leaves 33ff: CALLER, SELFDESTRUCT
    program = f"69{deploy}5f52" + "600a60165ff0" + "5f5f5f5f5f855af15000"  # create it, then call it
    made = world({CONTRACT: account(nonce=1, code=program), OTHER.address: account(ETHER, code="ef0100" + "cc" * 20)})
    born = Address(keccak(encode([OTHER.address, b"\x01"]))[12:])
    session = made.begin()
    assert session.apply(sign(OTHER, to=OTHER.address, gas=300_000)).receipt.succeeded
    made.commit(session.finish())
    creator = made.state.account(OTHER.address)
    assert creator is not None
    assert creator.nonce == 2
    assert made.state.account(born) is None


def test_who_takes_part_is_warm_from_the_start(world: Callable[..., World]) -> None:
    """EIP-2929 and 3651: sender, callee and author cost 100 to look at, a stranger 2,600."""
    seen = {
        name: world({CONTRACT: account(nonce=1, code=f"{push}3100")}).begin().apply(sign(to=CONTRACT)).gas_used
        for name, push in (("sender", "33"), ("callee", "30"), ("author", "41"), ("stranger", "60ee"))
    }
    assert {name: gas - 21_000 for name, gas in seen.items()} == {
        "sender": 102,
        "callee": 102,
        "author": 102,
        "stranger": 2_603,
    }


# Calls


def test_a_call_forgets_what_it_did(world: Callable[..., World]) -> None:
    made = world({CONTRACT: account(nonce=1, code=COUNT)})
    session = made.begin()
    calls = [session.call(Call(sender=RICH.address, to=CONTRACT, gas=Gas(100_000))) for _ in range(2)]
    assert calls[0] == calls[1]
    session.apply(sign(to=CONTRACT))
    made.commit(session.finish())
    assert slot_of(made, CONTRACT) == 1


def test_a_call_sees_the_transactions_before_it(world: Callable[..., World]) -> None:
    made = world({CONTRACT: account(nonce=1, code=STORE_OR_RETURN)})
    session = made.begin()
    session.apply(sign(to=CONTRACT, data=(77).to_bytes(32, "big")))
    observed = session.call(Call(sender=RICH.address, to=CONTRACT, gas=Gas(100_000)))
    assert observed.output == (77).to_bytes(32, "big")


def test_a_contract_may_call_and_pays_nothing(world: Callable[..., World]) -> None:
    made = world({CONTRACT: account(nonce=1, code=returns("33"))})
    result = made.call(CONTRACT, sender=CONTRACT)
    assert (result.error, result.output) == (None, CONTRACT.rjust(32, b"\0"))
    assert result.gas_used > 21_000


def test_a_free_call_sees_no_base_fee_and_a_paid_one_does(world: Callable[..., World]) -> None:
    made = world({CONTRACT: account(nonce=1, code=returns("48")), SECOND: account(nonce=1, code=returns("3a"))})
    assert int.from_bytes(made.call(CONTRACT).output, "big") == 0
    paid = {"max_fee": Wei(20), "max_priority_fee": Wei(2)}
    assert int.from_bytes(made.call(CONTRACT, **paid).output, "big") == 7
    assert int.from_bytes(made.call(SECOND, **paid).output, "big") == 9
    session = made.begin()
    session.call(Call(sender=RICH.address, to=CONTRACT, gas=Gas(100_000)))
    assert int.from_bytes(session.apply(sign(to=CONTRACT)).output, "big") == 7


def test_value_must_be_there_even_in_a_call(world: Callable[..., World]) -> None:
    with pytest.raises(InsufficientFunds, match="have 0 want 1"):
        world().call(CONTRACT, sender=FRESH, value=Wei(1))


@pytest.mark.parametrize(
    ("program", "words"),
    [
        (REVERT_WITH_BEEF, "execution reverted"),
        ("fe", "invalid opcode: INVALID"),
        ("0c", "invalid opcode: opcode 0xc not defined"),
        ("50", "stack underflow"),
        ("5b5f5f56", "stack limit reached 1024"),
        ("6007565b", "invalid jump destination"),
        ("600456605b", "invalid jump destination"),
        ("5b600056", "out of gas"),
        ("60205f5f3e", "return data out of bounds"),
    ],
)
def test_what_halts_a_call_has_geths_name(program: str, words: str, world: Callable[..., World]) -> None:
    result = world({CONTRACT: account(nonce=1, code=program)}).call(CONTRACT, gas=Gas(100_000))
    assert result.error == words


def test_a_static_call_may_not_write(world: Callable[..., World]) -> None:
    """SECOND returns whether its static call to CONTRACT, which stores, went well."""
    made = world(
        {
            CONTRACT: account(nonce=1, code=COUNT),
            SECOND: account(nonce=1, code=f"5f5f5f5f73{CONTRACT.hex()}5afa5f5260205ff3"),
        }
    )
    assert made.call(SECOND).output == bytes(32)


def test_a_creation_call_can_fail_on_its_code(world: Callable[..., World]) -> None:
    made = world()
    too_large = bytes.fromhex("6160015ff3")
    reserved = bytes.fromhex("60ef5f5360015ff3")
    assert made.call(None, too_large, gas=Gas(10_000_000)).error == "max code size exceeded"
    assert made.call(None, reserved).error == "invalid code: must not begin with 0xef"


def test_a_call_tells_what_it_touched(world: Callable[..., World]) -> None:
    """Beyond sender, callee, precompiles, the author, and what it created; slots of the callee count."""
    program = f"5f5450600154507300000000000000000000000000000000000000043150 73{SECOND.hex()}3150 33315000".replace(
        " ", ""
    )
    result = world({CONTRACT: account(nonce=1, code=program)}).call(CONTRACT)
    assert result.error is None
    assert [(entry.address, entry.slots) for entry in result.accessed] == [
        (CONTRACT, (Hash32(bytes(32)), Hash32((1).to_bytes(32, "big")))),
        (SECOND, ()),
    ]


def test_touches_of_a_reverted_call_are_told(world: Callable[..., World]) -> None:
    result = world({CONTRACT: account(nonce=1, code=f"73{SECOND.hex()}3150" + REVERT_WITH_BEEF)}).call(CONTRACT)
    assert [entry.address for entry in result.accessed] == [SECOND]


def test_a_call_a_thousand_deep_ends_in_order(world: Callable[..., World]) -> None:
    """Calls itself with all gas there is, until the depth limit of 1024."""
    made = world({CONTRACT: account(nonce=1, code="5f5f5f5f5f305af100")})
    assert made.call(CONTRACT, gas=Gas(10**15)).error is None


# The protocol's own contracts


def test_system_contracts_run_where_they_are(world: Callable[..., World]) -> None:
    """Stand-ins at the addresses: store the calldata; return three bytes."""
    beacon, history = (
        Address(bytes.fromhex("000f3df6d732807ef1319fb7b8bb8522d0beac02")),
        Address(bytes.fromhex("0000f90827f1c53a10cb7a02335b175320002935")),
    )
    withdrawals = Address(bytes.fromhex("00000961ef480eb55e80d19ad83579a64c007002"))
    consolidations = Address(bytes.fromhex("0000bbddc7ce488642fb579f8b00f3a590007251"))
    made = world(
        {
            beacon: account(nonce=1, code=STORE_CALLDATA),
            history: account(nonce=1, code=STORE_CALLDATA),
            withdrawals: account(nonce=1, code="62aabbcc5f526003601df3"),
            consolidations: account(nonce=1, code="335f5260205ff3"),
        }
    )
    result = made.begin().finish()
    made.commit(result)
    assert slot_of(made, beacon) == int.from_bytes(ENVIRONMENT.parent_beacon_root, "big")
    assert slot_of(made, history) == int.from_bytes(ENVIRONMENT.parent_hash, "big")
    system = b"\xff" * 19 + b"\xfe"
    assert result.requests == (b"\x01\xaa\xbb\xcc", b"\x02" + system.rjust(32, b"\0"))
    assert made.state.account(Address(system)) is None


def test_where_no_system_contract_is_nothing_happens(world: Callable[..., World]) -> None:
    result = world().begin().finish()
    assert result.requests == ()
    assert result.diff.accounts == {}


def test_a_system_contract_that_fails_spoils_the_block(world: Callable[..., World]) -> None:
    withdrawals = Address(bytes.fromhex("00000961ef480eb55e80d19ad83579a64c007002"))
    with pytest.raises(SystemCallFailed, match="execution reverted"):
        world({withdrawals: account(nonce=1, code="5f5ffd")}).begin().finish()


def test_withdrawals_pay_in_gwei_and_leave_no_empty_account(world: Callable[..., World]) -> None:
    made = world()
    made.commit(made.begin().finish((Withdrawal(0, 0, SECOND, 3), Withdrawal(1, 0, FRESH, 0))))
    assert balance_of(made, SECOND) == 3 * 10**9
    assert made.state.account(FRESH) is None
