"""The validators of a running network change: real processes, the operators' own commands, blocks before and after.

A fifth node is admitted, follows, is voted in, votes and seals; an old one is voted out, and the chain goes on under
the four that are left.
"""

import io
import json
import signal
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from node.app.folder import NodeFolder
from node.cli import main
from node.network.identity import multiaddr
from node.primitives.certificate import validator_set_hash
from node.primitives.types import Address
from scripts.network import Network, Payer, Validator
from tests.e2e.test_faults import fund, pay, wait_until
from tests.ports import free_ports

pytestmark = pytest.mark.e2e

HOST = "127.0.0.1"
CITIZEN = 5
FIFTH = 4


def command(*argv: object) -> tuple[int, str, str]:
    """Exit code, output and errors of the command line, without the seconds that a new interpreter takes."""
    output, errors = io.StringIO(), io.StringIO()
    with redirect_stdout(output), redirect_stderr(errors):
        code = main([str(each) for each in argv])
    return code, output.getvalue(), errors.getvalue()


def jiaozi_node(*argv: object) -> Any:
    """The answer of a command in JSON; it must end with 0."""
    code, output, errors = command(*argv, "--json")
    assert code == 0, f"{argv}: {errors}"
    return json.loads(output)


def refusal(*argv: object) -> str:
    code, _, errors = command(*argv)
    assert code == 1, argv
    return errors


class Operators:
    """Those of a network's validators, each with the key in its folder."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.client = network.client()
        self.payer: Payer = network.payer(CITIZEN)

    def key(self, index: int) -> Path:
        return self.network.validators[index].data_dir / "validator.key"

    def do(self, index: int, *argv: object) -> Any:
        return jiaozi_node(*argv, "--key", self.key(index), "--rpc", self.network.urls[index])

    def decide(self, by: list[int], group: str, *proposal: object) -> Any:
        """Proposed by the first and approved by the others; the proposal as it then is."""
        proposed = self.do(by[0], group, "propose", *proposal)
        for index in by[1:]:
            proposed = self.do(index, group, "approve", proposed["id"])
        assert proposed["state"] == "decided", proposed
        return proposed

    def pay_until(self, height: int) -> None:
        while self.client.block_number() < height:
            pay(self.client, self.payer, self.network.keys[7].address)

    def validators(self, number: int) -> list[str]:
        return list(self.client.call("qbft_getValidatorsByBlockNumber", hex(number)))

    def sealers(self, number: int) -> set[str]:
        certificate = self.client.call("qbft_getCommitCertificate", hex(number))
        assert certificate["blockHash"] == self.client.call("eth_getBlockByNumber", hex(number), False)["hash"]
        return set(certificate["sealers"])


def start_fifth(network: Network, folder: Path) -> Any:
    """Laid by `join`, run beside the others as the network's index 4; what `join` said of it."""
    folders = [NodeFolder(validator.data_dir) for validator in network.validators]
    peers = [multiaddr(HOST, each.config().p2p_port, each.identity().peer_id) for each in folders]
    p2p_port, rpc_port = free_ports(2)
    joined = jiaozi_node(
        "join", folder, "--genesis", folders[0].genesis_path, "--validator",
        "--p2p-port", p2p_port, "--rpc-port", rpc_port, *(word for peer in peers for word in ("--peers", peer)),
    )  # fmt: skip
    network.validators.append(Validator(folder, f"http://{HOST}:{rpc_port}", 0))
    network.restart(FIFTH)
    network.wait_until_listening(FIFTH)
    return joined


