package editors

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// vim runs Ex commands in Vim with our files and nothing of the user's.
func vim(t *testing.T, dir, script string) {
	t.Helper()
	ours, err := filepath.Abs("vim")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "script.vim")
	head := "set encoding=utf-8 nocompatible runtimepath^=" + ours + "\nfiletype plugin on\nsyntax on\n"
	tail := "\nif v:errmsg != ''\n  cquit\nendif\nqall!\n"
	if err := os.WriteFile(file, []byte(head+script+tail), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("vim", "-u", "NONE", "-i", "NONE", "-n", "-es", "-S", file)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TERM=dumb")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("vim: %v\n%s", err, out)
	}
}

// showAll writes, for each text in in.json, the groups of the bytes that are
// asked for: byte offsets of line and column there, group names here.
const showAll = `
function ShowAll() abort
  let out = {}
  for [name, job] in items(json_decode(join(readfile('in.json'), "\n")))
    enew!
    call setline(1, job.lines)
    setfiletype eda
    syntax sync fromstart
    let out[name] = map(job.at, {_, p -> join(map(synstack(p[0], p[1]), {_, id -> synIDattr(id, 'name')}), ' ')})
  endfor
  call writefile([json_encode(out)], 'out.json')
endfunction
call ShowAll()
`

// Vim shows each token of each program of the repository, the examples of
// findings apart, as what lexer and parser take it for.
func TestVimSyntax(t *testing.T) {
	need(t, "vim")
	type job struct {
		Lines []string `json:"lines"`
		At    [][2]int `json:"at"`
	}
	texts, jobs, asked := corpus(t), map[string]*job{}, map[string]map[int]int{}
	for name, text := range texts {
		if strings.HasPrefix(name, "lang/pages/") {
			delete(texts, name) // many, small, and alike
			continue
		}
		j, of := &job{Lines: strings.Split(text, "\n")}, map[int]int{}
		line, begin := 1, 0
		for _, p := range pieces(text) {
			// Each question takes Vim 0.2 ms: one at the first byte, another at the
			// last of what may hold anything.
			ask := []int{p.at.Start}
			switch p.class {
			case "space":
				ask = nil
			case "comment", "string", "any string", "illegal":
				ask = append(ask, p.at.End-1)
			}
			for _, at := range ask {
				for n := strings.IndexByte(text[begin:at], '\n'); n >= 0; n = strings.IndexByte(text[begin:at], '\n') {
					line, begin = line+1, begin+n+1
				}
				if _, ok := of[at]; !ok && text[at] != '\n' {
					of[at] = len(j.At)
					j.At = append(j.At, [2]int{line, at - begin + 1})
				}
			}
		}
		jobs[name], asked[name] = j, of
	}
	dir := t.TempDir()
	in, err := json.Marshal(jobs)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "in.json"), in, 0o644); err != nil {
		t.Fatal(err)
	}
	vim(t, dir, showAll)
	out, err := os.ReadFile(filepath.Join(dir, "out.json"))
	if err != nil {
		t.Fatal(err)
	}
	var shown map[string][]string
	if err := json.Unmarshal(out, &shown); err != nil {
		t.Fatal(err)
	}
	agreement(t, texts, func(name string, at int) (string, bool) {
		i, ok := asked[name][at]
		if !ok {
			return "", false
		}
		return classOfStack(shown[name][i], vimGroup), true
	}, lineDiffers)
}

// :make puts what edac finds into the quickfix list, with its place and kind,
// and going there leads to the character.
func TestVimMake(t *testing.T) {
	need(t, "vim")
	needEdac(t)
	dir := rules(t, severities)
	vim(t, dir, `
let out = []
for file in ['wrong/a.eda', 'odd/b.eda']
  execute 'edit' file
  silent make
  for f in getqflist()
    let out += [[bufname(f.bufnr), f.lnum, f.type, f.text[:8], f.valid]]
  endfor
  cfirst
  let out += [[bufname(), line('.'), charcol('.'), expand('<cword>')]]
endfor
call writefile([json_encode(out)], 'out.json')
`)
	out, err := os.ReadFile(filepath.Join(dir, "out.json"))
	if err != nil {
		t.Fatal(err)
	}
	want := `[["wrong/a.eda",2,"e","[EDA0203]",1],["wrong/a.eda",2,43,"laod"],["odd/b.eda",2,"w","[EDA0503]",1],["odd/b.eda",2,25,"load"]]`
	if strings.TrimSpace(string(out)) != want {
		t.Errorf("got  %s\nwant %s", out, want)
	}
}

// gq formats with edac fmt, and what a comment is is known.
func TestVimFormat(t *testing.T) {
	need(t, "vim")
	needEdac(t)
	dir := rules(t, map[string]string{"a.eda": "on   \"/a\"   do log \"x\"  # why\n"})
	vim(t, dir, `
edit a.eda
normal! gggqG
write
call writefile([&commentstring, getline(1)], 'out.txt')
`)
	out, err := os.ReadFile(filepath.Join(dir, "out.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "# %s\non \"/a\" do log \"x\"  # why\n"; string(out) != want {
		t.Errorf("got %q, want %q", out, want)
	}
}
