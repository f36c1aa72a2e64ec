package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// neovim drives the server as a user of Neovim would, with its own client.
const neovim = `
local out = io.open("out", "w")
local function say(...) out:write(string.format(...), "\n") end
local ok, err = pcall(function()
  vim.cmd("edit load.eda")
  local buf = vim.api.nvim_get_current_buf()
  local id = vim.lsp.start_client({ name = "edac", cmd = { "./edac", "lsp" }, root_dir = vim.fn.getcwd() })
  vim.lsp.buf_attach_client(buf, id)
  local function await(what, so) if not vim.wait(15000, so, 10) then error("waited in vain for " .. what) end end
  await("the server", function() return vim.lsp.get_client_by_id(id) and vim.lsp.get_client_by_id(id).server_capabilities ~= nil and vim.lsp.buf_is_attached(buf, id) end)
  await("diagnostics", function() return #vim.diagnostic.get(buf) > 0 end)
  for _, d in ipairs(vim.diagnostic.get(buf, { severity = { min = vim.diagnostic.severity.WARN } })) do
    say("%d:%d %s: %s", d.lnum + 1, d.col + 1, d.code or "", d.message)
  end
  vim.api.nvim_win_set_cursor(0, { 2, 30 })
  vim.api.nvim_buf_set_text(buf, 1, 30, 1, 38, { "cur_load" })
  await("mended", function() return #vim.diagnostic.get(buf, { severity = { min = vim.diagnostic.severity.WARN } }) == 0 end)
  local function ask(method, line, column, more)
    local p = { textDocument = { uri = vim.uri_from_bufnr(buf) }, position = { line = line - 1, character = column - 1 } }
    local r = vim.lsp.buf_request_sync(buf, method, vim.tbl_extend("force", p, more or {}), 15000)
    if not r or not r[id] then error(method .. " has no answer") end
    if r[id].err then error(method .. ": " .. r[id].err.message) end
    return r[id].result
  end
  say("hover %s", vim.split(ask("textDocument/hover", 2, 34).contents.value, "\n")[2])
  local d = ask("textDocument/definition", 2, 34)
  say("definition %s:%d", vim.fn.fnamemodify(vim.uri_to_fname(d[1].uri), ":t"), d[1].range.start.line + 1)
  say("completion %s", tostring(#ask("textDocument/completion", 2, 34).items > 0))
  vim.lsp.util.apply_workspace_edit(ask("textDocument/rename", 1, 7, { newName = "warm" }), "utf-16")
  say("renamed %s", vim.api.nvim_buf_get_lines(buf, 0, 1, true)[1])
  vim.lsp.util.apply_text_edits(ask("textDocument/formatting", 1, 1, { options = { tabSize = 2, insertSpaces = true } }), buf, "utf-16")
  say("formatted %s", vim.api.nvim_buf_get_lines(buf, 2, 3, true)[1])
  vim.lsp.stop_client(id)
  await("the end", function() return vim.lsp.get_client_by_id(id) == nil or vim.lsp.get_client_by_id(id).is_stopped() end)
end)
if not ok then say("failed: %s", err) end
out:close()
vim.cmd("qall!")
`

// An independent client: Neovim's own.
func TestNeovim(t *testing.T) {
	nvim, err := exec.LookPath("nvim")
	if err != nil {
		t.Skip("there is no Neovim here")
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"drive.lua":  neovim,
		"load.eda":   "rule hot\non \"/client/load/{host}\" when cur_laod > 20.0 for 1m\ndo   fire \"/hot\"\n",
		"schema.eda": "# What hosts send.\nevent \"/client/load/{host}\" { cur_load: float }\non \"/hot\" do log \"hot\"\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(exe, filepath.Join(dir, "edac")); err != nil {
		t.Skip(err)
	}
	cmd := exec.Command(nvim, "--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", "luafile drive.lua")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "XDG_STATE_HOME="+dir, "XDG_CACHE_HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	if msg, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, msg)
	}
	got, err := os.ReadFile(filepath.Join(dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	want := strings.TrimLeft(`
2:31 EDA0203: no field `+"`cur_laod`"+` on events tagged /client/load/{host}; did you mean `+"`cur_load`"+`?
hover cur_load: float
definition schema.eda:2
completion true
renamed rule warm
formatted do fire "/hot"
`, "\n")
	if string(got) != want {
		t.Errorf("Neovim says\n%s\nwant\n%s", got, want)
	}
}
