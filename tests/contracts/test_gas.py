"""What each function that the scenarios call uses on the ledger, the first time and at most."""

from collections import defaultdict
from pathlib import Path
from typing import Final

from eth_utils.crypto import keccak

from contracts import load, names
from contracts.addresses import CREATE2_DEPLOYER, DIRECTORY, ECASH, ESCROW, POLICY, TIMELOCK
from contracts.examples.town import Town
from tests.contracts.flows.scripts import SCRIPTS
from tests.contracts.flows.stage import Recording, ledger_place
from tests.contracts.gas import compare

GENESIS: Final = {
    ECASH: "ecash",
    ESCROW: "escrow",
    DIRECTORY: "directory",
    POLICY: "policy",
    TIMELOCK: "timelock",
}
SNAPSHOT: Final = Path(__file__).parent / "gas.json"
Figures = dict[str, dict[str, int]]


def test_every_function_uses_what_it_used(tmp_path: Path) -> None:
    compare(snapshot(tmp_path), SNAPSHOT)


def snapshot(folder: Path) -> Figures:
    """The first and the largest use of each function, by contract and name."""
    used: dict[str, list[int]] = defaultdict(list)
    for script in sorted(SCRIPTS):
        with ledger_place(folder / script) as place:
            recording = Recording(place)
            SCRIPTS[script](Town(recording, say=lambda line: None))
        contracts = dict(GENESIS)
        for transaction in recording.transactions:
            if transaction.to == CREATE2_DEPLOYER:
                contracts |= deployed(transaction.data)
                continue  # Its gas changes with the hash of the source, and so with every comment.
            assert transaction.to is not None
            name = contracts[transaction.to]
            call = load(name).decode_call(transaction.data)
            assert call is not None
            used[f"{name}.{call.function.name}"].append(transaction.gas_used)
    return {function: {"first": uses[0], "largest": max(uses)} for function, uses in sorted(used.items())}


def deployed(data: bytes) -> dict[bytes, str]:
    """What a call of the deterministic deployer put where (EIP-1014)."""
    salt, init_code = data[:32], data[32:]
    address = keccak(b"\xff" + CREATE2_DEPLOYER + salt + keccak(init_code))[12:]
    (name,) = [name for name in names() if init_code.startswith(load(name).creation_code)]
    return {address: name}
