"""What every Jiaozi network is born with: its validators and rules of change, its currency with policy and directory,
and escrow.

The node runs each init code at its fixed address, with no sender that would matter, and writes the resulting code
and storage into the genesis. So constructors take their roles as arguments. The policy has no rules at first; the
directory names all of them, and lists as custody those that hold money for others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from contracts.addresses import ADMISSION, DIRECTORY, ECASH, ESCROW, POLICY, TIMELOCK, VALIDATORS
from contracts.errors import BadGenesis
from contracts.library import load

CURRENCY_NAME: Final = "Jiaozi"
CURRENCY_SYMBOL: Final = "JZ"
CURRENCY_DECIMALS: Final = 2
MAX_VALIDATORS: Final = 100
TIMELOCK_DELAY_SECONDS: Final = 48 * 60 * 60
CUSTODIANS: Final = (ESCROW,)


@dataclass(frozen=True, slots=True)
class GenesisDeployment:
    name: str
    address: bytes
    init_code: bytes


def genesis_suite(validators: Sequence[bytes], central_bank: bytes, guardian: bytes) -> tuple[GenesisDeployment, ...]:
    """The contracts to deploy, in order. Validators may come in any order. The central bank queues what the timelock
    executes, `guardian` is the second key, which can veto it. Raises BadGenesis."""
    _check_account(central_bank, "the central bank")
    _check_account(guardian, "the guardian")
    if guardian == central_bank:
        raise BadGenesis("the guardian is a second key beside the central bank's, not the same")
    for validator in validators:
        _check_account(validator, "a validator")
    if not 1 <= len(validators) <= MAX_VALIDATORS:
        raise BadGenesis(f"a network has 1 to {MAX_VALIDATORS} validators, not {len(validators)}")
    if len(set(validators)) != len(validators):
        raise BadGenesis("the same validator is named twice")
    suite = (
        GenesisDeployment("validators", VALIDATORS, load("validators").init_code(sorted(validators))),
        GenesisDeployment("admission", ADMISSION, load("admission").init_code(VALIDATORS, [], [])),
        GenesisDeployment(
            "timelock", TIMELOCK, load("timelock").init_code(central_bank, guardian, TIMELOCK_DELAY_SECONDS)
        ),
        GenesisDeployment(
            "ecash",
            ECASH,
            load("ecash").init_code(CURRENCY_NAME, CURRENCY_SYMBOL, CURRENCY_DECIMALS, central_bank, DIRECTORY, POLICY),
        ),
        GenesisDeployment("policy", POLICY, load("policy").init_code(ECASH, central_bank, CURRENCY_DECIMALS)),
        GenesisDeployment("escrow", ESCROW, load("escrow").init_code()),
    )
    named = [(deployment.name, deployment.address) for deployment in suite] + [("directory", DIRECTORY)]
    arguments = (central_bank, CUSTODIANS, [name for name, _ in named], [address for _, address in named])
    return (*suite, GenesisDeployment("directory", DIRECTORY, load("directory").init_code(*arguments)))


def _check_account(account: bytes, role: str) -> None:
    if len(account) != 20 or not any(account):
        raise BadGenesis(f"{role} needs a 20-byte address other than zero, not 0x{account.hex()}")
