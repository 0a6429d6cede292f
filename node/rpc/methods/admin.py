"""admin_: who this node is and whom it is connected to. Reads only."""

from node.rpc.backend import Peer
from node.rpc.context import Context
from node.rpc.method import Method, Scope
from node.rpc.render import Json, data


def node_info(context: Context) -> Json:
    identity = context.node.identity
    head = context.head
    return {
        "id": identity.peer_id,
        "name": identity.version,
        "listenAddrs": list(identity.listens_on),
        "validator": None if identity.validator is None else data(identity.validator),
        "protocols": {
            "qbft": {
                "network": context.chain.config.chain_id,
                "genesis": data(context.chain.genesis_hash),
                "head": data(head.hash),
                "height": head.header.number,
            }
        },
    }


def peers(context: Context) -> Json:
    return [_peer(peer) for peer in context.node.peers()]


def _peer(peer: Peer) -> Json:
    return {
        "id": peer.id,
        "validator": None if peer.validator is None else data(peer.validator),
        "network": {"remoteAddress": peer.address, "inbound": peer.inbound},
        "protocols": {"qbft": {"height": peer.height}},
    }


METHODS = {
    "admin_nodeInfo": Method(node_info, scope=Scope.ADMIN),
    "admin_peers": Method(peers, scope=Scope.ADMIN),
}
