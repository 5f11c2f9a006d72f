package lean

import (
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

func TestProgramsThatCanTellTheDifferenceDoNotFit(t *testing.T) {
	for source, fits := range map[string]bool{
		`import "github.com/stretchr/testify/assert"; func f() { assert.True(nil, true) }`:                                   true,
		`import "github.com/stretchr/testify/assert"; func f() { assert.Equal(nil, "HTTP", "Method") }`:                      true,
		`import "github.com/stretchr/testify/assert"; func f() { assert.HTTPSuccess() }`:                                     false,
		`import "github.com/stretchr/testify/assert"; import "reflect"; var n = reflect.TypeOf(assert.New(nil)).NumMethod()`: false,
		`import . "github.com/stretchr/testify/assert"; var HTTPError = 1`:                                                   false,
		`import "github.com\x2fstretchr/testify/assert"; var HTTPError = 1`:                                                  false,
		`import "github.com/stretchr/testify/assert"; import "net/http"; var c http.Client`:                                  false,
		`import "github.com/stretchr/testify/assert"; import "text/template"`:                                                false,
		`import "github.com/stretchr/testify/require"`:                                                                       false,
		`func HTTPSuccess() {}`: true,
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "", "package p; "+source, 0)
		if err != nil {
			t.Fatal(err)
		}
		if Fits(file) != fits {
			t.Errorf("Fits is %v for %s", !fits, source)
		}
	}
}

const source = `package assert

import (
	"fmt"
	"net/http"
	url "net/url"
)

// HTTPSuccess asserts.
func HTTPSuccess(h http.HandlerFunc, v url.Values) bool {
	return fmt.Sprint(h, v) == ""
}

func Equal() { fmt.Println("http.") }
`

func TestWhatIsLeftKeepsItsPlace(t *testing.T) {
	thin, err := Thin([]byte(source))
	if err != nil {
		t.Fatal(err)
	}
	text := string(thin)
	if strings.Contains(text, "net/") || strings.Contains(text, "func HTTPSuccess") {
		t.Errorf("something is left of what was to go:\n%s", text)
	}
	if strings.Index(text, "func Equal") != strings.Index(source, "func Equal") {
		t.Error("what stays has moved")
	}
}

func TestAFileWithoutHTTPStaysAsItIs(t *testing.T) {
	plain := "package assert\n\nfunc Equal() {}\n"
	if thin, err := Thin([]byte(plain)); err != nil || string(thin) != plain {
		t.Errorf("it became %q, %v", thin, err)
	}
}
