package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/table"
	"github.com/eda-lang/eda/vm/value"
)

// tableFile is where a table of the program was read from, and what stood there.
type tableFile struct {
	table *vm.Table
	path  string
	text  string
}

// tableFiles finds the files of a unit's tables.
func tableFiles(p *vm.Program, u *lang.Unit) []tableFile {
	var out []tableFile
	for i, t := range u.Tables {
		path, _ := t.Decl.Path.Literal()
		a := t.File.Source.Tables[path]
		out = append(out, tableFile{&p.Tables[i], a.Name, a.Text})
	}
	return out
}

// reload reads the files again and sends each that has changed as an event
// with all its rows. One that cannot be read leaves the rows as they are.
func reload(files []tableFile, read func(name string) (string, error), send func(events ...vm.Event), log *slog.Logger) {
	for i := range files {
		f := &files[i]
		text, err := read(f.path)
		if err == nil && text == f.text {
			continue
		}
		var t *table.Table
		if err == nil {
			t, err = table.Parse(f.path, []byte(text), f.table.By)
		}
		if err != nil {
			log.Error("a table was not reloaded; its rows stay", "table", f.table.Name, "file", f.path, "error", err)
			continue
		}
		f.text = text
		rows := make([]value.Value, len(t.Rows))
		for j, row := range t.Rows {
			var fields []value.Field
			for k, v := range row {
				if !v.IsNone() {
					fields = append(fields, value.Field{Name: t.Columns[k].Name, Value: v})
				}
			}
			rows[j] = value.Object(fields)
		}
		send(vm.Event{Tag: "/eda/table/" + f.table.Name, Data: value.Object([]value.Field{{Name: "rows", Value: value.List(rows)}})})
		log.Info("table reloaded", "table", f.table.Name, "file", f.path, "rows", len(rows))
	}
}

// reloadOnHangup reloads tables whenever the process gets SIGHUP, until ctx is done.
func reloadOnHangup(ctx context.Context, files []tableFile, send func(events ...vm.Event), log *slog.Logger) {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	go func() {
		defer signal.Stop(hup)
		for {
			select {
			case <-hup:
				reload(files, readText, send, log)
			case <-ctx.Done():
				return
			}
		}
	}()
}
