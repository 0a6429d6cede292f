"""The suite on a network: once, at addresses that follow from what is deployed, and never taken on trust."""

import json
from dataclasses import replace
from pathlib import Path

import boa
import pytest
from eth_utils.address import to_checksum_address

from contracts import DeploymentError, RecordUnreadable, WrongCode, load
from contracts.addresses import CREATE2_DEPLOYER, DIRECTORY
from contracts.deployment import (
    Network,
    Wanted,
    deploy,
    immutable_bytes,
    listed_as_custody,
    predicted_address,
    read_network,
    save_network,
    verify,
)
from contracts.typed import Directory
from node.app.genesis_document import CREATE2_DEPLOYER_CODE
from tests.contracts.bare_chain import BareChain
from tests.contracts.placed import Placed

GENESIS = b"\x47" * 32
ESCROW = Wanted("escrow")
TWO_SETS = [Wanted("validators", ([bytes([n]) * 20],), label=f"set-{n}") for n in (1, 2)]


@pytest.fixture
def chain() -> BareChain:
    boa.env.set_code(to_checksum_address(CREATE2_DEPLOYER), CREATE2_DEPLOYER_CODE)
    return BareChain(b"\xa1" * 20)


def test_what_is_deployed_stands_where_it_was_predicted(chain: BareChain) -> None:
    network = deploy(chain, Network(7, GENESIS), [ESCROW, *TWO_SETS])
    assert {key: each.address for key, each in network.contracts.items()} == {
        wanted.key: predicted_address(wanted) for wanted in (ESCROW, *TWO_SETS)
    }
    assert len(set(network.contracts[key].address for key in network.contracts)) == 3
    assert network.address("set-1") == network.contracts["set-1"].address


def test_doing_it_again_sends_nothing(chain: BareChain) -> None:
    first = deploy(chain, Network(7, GENESIS), [ESCROW])
    sent = chain.send_count
    again = deploy(chain, first, [ESCROW])
    assert chain.send_count == sent
    assert again == first
    unknown = deploy(chain, Network(7, GENESIS), [ESCROW])
    assert unknown.contracts["escrow"] == replace(first.contracts["escrow"], transaction=b"")


def test_a_network_without_the_deployer_says_so() -> None:
    with pytest.raises(DeploymentError, match="lacks the deterministic deployer"):
        deploy(BareChain(b"\xa1" * 20), Network(7, GENESIS), [ESCROW])


def test_a_constructors_refusal_is_named(chain: BareChain) -> None:
    with pytest.raises(DeploymentError, match=r"validators was refused: validators: [a-z]"):
        deploy(chain, Network(7, GENESIS), [Wanted("validators", ([],))])


def test_other_code_at_an_address_is_not_taken_for_ours(chain: BareChain) -> None:
    network = deploy(chain, Network(7, GENESIS), [ESCROW])
    with pytest.raises(WrongCode, match="another source"):
        verify(chain, "ecash", network.address("escrow"))
    with pytest.raises(WrongCode, match="there is none"):
        verify(chain, "escrow", b"\x01" * 20)
    boa.env.set_code(to_checksum_address(b"\x77" * 20), load("escrow").runtime_code + b"\0" * 32)
    with pytest.raises(WrongCode, match="32 bytes of immutables, not 0"):
        verify(chain, "escrow", b"\x77" * 20)


def test_a_label_is_of_one_contract_with_its_arguments(chain: BareChain) -> None:
    network = deploy(chain, Network(7, GENESIS), TWO_SETS[:1])
    same = Wanted("validators", TWO_SETS[1].arguments, label="set-1")
    with pytest.raises(DeploymentError, match=r"set-1 is recorded at 0x[0-9a-fA-F]{40}, with other arguments"):
        deploy(chain, network, [same])


def test_custody_is_known_by_what_it_can_be_asked() -> None:
    assert load("escrow").is_custody and load("pbm").is_custody
    assert not load("ecash").is_custody and not load("trade").is_custody


def test_custody_that_the_directory_lists_is_told_from_other(chain: BareChain) -> None:
    escrow = deploy(chain, Network(7, GENESIS), [ESCROW]).address("escrow")
    assert not listed_as_custody(chain, escrow), "there is no directory"
    Placed(load("directory"), DIRECTORY, chain.account, [], [], [])
    assert not listed_as_custody(chain, escrow)
    Directory(chain, DIRECTORY).set_custodian(escrow, True)
    assert listed_as_custody(chain, escrow)


def test_immutables_are_counted() -> None:
    assert immutable_bytes(load("ecash")) >= 64 + 64 + 32  # name, symbol and decimals at least
    assert immutable_bytes(load("escrow")) == 0


def test_a_record_is_read_as_it_was_saved(chain: BareChain, tmp_path: Path) -> None:
    path = tmp_path / "deployments" / "7.json"
    network = deploy(chain, Network(7, GENESIS), [ESCROW, *TWO_SETS])
    save_network(path, network)
    assert read_network(path, 7, GENESIS) == network
    assert read_network(tmp_path / "none.json", 7, GENESIS) == Network(7, GENESIS)


@pytest.mark.parametrize(("chain_id", "genesis"), [(8, GENESIS), (7, b"\x48" * 32)])
def test_another_networks_record_is_refused(tmp_path: Path, chain_id: int, genesis: bytes) -> None:
    path = tmp_path / "7.json"
    save_network(path, Network(7, GENESIS))
    with pytest.raises(RecordUnreadable, match="another network"):
        read_network(path, chain_id, genesis)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 9}', "{not json"])
def test_a_damaged_record_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "7.json"
    path.write_text(text)
    with pytest.raises(RecordUnreadable, match="damaged"):
        read_network(path, 7, GENESIS)


def test_what_was_never_deployed_has_no_address() -> None:
    with pytest.raises(DeploymentError, match="escrow is not deployed on chain 7"):
        Network(7, GENESIS).address("escrow")


def test_a_record_is_plain_json(tmp_path: Path) -> None:
    path = tmp_path / "7.json"
    save_network(path, Network(7, GENESIS))
    assert json.loads(path.read_text())["chain_id"] == 7
