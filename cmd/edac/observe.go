package main

import (
	"fmt"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/runtime"
	"github.com/eda-lang/eda/runtime/observe"
)

// observed reads recordings for what was on the bus; nil without any.
func (a *app) observed(names []string) (*lang.Observed, error) {
	if len(names) == 0 {
		return nil, nil
	}
	var o observe.Observer
	for _, name := range names {
		r, done, err := a.openRecording(name, "", runtime.CSVOptions{})
		if err != nil {
			return nil, err
		}
		err = o.Recording(name, r)
		done()
		if err != nil {
			return nil, usage("%w", err)
		}
		if torn := runtime.Torn(r); torn != nil {
			fmt.Fprintf(a.err, "warning: %v\n", torn)
		}
	}
	return o.Observed(), nil
}
