"""From payments on the chain to the books of those who accept them.

The rule: like the wallet, it speaks to a node only over JSON-RPC and runs against any Ethereum-compatible network.
"""
