"""Where the contracts of the genesis suite live, on every Jiaozi network.

The first six bytes spell the name in ASCII, so that nobody takes one for an ordinary account; the last two say
which contract.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

VALIDATORS: Final = bytes.fromhex("4a69616f7a690000000000000000000000000001")
ADMISSION: Final = bytes.fromhex("4a69616f7a690000000000000000000000000002")
TIMELOCK: Final = bytes.fromhex("4a69616f7a690000000000000000000000000003")
ECASH: Final = bytes.fromhex("4a69616f7a690000000000000000000000000101")
POLICY: Final = bytes.fromhex("4a69616f7a690000000000000000000000000102")
DIRECTORY: Final = bytes.fromhex("4a69616f7a690000000000000000000000000103")
ESCROW: Final = bytes.fromhex("4a69616f7a690000000000000000000000000201")

OF_GENESIS: Final[Mapping[str, bytes]] = MappingProxyType(
    {
        "validators": VALIDATORS,
        "admission": ADMISSION,
        "timelock": TIMELOCK,
        "ecash": ECASH,
        "policy": POLICY,
        "directory": DIRECTORY,
        "escrow": ESCROW,
    }
)
"""By the contract's name."""

CREATE2_DEPLOYER: Final = bytes.fromhex("4e59b44847b379578588920ca78fbf26c0b4956c")
"""The usual deterministic deployer; whatever it deploys stands at the same address on every network."""
