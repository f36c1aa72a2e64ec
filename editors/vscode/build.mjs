// Bundles the client into one file, and brings the licence for the package.
import { copyFile } from "node:fs/promises";
import esbuild from "esbuild";

await esbuild.build({
  entryPoints: ["src/extension.ts"],
  outfile: "out/extension.js",
  bundle: true,
  minify: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  external: ["vscode"],
  legalComments: "inline",
});
await copyFile("../../LICENSE", "LICENSE");
