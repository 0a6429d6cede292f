"""net_, web3_, rpc_ and the rest of what tools ask to see whom they talk to."""

from node.primitives.hashing import keccak
from node.rpc.context import Context
from node.rpc.method import Method
from node.rpc.parameters import Parameter, data
from node.rpc.render import Json, quantity
from node.rpc.render import data as show


def network_version(context: Context) -> Json:
    return str(context.chain.config.chain_id)


def listening(context: Context) -> Json:
    return True


def peer_count(context: Context) -> Json:
    return quantity(len(context.node.peers()))


def client_version(context: Context) -> Json:
    return context.node.identity.version


def sha3(context: Context, value: bytes) -> Json:
    return show(keccak(value))


def modules(context: Context) -> Json:
    return {name: "1.0" for name in context.modules}


def chain_id(context: Context) -> Json:
    return quantity(context.chain.config.chain_id)


def accounts(context: Context) -> Json:
    """None: a node holds no user's keys."""
    return []


def syncing(context: Context) -> Json:
    progress = context.node.sync_progress()
    if progress is None:
        return False
    return {
        "startingBlock": quantity(progress.start),
        "currentBlock": quantity(progress.current),
        "highestBlock": quantity(progress.highest),
    }


METHODS = {
    "eth_chainId": Method(chain_id),
    "eth_accounts": Method(accounts),
    "eth_syncing": Method(syncing),
    "net_version": Method(network_version),
    "net_listening": Method(listening),
    "net_peerCount": Method(peer_count),
    "web3_clientVersion": Method(client_version),
    "web3_sha3": Method(sha3, (Parameter("data", data),)),
    "rpc_modules": Method(modules),
}
