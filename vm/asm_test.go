package vm

import (
	"io"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The text form keeps every field of any program, sound or not.
func TestTextKeepsEverything(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	for range 1000 {
		survives(t, randomProgram(r))
	}
}

// Text that is damaged anywhere is refused with the number of a line, or is
// another program; the assembler does not panic and loses nothing of it.
func TestDamagedText(t *testing.T) {
	r := rand.New(rand.NewPCG(25, 26))
	text := print(t, sample())
	words := regexp.MustCompile(`\s+|"(?:[^"\\]|\\.)*"|[^\s"]+`).FindAllString(text, -1)
	refused := 0
	for range 5000 {
		w := slices.Clone(words)
		for range 1 + r.IntN(2) {
			i, j := r.IntN(len(w)), r.IntN(len(w))
			switch r.IntN(4) {
			case 0:
				w[i] = ""
			case 1:
				w[i], w[j] = w[j], w[i]
			case 2:
				w[i] = w[j]
			default:
				w[i] = w[i][:r.IntN(len(w[i])+1)]
			}
		}
		bad := strings.Join(w, "")
		p, err := Assemble(bad)
		if err != nil {
			refused++
			if !regexp.MustCompile(`^(line )?[1-9][0-9]*:`).MatchString(err.Error()) {
				t.Fatalf("an error without a line: %v\n%s", err, bad)
			}
			continue
		}
		survives(t, p)
	}
	if refused == 0 {
		t.Error("no damaged text was refused")
	}
}

// survives fails unless a program prints and reads as itself.
func survives(t *testing.T, p *Program) {
	t.Helper()
	text := print(t, p)
	q, err := Assemble(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if d := differ("Program", reflect.ValueOf(*p), reflect.ValueOf(*q)); d != "" {
		t.Fatalf("the text form: %s\n%s", d, text)
	}
	if again := print(t, q); again != text {
		t.Fatalf("the same program has two texts:\n%s\n%s", text, again)
	}
}

func TestAssembleErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "program"},
		{"code\n", "program"},
		{"program 2\n", "1:"},
		{"program 1\nfrobnicate\n", "2:"},
		{"program 1\n\nfile \"x\n", "3:"},
		{"program 1\nconst " + strings.Repeat("[", 1<<20) + "\n", "2:"},
		{"program 1\ncode\n    hop\n", "3:"},
	} {
		if _, err := Assemble(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.40q: %v, want %q", c.text, err, c.want)
		}
	}
}

func TestFprintErrors(t *testing.T) {
	if err := Fprint(io.Discard, &Program{Code: []Instr{{}}}); err == nil {
		t.Error("an instruction without a line was printed")
	}
	if err := Fprint(broken{}, sample()); err == nil {
		t.Error("the writer's error is lost")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// FuzzText: what Assemble reads, sound or not, prints and reads as itself.
func FuzzText(f *testing.F) {
	f.Add(print(f, sample()))
	r := rand.New(rand.NewPCG(23, 24))
	for range 20 {
		f.Add(print(f, randomProgram(r)))
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Assemble(text)
		if err != nil {
			return
		}
		survives(t, p)
		_ = Verify(p, nil)
	})
}
