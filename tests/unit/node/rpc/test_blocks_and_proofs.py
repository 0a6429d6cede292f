"""What the chain shows of itself can be checked by others: hashes, roots, proofs, certificates."""

import pytest
import rlp
from rlp import sedes
from sha3 import keccak_256
from trie import HexaryTrie

from node.primitives.certificate import CommitCertificate, seal_digest, sealers
from tests.unit.node.rpc.in_process import Client
from tests.unit.node.rpc.solo import COUNTER, PAYEE, VALIDATOR, SoloNode, deployment, payment

HEADER_MEMBERS = [
    "parentHash",
    "sha3Uncles",
    "miner",
    "stateRoot",
    "transactionsRoot",
    "receiptsRoot",
    "logsBloom",
    "difficulty",
    "number",
    "gasLimit",
    "gasUsed",
    "timestamp",
    "extraData",
    "mixHash",
    "nonce",
    "baseFeePerGas",
    "withdrawalsRoot",
    "blobGasUsed",
    "excessBlobGas",
    "parentBeaconBlockRoot",
    "requestsHash",
]
NUMBERS = frozenset(
    {"difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas", "blobGasUsed", "excessBlobGas"}
)


def _bytes(value: str) -> bytes:
    return bytes.fromhex(value[2:])


def _keccak(data: bytes) -> bytes:
    digest: bytes = keccak_256(data).digest()
    return digest


@pytest.fixture
def mined(client: Client, node: SoloNode) -> str:
    """The hash of block 1, which has a payment and a deployment; returned is the contract's address."""
    deploying = deployment(1)
    for transaction in (payment(0, value=9), deploying):
        client.result("eth_sendRawTransaction", "0x" + transaction.raw.hex())
    node.mine()
    address: str = client.result("eth_getTransactionReceipt", "0x" + deploying.hash.hex())["contractAddress"]
    return address


def test_the_shown_header_hashes_to_the_shown_hash(client: Client, mined: str) -> None:
    """By the rlp package alone, as anybody outside would do it."""
    block = client.result("eth_getBlockByNumber", "0x1", False)
    items = [
        rlp.encode(int(block[name], 16), sedes.big_endian_int) if name in NUMBERS else rlp.encode(_bytes(block[name]))
        for name in HEADER_MEMBERS
    ]
    body = b"".join(items)
    raw = rlp.codec.length_prefix(len(body), 0xC0) + body
    assert "0x" + _keccak(raw).hex() == block["hash"]
    assert client.result("debug_getRawHeader", "0x1") == "0x" + raw.hex()
    assert len(_bytes(block["extraData"])) == 32
    assert int(block["size"], 16) == len(_bytes(client.result("debug_getRawBlock", "0x1")))


def test_a_block_is_the_same_by_number_hash_and_tag(client: Client, mined: str) -> None:
    block = client.result("eth_getBlockByNumber", "0x1", True)
    assert client.result("eth_getBlockByHash", block["hash"], True) == block
    for tag in ("latest", "safe", "finalized", "pending"):
        assert client.result("eth_getBlockByNumber", tag, True) == block
    for index, transaction in enumerate(block["transactions"]):
        assert client.result("eth_getTransactionByHash", transaction["hash"]) == transaction
        assert client.result("eth_getTransactionByBlockNumberAndIndex", "0x1", hex(index)) == transaction
        assert client.result("eth_getTransactionByBlockHashAndIndex", block["hash"], hex(index)) == transaction
    assert client.result("eth_getTransactionByBlockNumberAndIndex", "0x1", "0x2") is None
    assert client.result("eth_getBlockTransactionCountByNumber", "0x1") == "0x2"
    receipts = client.result("eth_getBlockReceipts", "latest")
    assert receipts == [client.result("eth_getTransactionReceipt", entry["hash"]) for entry in block["transactions"]]
    assert client.result("eth_getBlockByNumber", "0x2", True) is None