def test_a_fifth_validator_is_voted_in_and_an_old_one_out(own_network: Network, tmp_path: Path) -> None:
    fund(own_network, CITIZEN)
    operators = Operators(own_network)
    client = operators.client
    joined = start_fifth(own_network, tmp_path / "node-5")
    newcomer, peer = joined["validator"], joined["peerId"]
    first_set = operators.validators(0)

    # Nobody knows it: it follows only once three of four have put it on the list.
    log = own_network.validators[FIFTH].data_dir / "node.log"
    wait_until(lambda: "nor on the admission list" in log.read_text(), 20, "the unlisted node is refused")
    follower = own_network.client(FIFTH)
    assert follower.block_number() == 0
    operators.decide([0, 1, 2], "admission", "validator", peer)
    assert jiaozi_node("admission", "list", "--rpc", own_network.urls[3])["peers"] == {peer: "validator"}
    wait_until(lambda: follower.block_number() == client.block_number(), 30, "the listed node has caught up")

    # Struck off, it is sent away by nodes that it was connected to; listed again, it catches up again.
    operators.decide([1, 2, 3], "admission", "unlisted", peer)
    wait_until(lambda: "no longer admitted" in log.read_text(), 20, "the node that was struck off is sent away")
    operators.decide([0, 1, 2], "admission", "validator", peer)
    wait_until(lambda: follower.block_number() == client.block_number(), 30, "it has caught up again")

    # It says that it is ready; three of four vote it in, for a block that they state.
    propose = ("validators", "propose", "add", newcomer, "--key", operators.key(0), "--rpc", own_network.urls[0])
    assert "validators: not a candidate" in refusal(*propose)
    operators.do(FIFTH, "validators", "candidate")
    stated = client.block_number() + 12
    operators.decide([0, 1, 3], "validators", "add", newcomer, "--not-before", stated)
    waiting = jiaozi_node("validators", "list", "--rpc", own_network.urls[0])["waiting"]
    assert (waiting["incoming"], waiting["effective"], waiting["validators"]) == (newcomer, stated, 5)
    operators.pay_until(stated + 1)
    assert operators.validators(stated - 1) == first_set
    assert operators.validators(stated) == sorted([*first_set, newcomer])
    wait_until(lambda: seals(operators, newcomer), 30, "the fifth validator seals")
    assert follower.call("qbft_status")["voting"]

    # Four of five vote an old one out; it goes on following, and its seal counts no more.
    gone = "0x" + NodeFolder(own_network.validators[3].data_dir).validator_key().address.hex()  # type: ignore[union-attr]
    decided = operators.decide([FIFTH, 0, 1, 2], "validators", "remove", gone)
    history = jiaozi_node("validators", "history", "--rpc", own_network.urls[2])
    assert [(each["kind"], each["incoming"], each["leaving"]) for each in history] == [
        ("add", newcomer, None),
        ("remove", None, gone),
    ]
    last = history[1]
    assert (last["proposal"], last["effective"]) == (decided["id"], last["decidedIn"] + 2)
    operators.pay_until(last["effective"] + 2)
    four = sorted({*first_set, newcomer} - {gone})
    assert operators.validators(last["effective"]) == four
    assert gone not in operators.sealers(client.block_number())
    refused = refusal("validators", "propose", "add", gone, "--key", operators.key(3), "--rpc", own_network.urls[3])
    assert "validators: not a validator" in refused

    # Now the new one's vote is needed: of the four, three are left.
    for index in (3, 2):
        own_network.signal(index, signal.SIGKILL)
    for _ in range(5):
        pay(client, operators.payer, own_network.keys[7].address)
    assert newcomer in operators.sealers(client.block_number())

    check_light(operators, client.block_number())
    verified = jiaozi_node("verify", "--data-dir", own_network.validators[2].data_dir)
    assert verified


def seals(operators: Operators, validator: str) -> bool:
    pay(operators.client, operators.payer, operators.network.keys[7].address)
    return validator in operators.sealers(operators.client.block_number())


def check_light(operators: Operators, head: int) -> None:
    """What somebody without the state checks: each header names who must seal the next block, and they did."""
    for number in range(1, head + 1):
        named = operators.client.call("eth_getBlockByNumber", hex(number - 1), False)["extraData"]
        members = operators.validators(number)
        accounts = [Address(bytes.fromhex(member[2:])) for member in members]
        assert named == "0x" + validator_set_hash(accounts).hex(), f"block {number - 1} names another set"
        sealed = operators.sealers(number)
        assert sealed <= set(members)
        assert 3 * len(sealed) >= 2 * len(members), f"block {number} is sealed by {len(sealed)} of {len(members)}"
