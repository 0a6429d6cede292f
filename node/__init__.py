"""The ledger: a validator node, its JSON-RPC and its command line.

Arrows point down only (import-linter holds it): cli, app, the shells, builder, chain, then
pool, storage, network and consensus side by side, execution, state, primitives.
"""

import os

# py-evm, trie and eth-account hash through eth-hash, which prefers pycryptodome; safe-pysha3 is four times as
# fast. eth-hash reads this once, at its first hash, so it is said before anything else of ours is imported.
os.environ.setdefault("ETH_HASH_BACKEND", "pysha3")
