"""Blocks of a live network, judged by another library's header: py-evm knows nothing of ours."""

from typing import Any

import pytest
from eth.vm.forks.prague.blocks import PragueBlockHeader

from scripts.network import Client
from tests.e2e.conftest import Devnet

pytestmark = pytest.mark.e2e


def test_the_hash_is_keccak_of_the_rlp_of_a_standard_header(devnet: Devnet) -> None:
    client = Client(devnet.rpc_url)
    for number in range(client.block_number() + 1):
        block = client.call("eth_getBlockByNumber", hex(number), False)
        assert "0x" + _header(block).hash.hex() == block["hash"]
        assert len(bytes.fromhex(block["extraData"][2:])) == 32


def _header(block: dict[str, Any]) -> Any:
    def data(key: str) -> bytes:
        return bytes.fromhex(block[key][2:])

    def integer(key: str) -> int:
        return int(block[key], 16)

    return PragueBlockHeader(
        parent_hash=data("parentHash"),
        uncles_hash=data("sha3Uncles"),
        coinbase=data("miner"),
        state_root=data("stateRoot"),
        transaction_root=data("transactionsRoot"),
        receipt_root=data("receiptsRoot"),
        bloom=int(block["logsBloom"], 16),
        difficulty=integer("difficulty"),
        block_number=integer("number"),
        gas_limit=integer("gasLimit"),
        gas_used=integer("gasUsed"),
        timestamp=integer("timestamp"),
        extra_data=data("extraData"),
        mix_hash=data("mixHash"),
        nonce=data("nonce"),
        base_fee_per_gas=integer("baseFeePerGas"),
        withdrawals_root=data("withdrawalsRoot"),
        blob_gas_used=integer("blobGasUsed"),
        excess_blob_gas=integer("excessBlobGas"),
        parent_beacon_block_root=data("parentBeaconBlockRoot"),
        requests_hash=data("requestsHash"),
    )
