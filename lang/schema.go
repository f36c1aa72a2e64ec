package lang

import _ "embed"

//go:embed findings.schema.json
var findingsSchema string

// FindingsSchema is the JSON schema of findings in JSON.
func FindingsSchema() string { return findingsSchema }
