// Reads {"name": text, …} from standard input and prints, for each text, the
// runs of the TextMate grammar: [start, end, scopes] with offsets in bytes.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { text as readAll } from "node:stream/consumers";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";

const require = createRequire(import.meta.url);
await oniguruma.loadWASM(await readFile(require.resolve("vscode-oniguruma/release/onig.wasm")));
const file = new URL("../syntaxes/eda.tmLanguage.json", import.meta.url);
const registry = new textmate.Registry({
  onigLib: Promise.resolve(oniguruma),
  loadGrammar: async () => textmate.parseRawGrammar(await readFile(file, "utf8"), "eda.json"),
});
const grammar = await registry.loadGrammar("source.eda");

const out = {};
for (const [name, text] of Object.entries(JSON.parse(await readAll(process.stdin)))) {
  const runs = [];
  let stack = textmate.INITIAL;
  let at = 0;
  for (const line of text.split("\n")) {
    const r = grammar.tokenizeLine(line, stack);
    stack = r.ruleStack;
    const bytes = (column) => at + Buffer.byteLength(line.slice(0, column));
    for (const t of r.tokens) runs.push([bytes(t.startIndex), bytes(t.endIndex), t.scopes.slice(1).join(" ")]);
    at += Buffer.byteLength(line) + 1;
  }
  out[name] = runs;
}
process.stdout.write(JSON.stringify(out));
