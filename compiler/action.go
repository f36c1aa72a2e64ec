package compiler

import (
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm"
)

// action lowers a declared action.
func (c *compiler) action(a *lang.ActionInfo) {
	out := vm.Action{Name: a.Decl.Name.Text, Retry: a.Retry, Backoff: a.Backoff, Timeout: a.Timeout}
	for _, p := range a.Params {
		out.Params = append(out.Params, vm.ActionParam{Name: p.Name, Kind: p.Type.Kind(), Optional: p.Type.Optional})
	}
	c.prog.Actions = append(c.prog.Actions, out)
}

// callAct lowers a call: its arguments stand for the parameters in the tags.
func (r *rule) callAct(a *lang.Act) vm.Act {
	info := r.c.unit.Info.Calls[a]
	args := &scope{args: a.Args}
	out := vm.Act{Kind: vm.Call, Action: r.actionIndex(info), Permits: r.c.permitsOf(a)}
	b := &code{}
	r.str(b, info.Decl.To, args, vm.OpConcatTag)
	out.Tag = r.place(b)
	if len(a.Args) > 0 {
		b := &code{}
		names := make([]string, len(a.Args))
		for i, x := range a.Args {
			names[i] = info.Params[i].Name
			r.expr(b, x, nil)
		}
		b.emit(vm.Instr{Op: vm.OpMakeObject, A: r.c.shape(names)}, r.line(a.At))
		out.Data = r.place(b)
	}
	if info.Decl.Ack != nil {
		b := &code{}
		r.str(b, info.Decl.Ack, args, vm.OpConcatTag)
		out.Ack = r.place(b)
	}
	return out
}

func (r *rule) actionIndex(a *lang.ActionInfo) int {
	for i, x := range r.c.unit.Actions {
		if x == a {
			return i
		}
	}
	panic("compiler: an action that is not declared")
}
