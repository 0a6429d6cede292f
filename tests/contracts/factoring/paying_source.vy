# pragma version 0.4.3
# pragma evm-version prague
"""
@title An escrow or a receivable, as far as factoring sees it
@license Apache-2.0
@notice Only for tests. It pays by plain transfer and says for whom it paid; anyone writes its records.
"""

from ethereum.ercs import IERC20

struct Record:
    assignor: address
    token: address
    debtor: address
    lienholder: address
    lien_id: bytes32
    live: uint256
    due: uint256
    paid: uint256

records: HashMap[bytes32, Record]
released: public(HashMap[bytes32, bool])
# token -> owner -> what the token refused
claimable: public(HashMap[address, HashMap[address, uint256]])


@external
def write(id: bytes32, record: Record):
    self.records[id] = record


@external
def pay(id: bytes32, amount: uint256):
    self.count(id, amount)
    sent: bool = extcall IERC20(self.records[id].token).transfer(self.records[id].lienholder, amount)
    assert sent


@external
def count_only(id: bytes32, amount: uint256):
    self.count(id, amount)


@external
def release_assigned(id: bytes32):
    assert msg.sender == self.records[id].lienholder, "source: not the assignee"
    self.released[id] = True
    self.records[id].live = 0


@external
@view
def record(id: bytes32) -> Record:
    return self.records[id]


@external
@view
def proceeds(id: bytes32, assignee: address) -> (address, address, uint256, uint256):
    record: Record = self.records[id]
    if assignee != record.lienholder:
        return record.assignor, record.token, 0, 0
    return record.assignor, record.token, record.paid + record.live, record.paid


@external
@view
def position(
    part_id: bytes32
) -> (address, address, bytes32, uint256, address, address, uint256, uint256):
    record: Record = self.records[part_id]
    return (
        record.assignor,
        record.lienholder,
        record.lien_id,
        record.live,
        record.token,
        record.debtor,
        record.due,
        record.due,
    )


@internal
def count(id: bytes32, amount: uint256):
    self.records[id].paid += amount
    self.records[id].live -= min(amount, self.records[id].live)