def test_proofs_lead_from_the_state_root_to_account_and_slot(client: Client, node: SoloNode, mined: str) -> None:
    counting = payment(2, to=type(PAYEE)(_bytes(mined)), value=0, gas=100_000)
    client.result("eth_sendRawTransaction", "0x" + counting.raw.hex())
    node.mine()
    root = _bytes(client.result("eth_getBlockByNumber", "latest", False)["stateRoot"])
    proof = client.result("eth_getProof", mined, ["0x0"], "latest")
    nodes = [rlp.decode(_bytes(entry)) for entry in proof["accountProof"]]
    leaf = HexaryTrie.get_from_proof(root, _keccak(_bytes(mined)), nodes)
    nonce, balance, storage_root, code_hash = rlp.decode(leaf)
    assert (nonce, balance) == (b"\x01", b"")
    assert proof["storageHash"] == "0x" + storage_root.hex()
    assert proof["codeHash"] == "0x" + code_hash.hex() == "0x" + _keccak(COUNTER).hex()
    [slot] = proof["storageProof"]
    assert (slot["key"], slot["value"]) == ("0x0", "0x1")
    slot_nodes = [rlp.decode(_bytes(entry)) for entry in slot["proof"]]
    assert rlp.decode(HexaryTrie.get_from_proof(storage_root, _keccak(b"\0" * 32), slot_nodes)) == b"\x01"


def test_a_reverted_payment_says_why_in_its_receipt(client: Client, node: SoloNode) -> None:
    failing = payment(0, to=None, value=0, data=bytes.fromhex("63deadbeef6000526004601cfd"), gas=100_000)
    client.result("eth_sendRawTransaction", "0x" + failing.raw.hex())
    node.mine()
    receipt = client.result("eth_getTransactionReceipt", "0x" + failing.hash.hex())
    assert (receipt["status"], receipt["revertReason"]) == ("0x0", "0xdeadbeef")


def test_the_certificate_is_one_for_this_block_by_these_validators(client: Client, node: SoloNode, mined: str) -> None:
    found = client.result("qbft_getCommitCertificate", "latest")
    certificate = CommitCertificate(int(found["round"], 16), tuple(_bytes(seal) for seal in found["seals"]))
    digest = seal_digest(7, node.chain.genesis_hash, node.chain.head.hash, certificate.round)
    assert sealers(digest, certificate) == {VALIDATOR.address}
    assert found["sealers"] == ["0x" + VALIDATOR.address.hex()]
    assert client.result("qbft_getCommitCertificate", "0x0") is None
    validators = ["0x" + VALIDATOR.address.hex()]
    for reference in ("0x0", "0x1", "latest", "pending"):
        assert client.result("qbft_getValidatorsByBlockNumber", reference) == validators
    assert client.result("qbft_getValidatorsByBlockHash", found["blockHash"]) == validators
    assert client.error("qbft_getValidatorsByBlockNumber", "0x9") == (-32000, "header not found")


def test_who_is_there_is_told_to_whoever_may_ask(client: Client) -> None:
    assert client.result("web3_clientVersion") == "jiaozi/test"
    assert client.result("net_version") == "7"
    assert client.result("net_peerCount") == "0x1"
    assert client.result("net_listening") is True
    assert client.result("eth_accounts") == []
    assert client.result("eth_syncing") is False
    assert client.result("web3_sha3", "0x") == "0x" + _keccak(b"").hex()
    assert client.result("admin_nodeInfo")["protocols"]["qbft"]["height"] == 0
    [peer] = client.result("admin_peers")
    assert peer["network"] == {"remoteAddress": "/ip4/127.0.0.1/tcp/2", "inbound": True}
    assert client.result("qbft_status") == {"height": 1, "moving": True}
    assert client.result("qbft_evidence") == []
    assert set(client.result("rpc_modules")) == {
        "admin",
        "debug",
        "eth",
        "evm",
        "jiaozi",
        "net",
        "qbft",
        "rpc",
        "txpool",
        "web3",
    }
