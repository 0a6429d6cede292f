"""One of four validators runs out of disk: it goes on answering and says so, and the others go on without it.

The file size limit of a running process stands for the full disk: the same failed writes, and no root needed.
"""

import resource
import signal

import httpx
import pytest

from contracts import ECASH, load
from scripts.network import Client, Network, RpcError
from tests.e2e.test_faults import CITIZEN, fund, pay, wait_until

pytestmark = pytest.mark.e2e

FULL = 3


def reasons_of(network: Network, index: int) -> list[str]:
    answer = httpx.get(f"{network.urls[index]}/health/ready", timeout=5, trust_env=False).json()
    return [str(reason) for reason in answer["reasons"]]


def sealers(client: Client) -> list[str]:
    return [str(sealer) for sealer in client.call("qbft_getCommitCertificate", "latest")["sealers"]]


@pytest.mark.parametrize("asked_itself", [True, False], ids=["its journal", "its sign-state"])
def test_a_validator_with_a_full_disk_reads_on_and_returns_once_there_is_room(
    own_network: Network, asked_itself: bool
) -> None:
    own_network.signal(FULL, signal.SIGKILL)
    own_network.restart(FULL)  # as our child, so that we hear how it ends
    own_network.wait_until_listening(FULL)
    fund(own_network, CITIZEN)
    client, full, payer = own_network.client(), own_network.client(FULL), own_network.payer(CITIZEN)
    own = next(entry["address"] for entry in full.call("qbft_status")["validators"] if entry["self"])
    wait_until(lambda: full.block_number() == client.block_number(), 20, "it has caught up")
    pid = own_network.validators[FULL].pid
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, hard))

    data = load("ecash").encode_call("transfer", own_network.keys[7].address, 1)
    if asked_itself:
        refuse(full, payer.sign(ECASH, data))
        payer.nonce -= 1
    pay(client, payer, own_network.keys[7].address)
    wait_until(lambda: any("read-only" in each for each in reasons_of(own_network, FULL)), 20, "it says so")
    for _ in range(3):
        pay(client, payer, own_network.keys[7].address)
        assert own not in sealers(client)
    refuse(full, own_network.payer(CITIZEN + 1).sign(ECASH, data))
    status = full.call("qbft_status")
    assert "This node is read-only" in status["sentence"] and not status["voting"]
    assert full.read(load("ecash"), ECASH, "balanceOf", payer.address) == 10**6, "reads are served as of its last block"
    assert len(full.call("eth_getBlockByNumber", "latest", False)["hash"]) == 66

    (process,) = own_network.restarted
    own_network.signal(FULL, signal.SIGTERM)
    assert process.wait(20) == 0
    own_network.restart(FULL)
    own_network.wait_until_listening(FULL)
    wait_until(lambda: reasons_of(own_network, FULL) == [], 30, "it is ready again")
    wait_until(lambda: pay(client, payer, payer.address) > 0 and own in sealers(client), 30, "it votes again")
    assert client.call("qbft_evidence") == []


def refuse(client: Client, raw: str) -> None:
    with pytest.raises(RpcError, match="the node takes no transactions: its disk is full; ") as refused:
        client.call("eth_sendRawTransaction", raw)
    assert refused.value.code == -32000
