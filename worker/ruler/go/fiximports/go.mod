// This module's path lies under golang.org/x/tools so that Go lets it import x/tools' internal/imports: the public
// imports.Process cannot be told to leave the go command and the module cache alone. Its only user is tekhne/ruler.
module golang.org/x/tools/fiximports

go 1.26.0

require golang.org/x/tools v0.48.0

require (
	golang.org/x/mod v0.39.0 // indirect
	golang.org/x/sync v0.24.0 // indirect
)
