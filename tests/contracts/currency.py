"""The real currency for tests of contracts that work with it, with any number of decimals."""

from contracts import DIRECTORY, load
from tests.contracts.placed import Placed

CENTRAL_BANK, FREEZER, PAUSER, MINTER = (bytes([0xCB]) * 19 + bytes([number]) for number in range(4))
NO_POLICY = bytes(20)


def place_currency(address: bytes, *, decimals: int = 2, custodians: tuple[bytes, ...] = ()) -> Placed:
    """MINTER may issue as much as a test wants; FREEZER and PAUSER have their roles; custodians are listed.

    The directory that lists them is placed where the genesis has it.
    """
    Placed(load("directory"), DIRECTORY, CENTRAL_BANK, list(custodians), [], [])
    token = Placed(load("ecash"), address, "Jiaozi", "JZ", decimals, CENTRAL_BANK, DIRECTORY, NO_POLICY)
    token.do("set_freezer", FREEZER, True, sender=CENTRAL_BANK)
    token.do("set_pauser", PAUSER, True, sender=CENTRAL_BANK)
    token.do("set_quota", MINTER, 10**15, sender=CENTRAL_BANK)
    return token
