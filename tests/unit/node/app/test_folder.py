"""A node's folder: secrets are their owner's alone, and what is wrong in it is named by its path."""

import secrets
from pathlib import Path

import pytest

from node.app.config import NodeConfig
from node.app.errors import BadConfiguration, BadFolder
from node.app.folder import NodeFolder, create_folder, read_genesis, write_secret
from node.app.network_folder import NetworkOptions, create_network
from node.primitives.errors import InvalidGenesis

SEED, SECRET = b"\x01" * 32, b"\x02" * 32


def made(tmp_path: Path, secret: bytes | None = SECRET) -> NodeFolder:
    return create_folder(tmp_path / "node", "{}", NodeConfig(), SEED, secret)


def options(**changes: object) -> NetworkOptions:
    base: dict[str, object] = dict(
        validators=2, chain_id=7, block_period_ms=1_000, development=False, central_bank=None, hosts=("127.0.0.1",),
        p2p_port=30303, rpc_port=8545, timestamp=1_800_000_000,
    )  # fmt: skip
    return NetworkOptions(**(base | changes))  # type: ignore[arg-type]  # by name


def test_a_folder_reads_back_what_was_put_into_it(tmp_path: Path) -> None:
    folder = made(tmp_path)
    key = folder.validator_key()
    assert folder.identity().seed == SEED and key is not None and key.secret == SECRET
    assert folder.config() == NodeConfig()
    assert folder.sign_state_path.exists(), "a new validator has signed nothing, and knows it"


def test_a_follower_has_no_validator_key_and_no_sign_state(tmp_path: Path) -> None:
    folder = made(tmp_path, None)
    assert folder.validator_key() is None and not folder.sign_state_path.exists()


def test_secrets_are_their_owners_alone_from_the_first_moment(tmp_path: Path) -> None:
    folder = made(tmp_path)
    for name in ("node.key", "validator.key"):
        assert (folder.path / name).stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        write_secret(folder.path / "node.key", SECRET)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"not hexadecimal", "is not hexadecimal"),
        (b"\xff\xfe", "is not hexadecimal"),
        (b"0x0", "is not hexadecimal"),
        (b"", "holds 0 bytes, expected 32"),
        (b"01" * 31, "holds 31 bytes, expected 32"),
        (b"0x" + b"01" * 33, "holds 33 bytes, expected 32"),
        (
            b"00" * 32,
            "is no secp256k1 key: a private key is 32 bytes, above 0 and below the order of secp256k1",
        ),
        (
            b"ff" * 32,
            "is no secp256k1 key: a private key is 32 bytes, above 0 and below the order of secp256k1",
        ),
    ],
)
def test_a_bad_key_is_named_by_its_file(tmp_path: Path, content: bytes, problem: str) -> None:
    folder = made(tmp_path)
    path = folder.path / "validator.key"
    path.write_bytes(content)
    with pytest.raises(BadFolder) as refused:
        folder.validator_key()
    assert str(refused.value) == f"{path}: {problem}"


def test_a_missing_node_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFolder, match=r"node\.key: cannot be read: No such file or directory"):
        NodeFolder(tmp_path).identity()


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    made(tmp_path)
    before = sorted((path, path.read_bytes()) for path in (tmp_path / "node").iterdir())
    with pytest.raises(BadFolder, match="exists and is not empty: choose another folder, or remove it"):
        made(tmp_path)
    with pytest.raises(BadFolder, match="exists and is not empty"):
        create_network(tmp_path / "node", options(), random_bytes=secrets.token_bytes)
    assert sorted((path, path.read_bytes()) for path in (tmp_path / "node").iterdir()) == before


def test_a_file_is_no_place_for_a_network(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("kept", encoding="utf-8")
    with pytest.raises(BadFolder, match="file: cannot be made: File exists"):
        create_network(path, options(), random_bytes=secrets.token_bytes)
    assert path.read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"p2p_port": 65_535}, "configuration: p2p-port is 65535, but 2 nodes need ports from there, 1 to 65535"),
        ({"rpc_port": 0}, "configuration: rpc-port is 0, but 2 nodes need ports from there, 1 to 65535"),
        ({"rpc_port": 30_304}, "configuration: rpc-port is 30304, too near to p2p-port 30303: one each"),
    ],
)
def test_ports_that_there_are_not_are_refused_before_anything_is_laid(
    tmp_path: Path, changes: dict[str, object], error: str
) -> None:
    with pytest.raises(BadConfiguration) as refused:
        create_network(tmp_path / "net", options(**changes), random_bytes=secrets.token_bytes)
    assert str(refused.value) == error and not (tmp_path / "net").exists()


def test_every_node_dials_every_other_one(tmp_path: Path) -> None:
    network = create_network(tmp_path / "net", options(validators=3), random_bytes=secrets.token_bytes)
    for index, node in enumerate(network.nodes):
        config = node.config()
        assert (config.p2p_port, config.rpc_port) == (30303 + index, 8545 + index)
        others = [other for other in network.nodes if other != node]
        assert [peer.rsplit("/", 1)[1] for peer in config.peers] == [other.identity().peer_id for other in others]
    assert [key.address for node in network.nodes if (key := node.validator_key())] == list(network.validators)


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"", "is not JSON: "), (b"{", "is not JSON: "), (b"[" * 100_000, "is not JSON: depth limit exceeded")],
    ids=["nothing", "half", "a bomb of brackets"],
)
def test_a_genesis_that_is_no_json_is_named(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "genesis.json"
    path.write_bytes(content)
    with pytest.raises(BadFolder) as refused:
        read_genesis(path)
    assert str(refused.value).startswith(f"{path}: {problem}")


def test_a_genesis_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(BadFolder, match=r"cannot be read: No such file or directory; `jiaozi-node genesis init`"):
        read_genesis(tmp_path / "genesis.json")


def test_json_that_is_no_genesis_is_another_error(tmp_path: Path) -> None:
    path = tmp_path / "genesis.json"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(InvalidGenesis, match="genesis: config: is missing"):
        read_genesis(path)
