// A stand-in for the editor: as much of its module `vscode` as the client needs,
// which notes what the client does with it. What it does not know by name is a
// function that takes anything and gives something that can be disposed of.
import { readFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL, fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);

class Emitter {
  listeners = new Set();
  event = (f, self) => {
    const call = self ? f.bind(self) : f;
    this.listeners.add(call);
    return { dispose: () => this.listeners.delete(call) };
  };
  fire = (x) => [...this.listeners].map((f) => f(x));
  dispose = () => this.listeners.clear();
}

class Uri {
  constructor(url) {
    this.url = new URL(url);
    this.scheme = this.url.protocol.slice(0, -1);
    this.path = this.url.pathname;
    this.fsPath = this.scheme === "file" ? fileURLToPath(this.url) : this.path;
  }
  toString() { return this.url.href; }
  toJSON() { return this.url.href; }
  with() { return this; }
  static parse(url) { return new Uri(url); }
  static file(name) { return new Uri(pathToFileURL(path.resolve(name)).href); }
}

class Position { constructor(line, character) { Object.assign(this, { line, character }); } }
class Range { constructor(a, b, c, d) { Object.assign(this, typeof a === "number" ? { start: new Position(a, b), end: new Position(c, d) } : { start: a, end: b }); } }
class CancellationTokenSource {
  token = { isCancellationRequested: false, onCancellationRequested: new Emitter().event };
  cancel() { this.token.isCancellationRequested = true; }
  dispose() {}
}
class Diagnostic { constructor(range, message, severity) { Object.assign(this, { range, message, severity }); } }
class CodeActionKind {
  constructor(value) { this.value = value; }
  append(part) { return new CodeActionKind(this.value ? `${this.value}.${part}` : part); }
  static Empty = new CodeActionKind("");
  static QuickFix = new CodeActionKind("quickfix");
  static Refactor = new CodeActionKind("refactor");
  static Source = new CodeActionKind("source");
}

/** An object of which every other member is a class, an event or a function that does nothing. */
function rest(known) {
  return new Proxy(known, {
    get(_, key) {
      if (key in known || typeof key === "symbol") return known[key];
      if (/^on(Did|Will)/.test(key)) return (known[key] = new Emitter().event);
      if (/^[A-Z]/.test(key)) return (known[key] = rest(class {}));
      if (/^[a-z]/.test(key)) return (known[key] = () => ({ dispose() {} }));
      return undefined;
    },
  });
}

/** @param settings of the section eda, without its name */
export function host({ root, settings = {}, choose = () => undefined }) {
  const events = { open: new Emitter(), configuration: new Emitter() };
  const seen = { commands: new Map(), diagnostics: new Map(), messages: [], log: [], executed: [] };
  const collection = {
    set: (uri, list) => seen.diagnostics.set(uri.toString(), list),
    delete: (uri) => seen.diagnostics.delete(uri.toString()),
    clear: () => seen.diagnostics.clear(),
    get: (uri) => seen.diagnostics.get(uri.toString()), has: (uri) => seen.diagnostics.has(uri.toString()),
    dispose() {},
  };
  const channel = rest({});
  for (const level of ["trace", "debug", "info", "warn", "error", "append", "appendLine"]) channel[level] = (x) => seen.log.push(String(x));
  const documents = [];
  const vscode = rest({
    version: "1.91.0", Uri, Position, Range, Diagnostic, CodeActionKind, CancellationTokenSource, EventEmitter: Emitter,
    DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 },
    env: rest({ language: "en", appName: "test" }),
    extensions: rest({ getExtension: () => undefined, all: [] }),
    window: rest({
      createOutputChannel: () => channel, visibleTextEditors: [], activeTextEditor: undefined,
      tabGroups: rest({ all: [] }),
      showErrorMessage: async (message, ...choices) => { seen.messages.push(message); return choose(choices); },
      showWarningMessage: async (message) => void seen.messages.push(message),
    }),
    commands: rest({
      registerCommand: (name, f) => { seen.commands.set(name, f); return { dispose: () => seen.commands.delete(name) }; },
      executeCommand: async (...args) => void seen.executed.push(args),
    }),
    languages: rest({ createDiagnosticCollection: () => collection, match: (selector, d) => (selector.language === d.languageId || [selector].flat().some((s) => s.language === d.languageId) ? 10 : 0) }),
    workspace: rest({
      textDocuments: documents, notebookDocuments: [],
      workspaceFolders: [{ uri: Uri.file(root), name: "root", index: 0 }],
      onDidOpenTextDocument: events.open.event, onDidChangeConfiguration: events.configuration.event,
      createFileSystemWatcher: () => rest({}),
      getConfiguration: (section) => ({ get: (key, otherwise) => (section === "eda" ? settings[key] : undefined) ?? otherwise, inspect: () => undefined }),
    }),
  });

  // Bundlers copy a module's members, so that all of them must be there.
  const types = readFileSync(require.resolve("@types/vscode/index.d.ts"), "utf8");
  for (const [, name] of types.matchAll(/^\texport (?:class|enum|namespace) (\w+)/gm)) void vscode[name];

  // The bundle asks for `vscode` as the editor's extensions do.
  const load = Module._load;
  Module._load = (name, ...more) => (name === "vscode" ? vscode : load(name, ...more));
  const file = require.resolve("../out/extension.js");
  delete require.cache[file];
  const extension = require(file);
  Module._load = load;

  return {
    seen, settings, extension,
    context: { subscriptions: [] },
    open(name, text) {
      const uri = Uri.file(path.join(root, name));
      const d = { uri, fileName: uri.fsPath, languageId: "eda", version: 1, isClosed: false, isDirty: false, lineCount: text.split("\n").length, getText: () => text };
      documents.push(d);
      events.open.fire(d);
      return uri.toString();
    },
    reconfigure: () => events.configuration.fire({ affectsConfiguration: (x) => x === "eda.path" }),
  };
}
