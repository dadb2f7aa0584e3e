package storage

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

// Postgres takes many rows as one array for each column, in its binary form:
// the statement's text stays the same whatever their number, and bytes need no
// escaping. lib/pq sends a []byte as it is when binary_parameters is on.

// elements are the OIDs of the types in arrays.
var elements = map[kind]uint32{integer: 20, text: 25, bytea: 17}

// array encodes values of one type; nil is NULL.
func array(of kind, n int, value func(i int) any) []byte {
	const header = 20
	size := header
	for i := range n {
		size += elementSize(value(i))
	}
	b := make([]byte, 0, size)
	b = binary.BigEndian.AppendUint32(b, 1) // dimensions
	b = binary.BigEndian.AppendUint32(b, 1) // there may be NULLs
	b = binary.BigEndian.AppendUint32(b, elements[of])
	b = binary.BigEndian.AppendUint32(b, uint32(n))
	b = binary.BigEndian.AppendUint32(b, 1) // the first index
	for i := range n {
		b = appendElement(b, value(i))
	}
	return b
}

// elementSize is how many bytes appendElement writes.
func elementSize(value any) int {
	const length, number = 4, 8
	switch v := value.(type) {
	case int, int64:
		return length + number
	case string:
		return length + len(v)
	case []byte:
		return length + len(v)
	}
	return length
}

// appendElement writes a value with its length before it.
func appendElement(b []byte, value any) []byte {
	const null = ^uint32(0)
	switch v := value.(type) {
	case nil:
		return binary.BigEndian.AppendUint32(b, null)
	case int:
		return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(b, 8), uint64(v))
	case int64:
		return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(b, 8), uint64(v))
	case string:
		return append(binary.BigEndian.AppendUint32(b, uint32(len(v))), v...)
	case []byte:
		if v == nil {
			return binary.BigEndian.AppendUint32(b, null)
		}
		return append(binary.BigEndian.AppendUint32(b, uint32(len(v))), v...)
	default:
		panic(fmt.Sprintf("storage: a %T in an array", value)) // a mistake in this package
	}
}

// arrayValues is Postgres's FROM item of rows.
func arrayValues(types []kind, rows [][]any) (string, []any) {
	var from, names strings.Builder
	args := make([]any, len(types))
	for c, t := range types {
		if c > 0 {
			from.WriteString(", ")
			names.WriteString(", ")
		}
		from.WriteString("CAST(? AS " + string(t) + "[])")
		names.WriteString("column" + strconv.Itoa(c+1))
		args[c] = array(t, len(rows), func(i int) any { return rows[i][c] })
	}
	return "unnest(" + from.String() + ") AS v(" + names.String() + ")", args
}

// arrayList is Postgres's condition that a column is one of values.
func arrayList[T any](of kind, values []T) (string, []any) {
	return "= ANY(CAST(? AS " + string(of) + "[]))",
		[]any{array(of, len(values), func(i int) any { return values[i] })}
}

// plainValues is SQLite's FROM item of rows.
func plainValues(types []kind, rows [][]any) (string, []any) {
	tuple := "(?" + strings.Repeat(", ?", len(types)-1) + ")"
	args := make([]any, 0, len(rows)*len(types))
	for _, row := range rows {
		args = append(args, row...)
	}
	return "(VALUES " + tuple + strings.Repeat(", "+tuple, len(rows)-1) + ") AS v", args
}

// plainList is SQLite's condition that a column is one of values.
func plainList[T any](values []T) (string, []any) {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	return "IN (" + strings.TrimPrefix(strings.Repeat(", ?", len(values)), ", ") + ")", args
}
