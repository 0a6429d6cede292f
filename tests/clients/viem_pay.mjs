// An unmodified viem: deploys a contract, calls it, reads its log and sends a payment.
// node viem_pay.mjs URL PRIVATE_KEY CASE.json   prints one JSON object.
import { readFileSync } from "node:fs";
import { BaseError, ContractFunctionRevertedError, createPublicClient, createWalletClient, defineChain, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";

const [url, key, caseFile] = process.argv.slice(2);
const { abi, bytecode, arguments: constructorArguments, payee, amountWei } = JSON.parse(readFileSync(caseFile, "utf8"));

const transport = http(url);
const pollingInterval = 100;
const id = await createPublicClient({ transport }).getChainId();
const chain = defineChain({
  id,
  name: "Jiaozi",
  nativeCurrency: { name: "wei", symbol: "WEI", decimals: 18 },
  rpcUrls: { default: { http: [url] } },
});
const account = privateKeyToAccount(key);
const reader = createPublicClient({ chain, transport, pollingInterval });
const wallet = createWalletClient({ account, chain, transport, pollingInterval });
const mined = (hash) => reader.waitForTransactionReceipt({ hash });

const deployment = await mined(await wallet.deployContract({ abi, bytecode, args: constructorArguments }));
const address = deployment.contractAddress;

const add = { address, abi, functionName: "add", args: [5n] };
const estimated = await reader.estimateContractGas({ ...add, account });
const addition = await mined(await wallet.writeContract(add));
const total = await reader.readContract({ address, abi, functionName: "total" });
const [event] = await reader.getContractEvents({
  address, abi, eventName: "Added", fromBlock: addition.blockNumber, toBlock: addition.blockNumber,
});

let refusal = null;
try {
  await reader.simulateContract({ ...add, args: [0n], account });
} catch (error) {
  const reverted = error instanceof BaseError && error.walk((cause) => cause instanceof ContractFunctionRevertedError);
  refusal = { code: reverted ? "CALL_EXCEPTION" : error.name, reason: reverted ? reverted.reason : error.message };
}

const before = await reader.getBalance({ address: payee });
const hash = await wallet.sendTransaction({ to: payee, value: BigInt(amountWei) });
const receipt = await mined(hash);
const sent = await reader.getTransaction({ hash });
const block = await reader.getBlock({ blockNumber: receipt.blockNumber });
const after = await reader.getBalance({ address: payee });

console.log(JSON.stringify({
  deployed: address,
  total: total.toString(),
  event: [event.args.by, event.args.amount].map(String),
  refusal,
  transactionType: Number(sent.typeHex),
  status: receipt.status === "success" ? 1 : 0,
  received: (after - before).toString(),
  enoughGas: estimated >= addition.gasUsed,
  blockHash: block.hash,
  receiptBlockHash: receipt.blockHash,
}));
