"""Makes the genesis document of a new network: its rules, its first validators, its contracts at fixed addresses.

The contracts' code and storage come out of the engine itself, so nobody has to trust a transcript.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from contracts import VALIDATORS, GenesisDeployment, genesis_suite
from contracts.addresses import CREATE2_DEPLOYER
from node.execution.engine import BlockEnvironment, Engine, Rules
from node.primitives.certificate import validator_set_hash
from node.primitives.genesis import GenesisAccount, QbftRules
from node.primitives.hashing import EMPTY_CODE_HASH, keccak
from node.primitives.keys import PrivateKey
from node.primitives.transaction import TransactionKind, UnsignedTransaction, sign_transaction
from node.primitives.types import ZERO_ADDRESS, ZERO_HASH, Address, BlockNumber, Gas, Hash32, Wei
from node.state.model import Account

GAS_LIMIT: Final = 30_000_000
DEVELOPMENT_FUNDS: Final = Wei(10**24)

HISTORY_CONTRACT: Final = Address(bytes.fromhex("0000f90827f1c53a10cb7a02335b175320002935"))
"""EIP-2935: serves the last 8,191 block hashes."""
_HISTORY_CODE: Final = bytes.fromhex(
    "3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff81430311604257"
    "611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500"
)
"""The deterministic-deployment proxy that Foundry, Hardhat and viem expect."""
CREATE2_DEPLOYER_CODE: Final = bytes.fromhex(
    "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182"
    "fd5b8082525050506014600cf3"
)
_BUILDER_KEY: Final = PrivateKey(keccak(b"jiaozi genesis builder"))
_BUILD_GAS: Final = Gas(15_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPlan:
    """What `genesis init` was asked for. `guardian` may veto what the central bank does through the timelock. `funded`
    accounts get ether for gas, on development networks."""

    chain_id: int
    validators: tuple[Address, ...]
    central_bank: Address
    guardian: Address
    timestamp: int
    rules: QbftRules
    funded: tuple[Address, ...] = ()


def genesis_document(plan: NetworkPlan, engine: Engine) -> dict[str, Any]:
    """The JSON document, geth's form with our rules in `config.jiaozi`. Raises contracts.BadGenesis."""
    alloc = dict(_system_accounts())
    for deployment in genesis_suite(plan.validators, plan.central_bank, plan.guardian):
        alloc[Address(deployment.address)] = deploy(deployment, engine, plan.chain_id)
    for address in plan.funded:
        alloc[address] = GenesisAccount(DEVELOPMENT_FUNDS, 0, b"", {})
    return {
        "config": {"chainId": plan.chain_id, **_FORKS, "jiaozi": _rules_entry(plan.rules)},
        "timestamp": hex(plan.timestamp),
        "gasLimit": hex(GAS_LIMIT),
        "difficulty": "0x0",
        "extraData": _hex(validator_set_hash(plan.validators)),
        "alloc": {_hex(address): _account_entry(account) for address, account in sorted(alloc.items())},
    }


def qbft_rules(*, block_period_ms: int, development: bool) -> QbftRules:
    return QbftRules(validators_contract=Address(VALIDATORS), block_period_ms=block_period_ms, development=development)


def deploy(deployment: GenesisDeployment, engine: Engine, chain_id: int) -> GenesisAccount:
    """Runs the init code as the account's own code, at its address; what it returns becomes the code."""
    address = Address(deployment.address)
    session = engine.begin(_InitCode(address, deployment.init_code), _ENVIRONMENT, Rules(chain_id=chain_id))
    unsigned = UnsignedTransaction(
        kind=TransactionKind.LEGACY, chain_id=chain_id, nonce=0, gas=_BUILD_GAS, to=address, value=0
    )
    result = session.apply(sign_transaction(unsigned, _BUILDER_KEY))
    if not result.receipt.succeeded:
        raise RuntimeError(f"the constructor of {deployment.name} failed: 0x{result.output.hex()}")
    storage = session.finish().diff.storage
    return GenesisAccount(Wei(0), 1, result.output, dict(storage[address]) if address in storage else {})


class _InitCode:
    """A state with one contract whose code is an init code."""

    def __init__(self, address: Address, init_code: bytes) -> None:
        self._address = address
        self._init_code = init_code

    def account(self, address: Address) -> Account | None:
        return Account(nonce=1, code_hash=keccak(self._init_code)) if address == self._address else None

    def storage(self, address: Address, slot: int) -> int:
        return 0

    def code(self, code_hash: Hash32) -> bytes:
        return b"" if code_hash == EMPTY_CODE_HASH else self._init_code


_ENVIRONMENT: Final = BlockEnvironment(
    number=BlockNumber(0),
    timestamp=0,
    coinbase=ZERO_ADDRESS,
    gas_limit=Gas(GAS_LIMIT),
    base_fee=Wei(0),
    prev_randao=ZERO_HASH,
    excess_blob_gas=Gas(0),
    parent_hash=ZERO_HASH,
    parent_beacon_root=ZERO_HASH,
    block_hash=lambda number: ZERO_HASH,
)

_FORKS: Final = {
    **dict.fromkeys(
        (
            "homesteadBlock",
            "eip150Block",
            "eip155Block",
            "eip158Block",
            "byzantiumBlock",
            "constantinopleBlock",
            "petersburgBlock",
            "istanbulBlock",
            "berlinBlock",
            "londonBlock",
            "shanghaiTime",
            "cancunTime",
            "pragueTime",
        ),
        0,
    ),
    "terminalTotalDifficulty": 0,
}


def _system_accounts() -> Mapping[Address, GenesisAccount]:
    return {
        HISTORY_CONTRACT: GenesisAccount(Wei(0), 1, _HISTORY_CODE, {}),
        Address(CREATE2_DEPLOYER): GenesisAccount(Wei(0), 1, CREATE2_DEPLOYER_CODE, {}),
    }


def _rules_entry(rules: QbftRules) -> dict[str, Any]:
    return {
        "validatorsContract": _hex(rules.validators_contract),
        "blockPeriodMs": rules.block_period_ms,
        "emptyBlockPeriodMs": rules.empty_block_period_ms,
        "baseTimeoutMs": rules.base_timeout_ms,
        "timeoutCapMs": rules.timeout_cap_ms,
        "zeroBaseFee": rules.zero_base_fee,
        "development": rules.development,
        "transactionGasCap": rules.transaction_gas_cap,
        "maxBlockBytes": rules.max_block_bytes,
    }


def _account_entry(account: GenesisAccount) -> dict[str, Any]:
    entry: dict[str, Any] = {"balance": hex(account.balance)}
    if account.nonce:
        entry["nonce"] = hex(account.nonce)
    if account.code:
        entry["code"] = _hex(account.code)
    if account.storage:
        entry["storage"] = {_word(slot): _word(value) for slot, value in sorted(account.storage.items())}
    return entry


def _word(value: int) -> str:
    return _hex(value.to_bytes(32, "big"))


def _hex(data: Sequence[int] | bytes) -> str:
    return "0x" + bytes(data).hex()
