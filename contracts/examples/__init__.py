"""One short program a business case, to copy: run it against `jiaozi-node devnet` and it prints what moved.

`python -m contracts.examples.NAME [--rpc URL]`. Each uses the accounts of a development network; in a program of your
own the keys, and who the parties are, come from you.
"""
