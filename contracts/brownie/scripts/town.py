"""The people, the money and the contracts of a development network, as Brownie sees them.

Escrow and the currency stand in every genesis. `trade` is put where `python -m contracts deploy trade` puts it.
"""

import contextlib
import json
from pathlib import Path

from brownie import accounts, history, interface, web3
from brownie.exceptions import RPCRequestError, VirtualMachineError
from eth_abi import abi
from eth_utils import keccak, to_checksum_address
from web3.exceptions import ContractLogicError

WORDS = "test test test test test test test test test test test junk"
CENTRAL_BANK, BANK, BUYER, SELLER, STRANGER = 0, 1, 3, 4, 13
NOBODY = "0x" + 20 * "00"
DAY_S = 24 * 60 * 60
EXPORTED = Path(__file__).resolve().parent.parent / "exported"


class Town:
    def __init__(self):
        people = accounts.from_mnemonic(WORDS, count=STRANGER + 1)
        self.central_bank, self.bank = people[CENTRAL_BANK], people[BANK]
        self.buyer, self.seller, self.stranger = people[BUYER], people[SELLER], people[STRANGER]
        places = json.loads((EXPORTED / "addresses.json").read_text())
        self.deployer = places["deployer"]
        self.ecash = interface.ecash(places["ecash"])
        self.escrow = interface.escrow(places["escrow"])

    def issue(self, person, amount):
        """The commercial bank issues e-cash to somebody, within a quota of its own."""
        if self.ecash.headroom(self.bank) < amount:
            self.ecash.set_quota(self.bank, self.ecash.quota(self.bank) + 1_000 * amount, {"from": self.central_bank})
        self.ecash.mint(person, amount, {"from": self.bank})

    def trade(self):
        """The contract of orders, deployed from its artifact where it is not there yet (EIP-1014)."""
        code = bytes.fromhex(json.loads((EXPORTED / "artifacts" / "trade.json").read_text())["bytecode"][2:])
        salt = keccak(text="jiaozi trade")
        deployer = bytes.fromhex(self.deployer[2:])
        address = to_checksum_address(keccak(b"\xff" + deployer + salt + keccak(code))[12:])
        if not web3.eth.get_code(address):
            self.stranger.transfer(self.deployer, 0, data="0x" + (salt + code).hex())
        return interface.trade(address)

    def now(self):
        return web3.eth.get_block("latest")["timestamp"]

    def wait(self, seconds):
        """Moves the clock of all later blocks, and makes one: Brownie asks the head before it sends.

        Brownie's own chain.sleep knows only nodes that Brownie started.
        """
        answer = web3.provider.make_request("evm_increaseTime", [seconds])
        assert "error" not in answer, "not a development network"
        self.stranger.transfer(self.stranger, 0)


def refused(function, *arguments):
    """The words with which a contract refuses a call, which is not sent.

    Brownie names them in its own exception or lets web3's through, as its middleware comes first or not; so
    `brownie.reverts` cannot be relied on.
    """
    try:
        function.call(*arguments)
    except VirtualMachineError as error:
        return error.revert_msg
    except ContractLogicError as error:
        return error.args[0].removeprefix("execution reverted: ")
    raise AssertionError("it was not refused")


def failed(send):
    """The words with which a contract refused what is in a block. `send` gives a gas limit, and allow_revert.

    The node keeps them beside the receipt. Brownie would have a trace instead, and raises as it cannot.
    """
    with contextlib.suppress(RPCRequestError):
        send()
    receipt = web3.provider.make_request("eth_getTransactionReceipt", [history[-1].txid])["result"]
    assert receipt["status"] == "0x0"
    (words,) = abi.decode(["string"], bytes.fromhex(receipt["revertReason"][10:]))
    return words
