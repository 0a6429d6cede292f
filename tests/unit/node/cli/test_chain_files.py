"""export, import and verify over real folders: what goes out comes in elsewhere, equal to the last hash."""

import json
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from node.app.assembly import open_chain
from node.app.folder import NodeFolder
from node.app.network_folder import NetworkOptions, create_network, development_keys, development_validator_key
from node.chain.records import LAYOUT, header_key
from node.cli import main
from node.execution.block import assemble_block, child_environment, rules_of
from node.execution.engines import load_engine
from node.primitives.certificate import CommitCertificate, seal_digest
from node.primitives.transaction import UnsignedTransaction, sign_transaction
from node.primitives.types import Address
from node.storage import LevelStore

ROOT = Path(__file__).resolve().parents[4]
VECTORS = Path(os.environ.get("JIAOZI_VECTORS", ROOT.parent / "shared" / "data")) / "rpc-compat.zip"
BLOCKS = 6

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*argv: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([str(each) for each in argv])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network of one validator whose node has six blocks, and a folder beside it that has genesis alone."""
    path = tmp_path_factory.mktemp("chain") / "net"
    options = NetworkOptions(
        validators=1, chain_id=20_200, block_period_ms=1_000, development=True, central_bank=None, hosts=("127.0.0.1",),
        p2p_port=0, rpc_port=0, timestamp=0,
    )  # fmt: skip
    (node,) = create_network(path, options, random_bytes=Random(1).randbytes).nodes
    shutil.copytree(node.path, path / "empty")
    _grow(node)
    return path


@pytest.fixture
def node(laid: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(laid / "node-1", tmp_path / "node"))


@pytest.fixture
def empty(laid: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(laid / "empty", tmp_path / "empty"))


def _grow(node: NodeFolder) -> None:
    chain, store = open_chain(node.database_path, node.genesis(), load_engine("auto"), archive=True)
    payer, validator = development_keys()[5], development_validator_key(0)
    for nonce in range(BLOCKS):
        parent, timestamp = chain.head.header, chain.head.header.timestamp + 1
        environment = child_environment(
            parent,
            chain.config,
            coinbase=validator.address,
            timestamp=timestamp,
            block_hash=chain.block_hash,
        )
        unsigned = UnsignedTransaction(
            chain_id=20_200,
            nonce=nonce,
            gas=21_000,
            to=Address(b"\x44" * 20),
            value=1,
        )
        payment = sign_transaction(unsigned, payer)
        session = chain.engine.begin(chain.state(parent.number), environment, rules_of(chain.config))
        session.apply(payment)
        block = assemble_block(chain.nodes, parent, environment, [payment], session.finish(), parent.extra_data).block
        digest = seal_digest(chain.config.chain_id, chain.genesis_hash, block.hash, 0)
        chain.import_block(block, CommitCertificate(0, (validator.sign(digest),)))
    store.close()


def test_what_is_exported_comes_in_elsewhere_and_verifies(run: Run, node: Path, empty: Path, tmp_path: Path) -> None:
    file = tmp_path / "blocks.rlp"
    code, out, _ = run("export", file, "--data-dir", node, "--json")
    assert (code, json.loads(out)) == (0, {"file": str(file), "blocks": BLOCKS})
    code, out, _ = run("import", file, "--data-dir", empty, "--json")
    brought = json.loads(out)
    assert code == 0 and (brought["blocks"], brought["head"]) == (BLOCKS, BLOCKS)
    for folder in (node, empty):
        code, out, _ = run("verify", "--data-dir", folder, "--json")
        assert code == 0 and json.loads(out)["hash"] == brought["hash"]
    assert json.loads(run("import", file, "--data-dir", empty, "--json")[1])["blocks"] == 0, "nothing is new any more"


def test_a_file_is_checked_against_a_genesis_without_keeping_anything(run: Run, node: Path, tmp_path: Path) -> None:
    run("export", tmp_path / "blocks.rlp", "--data-dir", node)
    before = sorted(tmp_path.rglob("*"))
    code, _, err = run("import", tmp_path / "blocks.rlp", "--genesis", node / "genesis.json")
    assert code == 0 and err.startswith(f"{BLOCKS} blocks in, every header field recomputed and equal; head is block 6")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_part_can_be_exported_and_needs_what_comes_before(run: Run, node: Path, empty: Path, tmp_path: Path) -> None:
    assert run("export", tmp_path / "a", "--data-dir", node, "--first", 1, "--last", 2)[0] == 0
    assert run("export", tmp_path / "b", "--data-dir", node, "--first", 3)[0] == 0
    code, _, err = run("import", tmp_path / "b", "--data-dir", empty)
    assert code == 1 and err.startswith("jiaozi-node: entry 0, block 3: block refused: parent_hash is 0x")
    assert (
        run("import", tmp_path / "a", "--data-dir", empty)[0] == run("import", tmp_path / "b", "--data-dir", empty)[0]
    )
    assert json.loads(run("verify", "--data-dir", empty, "--json")[1])["head"] == BLOCKS


@pytest.mark.parametrize("span", [("0", "2"), ("3", "2"), ("1", "7"), ("-1", "2")])
def test_blocks_that_there_are_not_are_refused(run: Run, node: Path, tmp_path: Path, span: tuple[str, str]) -> None:
    first, last = span
    told = run("export", tmp_path / "blocks", "--data-dir", node, f"--first={first}", f"--last={last}")
    assert told == (1, "", f"jiaozi-node: {node}: has blocks 1 to 6, not {first} to {last}\n")
    assert not (tmp_path / "blocks").exists()


def test_a_damaged_file_keeps_the_blocks_before_the_damage(run: Run, node: Path, empty: Path, tmp_path: Path) -> None:
    file = tmp_path / "blocks.rlp"
    run("export", file, "--data-dir", node)
    raw = file.read_bytes()
    file.write_bytes(raw[: len(raw) - 10])
    assert run("import", file, "--data-dir", empty) == (
        1, "", "jiaozi-node: entry 5, what should be a block: the file ends 10 bytes early\n",
    )  # fmt: skip
    assert json.loads(run("verify", "--data-dir", empty, "--json")[1])["head"] == BLOCKS - 1


def test_a_chain_of_another_genesis_is_refused(run: Run, node: Path, tmp_path: Path) -> None:
    genesis = json.loads((node / "genesis.json").read_text())
    genesis["timestamp"] = "0x1"
    (node / "genesis.json").write_text(json.dumps(genesis))
    code, _, err = run("verify", "--data-dir", node)
    assert code == 1 and err.startswith("jiaozi-node: the database holds the chain of genesis 0x")


def test_a_record_that_is_gone_is_found_by_verify(run: Run, node: Path) -> None:
    store = LevelStore(node / "db", schema=LAYOUT)
    store.write([(header_key(3), None)])
    store.close()
    code, out, err = run("verify", "--data-dir", node)
    assert (code, out) == (1, "") and "the header of block 3 is missing" in err


def test_a_genesis_is_foreign_or_ours_and_must_be_called_so(run: Run, node: Path, tmp_path: Path) -> None:
    file = tmp_path / "blocks.rlp"
    file.write_bytes(b"")
    assert run("import", file, "--genesis", node / "genesis.json", "--foreign")[2] == (
        f"jiaozi-node: {node / 'genesis.json'}: is of a Jiaozi network: leave --foreign out\n"
    )
    genesis = json.loads((node / "genesis.json").read_text())
    del genesis["config"]["jiaozi"]
    (node / "genesis.json").write_text(json.dumps(genesis))
    assert run("import", file, "--genesis", node / "genesis.json")[2] == (
        f"jiaozi-node: {node / 'genesis.json'}: is a foreign chain's: pass --foreign\n"
    )


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["{file}"], "import: needs --data-dir, or --genesis to check a file without keeping it"),
        (["{file}.none", "--genesis", "{genesis}"], "{file}.none: cannot be read: No such file or directory"),
        (["{folder}", "--genesis", "{genesis}"], "{folder}: cannot be read: Is a directory"),
    ],
)
def test_what_import_cannot_read_is_named(run: Run, node: Path, tmp_path: Path, argv: list[str], sentence: str) -> None:
    names = {"file": tmp_path / "blocks.rlp", "folder": tmp_path, "genesis": node / "genesis.json"}
    told = run("import", *(each.format(**names) for each in argv))
    assert told == (1, "", f"jiaozi-node: {sentence.format(**names)}\n")


def test_an_export_into_nowhere_is_one_sentence(run: Run, node: Path, tmp_path: Path) -> None:
    told = run("export", tmp_path / "no" / "blocks", "--data-dir", node)
    assert told == (1, "", f"jiaozi-node: {tmp_path / 'no' / 'blocks'}: No such file or directory\n")


@pytest.mark.skipif(not VECTORS.exists(), reason=f"no rpc-compat.zip at {VECTORS}; set JIAOZI_VECTORS")
def test_a_foreign_chain_comes_in_and_its_head_is_the_published_one(run: Run, tmp_path: Path) -> None:
    with zipfile.ZipFile(VECTORS) as archive:
        root = next(name for name in archive.namelist() if name.endswith("genesis.json")).removesuffix("genesis.json")
        for name in ("genesis.json", "chain.rlp", "headblock.json", "headfcu.json"):
            if f"{root}{name}" in archive.namelist():
                (tmp_path / name).write_bytes(archive.read(f"{root}{name}"))
    told = run("import", tmp_path / "chain.rlp", "--genesis", tmp_path / "genesis.json", "--foreign", "--json")
    assert told[0] == 0, told
    published = json.loads((tmp_path / "headfcu.json").read_text())["params"][0]["headBlockHash"]
    assert json.loads(told[1])["hash"] == published
