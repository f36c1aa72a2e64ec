import { execFile } from "node:child_process";
import { homedir } from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from "vscode-languageclient/node";

let client: LanguageClient | undefined;
let output: vscode.LogOutputChannel;
let turn: Promise<void> = Promise.resolve(); // starts and stops follow one another

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  output = vscode.window.createOutputChannel("eda", { log: true });
  context.subscriptions.push(
    output,
    vscode.commands.registerCommand("eda.restart", restart),
    vscode.commands.registerCommand("eda.output", () => output.show()),
    vscode.workspace.onDidChangeConfiguration((e) => {
      if (e.affectsConfiguration("eda.path")) void restart();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void restart()),
  );
  await restart();
}

export async function deactivate(): Promise<void> {
  await inTurn(stop);
}

function restart(): Promise<void> {
  return inTurn(async () => {
    await stop();
    await start();
  });
}

function inTurn(step: () => Promise<void>): Promise<void> {
  turn = turn.then(step).catch((err: unknown) => output.error(String(err)));
  return turn;
}

async function start(): Promise<void> {
  const command = commandPath();
  const trouble = await probe(command);
  if (trouble) {
    advise(trouble);
    return;
  }
  // Without a transport the client talks over standard input and output, and
  // adds no argument of its own.
  const server: ServerOptions = { command, args: ["lsp"], options: { cwd: folder() } };
  const options: LanguageClientOptions = {
    documentSelector: [
      { scheme: "file", language: "eda" },
      { scheme: "untitled", language: "eda" },
    ],
    diagnosticCollectionName: "eda",
    outputChannel: output,
  };
  client = new LanguageClient("eda", "eda language server", server, options);
  try {
    await client.start();
  } catch (err) {
    client = undefined;
    output.error(String(err));
    advise(`\`${command} lsp\` does not start; the output “eda” says why.`);
  }
}

async function stop(): Promise<void> {
  const old = client;
  client = undefined;
  await old?.dispose();
}

/** The folder that relative paths begin at. */
function folder(): string | undefined {
  return vscode.workspace.workspaceFolders?.find((f) => f.uri.scheme === "file")?.uri.fsPath;
}

/** The command as the setting names it: a name in the search path, or a path. */
function commandPath(): string {
  const set = vscode.workspace.getConfiguration("eda").get<string>("path")?.trim() || "edac";
  const whole = set.replace(/^~(?=[/\\]|$)/, homedir()).replaceAll("${workspaceFolder}", folder() ?? ".");
  return /[/\\]/.test(whole) ? path.resolve(folder() ?? ".", whole) : whole;
}

/** Says what is wrong with the command; nothing, if it has a language server. */
function probe(command: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, ["lsp", "--help"], { cwd: folder(), timeout: 10_000 }, (err, help) => {
      const code = (err as NodeJS.ErrnoException | null)?.code;
      if (!err && help.includes("edac lsp")) {
        resolve(undefined);
      } else if (code === "ENOENT") {
        resolve(`\`${command}\` was not found. Install edac, or set eda.path to where it is.`);
      } else if (code === "EACCES") {
        resolve(`\`${command}\` may not be executed. Set eda.path to the edac command.`);
      } else {
        output.error(err ? String(err) : help);
        resolve(`\`${command}\` has no \`lsp\`: it is not edac, or an old one. Install a new edac, or set eda.path to where it is.`);
      }
    });
  });
}

/** Says what is missing, without keeping anybody waiting. */
function advise(trouble: string): void {
  output.error(trouble);
  void vscode.window
    .showErrorMessage(`${trouble} Colours and snippets work without it.`, "How to Install", "Open Setting", "Try Again")
    .then((choice) => {
      switch (choice) {
        case "How to Install":
          return vscode.env.openExternal(vscode.Uri.parse("https://github.com/eda-lang/eda#use"));
        case "Open Setting":
          return vscode.commands.executeCommand("workbench.action.openSettings", "eda.path");
        case "Try Again":
          return restart();
      }
      return undefined;
    });
}
