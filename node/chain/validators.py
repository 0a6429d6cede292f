"""Who must seal the next block: `getValidators()` of the contract that the genesis names, on a block's post-state.

Rule: the answer may depend on the state and on block.number alone. Everything else that the EVM could see here is
zero or the block's own, so that the author, who has no hash yet, and the checker run the same call.
"""

from itertools import pairwise
from typing import Final

from node.chain.errors import ValidatorsUnreadable
from node.execution.block import rules_of
from node.execution.engine import BlockEnvironment, Call, Engine
from node.execution.errors import ExecutionError
from node.primitives.genesis import ChainConfig, QbftRules
from node.primitives.hashing import EMPTY_TRIE_ROOT, keccak
from node.primitives.types import ZERO_ADDRESS, ZERO_HASH, ZERO_WEI, Address, BlockNumber, Gas, Hash32
from node.state.model import Account, StateDiff, StateReader

GET_VALIDATORS: Final = keccak(b"getValidators()")[:4]
CALL_GAS: Final = Gas(10_000_000)
MAX_VALIDATORS: Final = 100
"""As the validators contract bounds it."""

_WORD: Final = 32


class PostState:
    """What a diff makes of a state, readable before any trie is updated. Storage roots are those of before."""

    def __init__(self, pre: StateReader, diff: StateDiff) -> None:
        self._pre = pre
        self._diff = diff

    def account(self, address: Address) -> Account | None:
        before = self._pre.account(address)
        if address not in self._diff.accounts:
            return before
        change = self._diff.accounts[address]
        if change is None:
            return None
        root = EMPTY_TRIE_ROOT if before is None or address in self._diff.cleared else before.storage_root
        return Account(change.nonce, change.balance, root, change.code_hash)

    def storage(self, address: Address, slot: int) -> int:
        changed = self._diff.storage.get(address)
        if changed is not None and slot in changed:
            return changed[slot]
        gone = address in self._diff.accounts and self._diff.accounts[address] is None
        return 0 if gone or address in self._diff.cleared else self._pre.storage(address, slot)

    def code(self, code_hash: Hash32) -> bytes:
        code = self._diff.code.get(code_hash)
        return self._pre.code(code_hash) if code is None else code


def read_validators(
    engine: Engine,
    config: ChainConfig,
    rules: QbftRules,
    post: StateReader,
    *,
    number: int,
    timestamp: int,
    gas_limit: int,
) -> tuple[Address, ...]:
    """The set that must seal the block after `number`, whose post-state is `post`. Raises ValidatorsUnreadable."""
    environment = BlockEnvironment(
        number=BlockNumber(number + 1),
        timestamp=timestamp,
        coinbase=ZERO_ADDRESS,
        gas_limit=Gas(gas_limit),
        base_fee=ZERO_WEI,
        prev_randao=ZERO_HASH,
        excess_blob_gas=Gas(0),
        parent_hash=ZERO_HASH,
        parent_beacon_root=ZERO_HASH,
        block_hash=_no_hash,
    )
    call = Call(sender=ZERO_ADDRESS, to=rules.validators_contract, gas=CALL_GAS, data=GET_VALIDATORS)
    try:
        result = engine.begin(post, environment, rules_of(config)).call(call)
    except ExecutionError as error:
        raise ValidatorsUnreadable(f"cannot be called: {error}") from error
    if result.error is not None:
        raise ValidatorsUnreadable(f"fails: {result.error}")
    return decode_addresses(result.output)


def decode_addresses(output: bytes) -> tuple[Address, ...]:
    """ABI `address[]`, which must be ascending and not empty. Raises ValidatorsUnreadable."""
    words = [output[at : at + _WORD] for at in range(0, len(output), _WORD)]
    if len(words) < 2 or len(words[-1]) != _WORD or _integer(words[0]) != _WORD or _integer(words[1]) != len(words) - 2:
        raise ValidatorsUnreadable(f"answers {len(output)} bytes that are no list of addresses")
    if any(any(word[:12]) for word in words[2:]):
        raise ValidatorsUnreadable("answers a word that is no address")
    validators = tuple(Address(word[12:]) for word in words[2:])
    if not validators:
        raise ValidatorsUnreadable("answers nobody; no block could follow")
    if len(validators) > MAX_VALIDATORS:
        raise ValidatorsUnreadable(f"answers {len(validators)} validators, over {MAX_VALIDATORS}")
    if any(former >= latter for former, latter in pairwise(validators)):
        raise ValidatorsUnreadable("answers addresses that are not in ascending order")
    return validators


def _integer(word: bytes) -> int:
    return int.from_bytes(word, "big")


def _no_hash(_: BlockNumber) -> Hash32:
    return ZERO_HASH
