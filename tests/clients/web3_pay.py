"""An unmodified web3.py: deploys a contract, calls it, reads its log and sends a payment.

python web3_pay.py URL PRIVATE_KEY CASE.json   prints one JSON object. No middleware is added.
"""

import json
import sys
from pathlib import Path
from typing import Any

from web3 import HTTPProvider, Web3
from web3.exceptions import ContractLogicError

url, key, case_file = sys.argv[1:]
case: dict[str, Any] = json.loads(Path(case_file).read_text())
web3: Any = Web3(HTTPProvider(url))
account = web3.eth.account.from_key(key)


def mined(transaction: dict[str, Any]) -> Any:
    nonce = web3.eth.get_transaction_count(account.address, "pending")
    filled = {"from": account.address, "nonce": nonce, "chainId": web3.eth.chain_id, **transaction}
    filled.setdefault("gas", web3.eth.estimate_gas(filled))
    filled.setdefault("maxPriorityFeePerGas", web3.eth.max_priority_fee)
    filled.setdefault("maxFeePerGas", 2 * web3.eth.get_block("latest")["baseFeePerGas"] + web3.eth.max_priority_fee)
    sent = web3.eth.send_raw_transaction(account.sign_transaction(filled).raw_transaction)
    return web3.eth.wait_for_transaction_receipt(sent, poll_latency=0.1)


factory = web3.eth.contract(abi=case["abi"], bytecode=case["bytecode"])
deployment = mined({"data": factory.constructor(*case["arguments"]).data_in_transaction})
contract = web3.eth.contract(address=deployment["contractAddress"], abi=case["abi"])

call = contract.functions.add(5)
estimated = call.estimate_gas({"from": account.address})
addition = mined({"to": contract.address, "data": call._encode_transaction_data()})
[event] = contract.events.Added().get_logs(from_block=addition["blockNumber"], to_block=addition["blockNumber"])

refusal = None
try:
    contract.functions.add(0).call({"from": account.address})
except ContractLogicError as error:
    refusal = {"code": "CALL_EXCEPTION", "reason": str(error.message).removeprefix("execution reverted: ")}

payee = web3.to_checksum_address(case["payee"])
before = web3.eth.get_balance(payee)
receipt = mined({"to": payee, "value": int(case["amountWei"])})
sent = web3.eth.get_transaction(receipt["transactionHash"])
block = web3.eth.get_block(receipt["blockNumber"])

print(
    json.dumps(
        {
            "deployed": contract.address,
            "total": str(contract.functions.total().call()),
            "event": [str(event["args"]["by"]), str(event["args"]["amount"])],
            "refusal": refusal,
            "transactionType": sent["type"],
            "status": receipt["status"],
            "received": str(web3.eth.get_balance(payee) - before),
            "enoughGas": estimated >= addition["gasUsed"],
            "blockHash": web3.to_hex(block["hash"]),
            "receiptBlockHash": web3.to_hex(receipt["blockHash"]),
        }
    )
)
