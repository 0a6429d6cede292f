"""genesis.json in the repository is the development network's, and nobody typed it."""

import secrets
from pathlib import Path

from node.app.folder import read_genesis
from node.app.network_folder import DEVELOPMENT_CHAIN_ID, NetworkOptions, create_network
from node.primitives.certificate import validator_set_hash

ROOT = Path(__file__).resolve().parents[4]


def development_options() -> NetworkOptions:
    return NetworkOptions(
        validators=4,
        chain_id=DEVELOPMENT_CHAIN_ID,
        block_period_ms=1000,
        development=True,
        central_bank=None,
        hosts=("127.0.0.1",),
        p2p_port=30303,
        rpc_port=8545,
        timestamp=0,
    )


def test_the_repository_genesis_is_what_genesis_init_makes(tmp_path: Path) -> None:
    network = create_network(tmp_path / "net", development_options(), random_bytes=secrets.token_bytes)
    made = (network.path / "genesis.json").read_text(encoding="utf-8")
    kept = (ROOT / "genesis.json").read_text(encoding="utf-8")
    assert made == kept, "remake it: scripts/generate"


def test_the_first_header_names_the_first_validators(tmp_path: Path) -> None:
    network = create_network(tmp_path / "net", development_options(), random_bytes=secrets.token_bytes)
    genesis = read_genesis(network.path / "genesis.json")
    assert genesis.extra_data == validator_set_hash(network.validators)
    assert len(genesis.extra_data) == 32


def test_a_real_network_has_keys_of_its_own(tmp_path: Path) -> None:
    options = NetworkOptions(
        **{**{name: getattr(development_options(), name) for name in NetworkOptions.__slots__}, "development": False}
    )
    networks = [create_network(tmp_path / name, options, random_bytes=secrets.token_bytes) for name in ("one", "two")]
    assert not set(networks[0].validators) & set(networks[1].validators)
    assert networks[0].central_bank != networks[1].central_bank
    for name in ("central-bank.key", "guardian.key"):
        assert (tmp_path / "one" / name).stat().st_mode & 0o777 == 0o600
