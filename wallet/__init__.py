"""The payer's and merchant's command line.

The rule: it speaks to a node only over JSON-RPC, so it runs unchanged against any Ethereum-compatible network, and
nothing is signed before a sentence, read back from the very bytes to be signed, has said what will happen.
"""
