// node compile.cjs SOURCE OUT: compiles the contract with the pinned compiler and writes code and interface as one JSON document.
//
// No hash of the source is appended to the code, so that a comment changes nothing, and there are no immutable values, so that
// the code at every address is `runtime`.
const fs = require("node:fs");
const path = require("node:path");
const solc = require("solc");

const [source, out] = process.argv.slice(2);
const name = path.basename(source);
const settings = {
  evmVersion: "prague",
  optimizer: { enabled: true, runs: 200 },
  metadata: { appendCBOR: false, bytecodeHash: "none" },
  outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } },
};
const sources = { [name]: { content: fs.readFileSync(source, "utf8") } };
const output = JSON.parse(solc.compile(JSON.stringify({ language: "Solidity", sources, settings })));
for (const error of output.errors ?? []) console.error(error.formattedMessage);
if ((output.errors ?? []).length !== 0) process.exit(1);

const contract = path.basename(name, ".sol");
const { abi, evm } = output.contracts[name][contract];
const { evmVersion, optimizer, metadata } = settings;
const document = {
  contract,
  compiler: `solc-js ${solc.version()}`,
  settings: { evmVersion, optimizer, metadata },
  abi,
  bytecode: `0x${evm.bytecode.object}`,
  runtime: `0x${evm.deployedBytecode.object}`,
};
fs.writeFileSync(out, `${JSON.stringify(document, null, 2)}\n`);
