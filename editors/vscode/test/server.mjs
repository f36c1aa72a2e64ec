#!/usr/bin/env node
// A stand-in for `edac lsp`: speaks as much of the protocol as shows that it was
// started, and with which text.
import { appendFileSync } from "node:fs";

const note = (what) => appendFileSync(process.env.EDA_TEST_LOG, what + "\n");
const args = process.argv.slice(2);
note("edac " + args.join(" "));
if (args[1] === "--help") {
  console.log("Usage:\n  edac lsp [flags]");
  process.exit(0);
}
const send = (message) => {
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  process.stdout.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
};
const handle = (m) => {
  note(m.method ?? "answer");
  switch (m.method) {
    case "initialize":
      return send({ id: m.id, result: { capabilities: { textDocumentSync: 2 } } });
    case "shutdown":
      return send({ id: m.id, result: null });
    case "exit":
      return process.exit(0);
    case "textDocument/didOpen": {
      const { uri, text } = m.params.textDocument;
      const diagnostics = text.includes("laod")
        ? [{ range: { start: { line: 1, character: 30 }, end: { line: 1, character: 34 } }, severity: 1, code: "EDA0203", source: "edac", message: "no field `laod`" }]
        : [];
      return send({ method: "textDocument/publishDiagnostics", params: { uri, diagnostics } });
    }
  }
};
let buffer = Buffer.alloc(0);
process.stdin.on("data", (chunk) => {
  buffer = Buffer.concat([buffer, chunk]);
  for (;;) {
    const end = buffer.indexOf("\r\n\r\n");
    if (end < 0) return;
    const length = Number(/Content-Length: (\d+)/i.exec(buffer.subarray(0, end).toString())[1]);
    if (buffer.length < end + 4 + length) return;
    const body = buffer.subarray(end + 4, end + 4 + length).toString();
    buffer = buffer.subarray(end + 4 + length);
    handle(JSON.parse(body));
  }
});
