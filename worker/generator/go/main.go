// Command generated runs the entry points of a generated set on drawn arguments.
//
// In, on standard input: for each entry point one line, a JSON list of calls, each a list of arguments. Out: one line
// each, a JSON list with the results of each call as Go literals, or null for a call that panicked. The variable
// entries is written beside this file.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"sort"
	"strconv"
	"strings"
)

func main() {
	in := json.NewDecoder(bufio.NewReader(os.Stdin))
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for _, entry := range entries {
		var calls [][]json.RawMessage
		if err := in.Decode(&calls); err != nil {
			fail(err)
		}
		results := make([][]string, len(calls))
		for i, arguments := range calls {
			results[i] = call(reflect.ValueOf(entry), arguments)
		}
		if err := out.Encode(results); err != nil {
			fail(err)
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func call(entry reflect.Value, arguments []json.RawMessage) (results []string) {
	defer func() {
		if recover() != nil {
			results = nil
		}
	}()
	values := make([]reflect.Value, len(arguments))
	for i, argument := range arguments {
		value := reflect.New(entry.Type().In(i))
		if err := json.Unmarshal(argument, value.Interface()); err != nil {
			fail(err)
		}
		values[i] = value.Elem()
	}
	results = []string{}
	for _, result := range entry.Call(values) {
		results = append(results, literal(result, false))
	}
	return results
}

// literal spells a value as Go source; elided leaves out the type where a list or map around it names it.
func literal(value reflect.Value, elided bool) string {
	name := typeName(value.Type())
	if elided {
		name = ""
	}
	var items []string
	switch value.Kind() {
	case reflect.String:
		return strconv.Quote(value.String())
	case reflect.Float64:
		return strconv.FormatFloat(value.Float(), 'g', -1, 64)
	case reflect.Slice:
		for i := range value.Len() {
			items = append(items, literal(value.Index(i), true))
		}
	case reflect.Map:
		keys := value.MapKeys()
		sort.Slice(keys, func(i, j int) bool { return less(keys[i], keys[j]) })
		for _, key := range keys {
			items = append(items, literal(key, false)+": "+literal(value.MapIndex(key), true))
		}
	case reflect.Struct:
		for i := range value.NumField() {
			items = append(items, literal(value.Field(i), false))
		}
	default:
		return fmt.Sprint(value.Interface())
	}
	return name + "{" + strings.Join(items, ", ") + "}"
}

func less(a, b reflect.Value) bool {
	if a.Kind() == reflect.String {
		return a.String() < b.String()
	}
	return a.Int() < b.Int()
}

// typeName leaves out the package: the tests stand in the same one.
func typeName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Slice:
		return "[]" + typeName(t.Elem())
	case reflect.Map:
		return "map[" + typeName(t.Key()) + "]" + typeName(t.Elem())
	}
	return t.Name()
}
