// An unmodified ethers v6: deploys a contract, calls it, reads its log and sends a payment.
// node ethers_pay.mjs URL PRIVATE_KEY CASE.json   prints one JSON object.
import { readFileSync } from "node:fs";
import { Contract, ContractFactory, JsonRpcProvider, Wallet } from "ethers";

const [url, key, caseFile] = process.argv.slice(2);
const { abi, bytecode, arguments: constructorArguments, payee, amountWei } = JSON.parse(readFileSync(caseFile, "utf8"));

const provider = new JsonRpcProvider(url, undefined, { pollingInterval: 100 });
const wallet = new Wallet(key, provider);

const factory = new ContractFactory(abi, bytecode, wallet);
const deployed = await factory.deploy(...constructorArguments);
await deployed.waitForDeployment();
const address = await deployed.getAddress();

const contract = new Contract(address, abi, wallet);
const estimated = await contract.add.estimateGas(5n);
const addition = await (await contract.add(5n)).wait();
const total = await contract.total();
const [event] = await contract.queryFilter("Added", addition.blockNumber, addition.blockNumber);

let refusal = null;
try {
  await contract.add(0n);
} catch (error) {
  refusal = { code: error.code, reason: error.reason };
}

const before = await provider.getBalance(payee);
const sent = await wallet.sendTransaction({ to: payee, value: BigInt(amountWei) });
const receipt = await sent.wait();
const block = await provider.getBlock(receipt.blockNumber);
const after = await provider.getBalance(payee);

console.log(JSON.stringify({
  deployed: address,
  total: total.toString(),
  event: event.args.map(String),
  refusal,
  transactionType: sent.type,
  status: receipt.status,
  received: (after - before).toString(),
  enoughGas: estimated >= addition.gasUsed,
  blockHash: block.hash,
  receiptBlockHash: receipt.blockHash,
}));
provider.destroy();
