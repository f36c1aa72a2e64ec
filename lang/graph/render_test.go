package graph

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"
)

const odd = "rule odd on \"/a\\\"b/<x>&/#1;/`q`/$end|[(]/\u202e\u0001\" do fire \"/päge/日本語/{event.x:.2f}/\\\\n\" { a: 1 }\n" +
	"rule end on \"/subgraph/end/%%/-->/{h}\" when count(1m) > 3 do fire \"/click/]]>/--/{h}\"\n" +
	"rule again on \"/click/**\" do fire \"/subgraph/end/%%/-->/{1}\"\n"

// random is a program of n rules over few tags, bounded so that loops are no errors.
func random(r *rand.Rand, n int) string {
	var b strings.Builder
	tag := func() string {
		return []string{"/a", "/b", "/c"}[r.IntN(3)] + []string{"", "/x", "/y", "/{h}", "/{h}/z"}[r.IntN(5)]
	}
	for i := range n {
		fired := strings.ReplaceAll(tag(), "{h}", "{event.h}")
		fmt.Fprintf(&b, "rule r%d on \"%s\" when count(1m) > %d do fire \"%s\" limit 1 per 1m\n", i, tag(), i, fired)
	}
	return b.String()
}

func texts(t *testing.T) []string {
	r := rand.New(rand.NewPCG(7, 8))
	out := []string{"", odd, many(40), `rule alone on "/x" do log "x"`, "state s: int = 0\n" + `on "/x" do set s = s + 1`}
	for i := range 30 {
		out = append(out, random(r, 1+i))
	}
	return out
}

// Each form can be read by what it is for, has every node, and is the same
// every time.
func TestForms(t *testing.T) {
	for _, text := range texts(t) {
		g := program(t, text)
		for _, form := range []struct {
			name  string
			write func(*Graph, io.Writer) error
			check func(text []byte) error
		}{
			{"svg", (*Graph).SVG, wellFormed},
			{"json", (*Graph).JSON, func(text []byte) error { return json.Unmarshal(text, new(jsonGraph)) }},
			{"dot", (*Graph).Dot, nil}, {"mermaid", (*Graph).Mermaid, nil}, {"text", (*Graph).Text, nil},
		} {
			var a, b bytes.Buffer
			if err := errors.Join(form.write(g, &a), form.write(program(t, text), &b)); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(a.Bytes(), b.Bytes()) {
				t.Errorf("twice is not the same:\n%s\n%s", a.Bytes(), b.Bytes())
			}
			if form.check != nil {
				if err := form.check(a.Bytes()); err != nil {
					t.Errorf("%v\n%s", err, a.Bytes())
				}
			}
			for _, bad := range []string{"<script", " href=", "\u202e", "\x01"} {
				if strings.Contains(a.String(), bad) && form.name != "json" {
					t.Errorf("%q in\n%s", bad, a.String())
				}
			}
		}
	}
}

func wellFormed(text []byte) error {
	d := xml.NewDecoder(bytes.NewReader(text))
	for {
		if _, err := d.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// Nothing in a picture covers anything, all edges lead from box to box, and
// those that lead on go to the right.
func TestLayout(t *testing.T) {
	for _, text := range texts(t) {
		g := program(t, text)
		boxes, lines, width, height := layout(g.Nodes, g.Edges, func(n *Node) (float64, float64) { return 10 * float64(len(n.Name)), 20 })
		nodes := 0
		for i, a := range boxes {
			if a.node != nil {
				nodes++
			}
			if a.x < 0 || a.y < -0.001 || a.x+a.w > width+0.001 || a.y+a.h > height+0.001 {
				t.Errorf("a box outside of the picture: %+v\n%s", *a, text)
			}
			for _, b := range boxes[:i] {
				if (a.node != nil || b.node != nil) && a.x < b.x+b.w && b.x < a.x+a.w && a.y < b.y+b.h-0.001 && b.y < a.y+a.h-0.001 {
					t.Errorf("boxes cover each other: %+v and %+v\n%s", *a, *b, text)
				}
			}
		}
		if nodes != len(g.Nodes) || len(lines) != len(g.Edges) {
			t.Errorf("%d of %d nodes and %d of %d edges are drawn\n%s", nodes, len(g.Nodes), len(lines), len(g.Edges), text)
		}
		for _, l := range lines {
			step := 1
			if l.via[0].layer > l.via[len(l.via)-1].layer {
				step = -1
			}
			for i := 1; i < len(l.via); i++ {
				if l.via[i].layer != l.via[i-1].layer+step {
					t.Errorf("an edge leaves out a column\n%s", text)
				}
			}
			if step < 0 && len(g.Loops) == 0 && !strings.Contains(text, "state ") {
				t.Errorf("an edge leads back without a loop: %s %s\n%s", l.edge.From.Name, l.edge.To.Name, text)
			}
		}
	}
}

// Graphviz reads what is written for it, where it is installed.
func TestDotIsRead(t *testing.T) {
	dot, err := exec.LookPath("dot")
	if err != nil {
		t.Skip("no Graphviz here")
	}
	var in, out bytes.Buffer
	if err := program(t, odd).Dot(&in); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(dot, "-Tplain")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = &in, &out, &out
	if err := cmd.Run(); err != nil || strings.Contains(out.String(), "Warning") {
		t.Fatalf("%v\n%s", err, out.String())
	}
}

func BenchmarkSVG(b *testing.B) {
	for _, text := range []string{many(1000), random(rand.New(rand.NewPCG(1, 1)), 1000)} {
		g := program(b, text)
		b.Run(fmt.Sprint(len(g.Nodes), " nodes"), func(b *testing.B) {
			for b.Loop() {
				if err := g.SVG(io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
