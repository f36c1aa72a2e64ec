import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { host } from "./host.mjs";

const stub = fileURLToPath(new URL("server.mjs", import.meta.url));
const wrong = 'event "/load/{host}" { load: float }\non "/load/{host}" where load > laod do log "x"\n';

function folder(t) {
  const dir = mkdtempSync(path.join(tmpdir(), "eda-"));
  t.after(() => rmSync(dir, { recursive: true }));
  process.env.EDA_TEST_LOG = path.join(dir, "log");
  writeFileSync(process.env.EDA_TEST_LOG, "");
  return dir;
}
const log = () => readFileSync(process.env.EDA_TEST_LOG, "utf8").trim().split("\n");

/** Waits for something that another process brings about. */
async function until(what, is, rest = 400) {
  for (; rest > 0; rest--) {
    const x = is();
    if (x) return x;
    await new Promise((done) => setTimeout(done, 25));
  }
  assert.fail(`${what} does not happen`);
}

test("the client starts `edac lsp`, sends a document and shows what is found in it", async (t) => {
  const h = host({ root: folder(t), settings: { path: stub } });
  await h.extension.activate(h.context);
  assert.deepEqual(h.seen.messages, []);
  const uri = h.open("a.eda", wrong);
  const [d] = await until("a finding", () => h.seen.diagnostics.get(uri));
  assert.equal(d.message, "no field `laod`");
  assert.equal(d.range.start.character, 30);
  await h.extension.deactivate();
  assert.deepEqual(log(), ["edac lsp --help", "edac lsp", "initialize", "initialized", "textDocument/didOpen", "shutdown", "exit"].slice(0, log().length));
  assert.ok(log().includes("shutdown"));
});

test("a restart ends the server and starts another", async (t) => {
  const h = host({ root: folder(t), settings: { path: stub } });
  await h.extension.activate(h.context);
  await h.seen.commands.get("eda.restart")();
  h.reconfigure();
  await until("the third start", () => log().filter((l) => l === "initialized").length === 3);
  await h.extension.deactivate();
  assert.equal(log().filter((l) => l === "edac lsp").length, 3);
  assert.equal(log().filter((l) => l === "shutdown").length, 3);
});

test("without edac a message says what to do, and trying again works", async (t) => {
  let tries = 0;
  const h = host({
    root: folder(t),
    settings: { path: "./nowhere/edac" },
    choose: (choices) => {
      assert.deepEqual(choices, ["How to Install", "Open Setting", "Try Again"]);
      h.settings.path = stub;
      return tries++ === 0 ? "Try Again" : undefined;
    },
  });
  await h.extension.activate(h.context);
  assert.match(h.seen.messages[0], /^`\S+nowhere\/edac` was not found\. Install edac, or set eda\.path to where it is\. /);
  await until("the start", () => log().includes("initialized"));
  assert.equal(h.seen.messages.length, 1);
  await h.extension.deactivate();
});

test("a command that is not edac is named", async (t) => {
  const root = folder(t);
  writeFileSync(path.join(root, "other"), "#!/bin/sh\nexit 3\n", { mode: 0o755 });
  writeFileSync(path.join(root, "text"), "nothing to execute", { mode: 0o644 });
  const h = host({ root, settings: { path: "${workspaceFolder}/other" } });
  await h.extension.activate(h.context);
  assert.match(h.seen.messages[0], /other` has no `lsp`: it is not edac, or an old one/);
  h.settings.path = "./text";
  await h.seen.commands.get("eda.restart")();
  assert.match(h.seen.messages[1], /text` may not be executed/);
});

test("a server that ends at once is reported", async (t) => {
  const root = folder(t);
  writeFileSync(path.join(root, "broken"), '#!/bin/sh\n[ "$2" = --help ] && exec echo edac lsp\nexit 2\n', { mode: 0o755 });
  const h = host({ root, settings: { path: "./broken" } });
  await h.extension.activate(h.context);
  assert.match(await until("a message", () => h.seen.messages.find((m) => m.includes("says why"))), /lsp` does not start/);
});

test("the real edac finds the mistake", { skip: !process.env.EDAC && "no EDAC is given" }, async (t) => {
  const root = folder(t);
  writeFileSync(path.join(root, "a.eda"), wrong);
  const h = host({ root, settings: { path: process.env.EDAC } });
  await h.extension.activate(h.context);
  assert.deepEqual(h.seen.messages, []);
  const uri = h.open("a.eda", wrong);
  const [d] = await until("a finding", () => h.seen.diagnostics.get(uri));
  assert.match(d.message, /no field `laod`/);
  assert.deepEqual({ ...d.range.start }, { line: 1, character: 31 });
  await h.extension.deactivate();
});
