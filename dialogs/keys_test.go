package dialogs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// dynamic are the beginnings of keys that are put together from data.
var dynamic = []string{"lang.", "unit.", "state.", "command.", "act.ask.", "act.button.", "act.done.", "act.sure.", "bulk.ask.", "bulk.do.", "bulk.progress.", "bulk.sure.", "deed.", "staff.role.", "alert.", "mailing.state.", "person.account.", "person.draft.", "person.try.", "watched."}

var keyForm = regexp.MustCompile(`^[a-z]+\.[a-z_0-9]+(\.[a-z_0-9]+)*$`)

// literals lists the string constants of a folder's product code that look
// like keys of texts, with where they stand; keys given to say are among them.
func literals(t *testing.T, folder string) (all, said map[string]string) {
	t.Helper()
	all, said = map[string]string{}, map[string]string{}
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no Go files in %s: %v", folder, err)
	}
	set := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				if key, ok := text(n); ok && keyForm.MatchString(key) {
					all[key] = set.Position(n.Pos()).String()
				}
			case *ast.CallExpr:
				name, ok := n.Fun.(*ast.Ident)
				if ok && name.Name == "say" && len(n.Args) > 0 {
					if key, ok := text(n.Args[0]); ok {
						said[key] = set.Position(n.Pos()).String()
					}
				}
			}
			return true
		})
	}
	return all, said
}

// text is the value of a string constant.
func text(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// Everything that is said has a text, and every text is said.
func TestKeys(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, folder := range []string{".", filepath.Join("..", "bot")} {
		all, said := literals(t, folder)
		for key, place := range said {
			if !texts.Has(key) {
				t.Errorf("%s: there is no text %q", place, key)
			}
		}
		for key := range all {
			used[key] = true
		}
	}
	groups := map[string]bool{}
	for _, key := range texts.Keys() {
		group, _, _ := strings.Cut(key, ".")
		groups[group+"."] = true
		if !used[key] && !startsWithAny(key, dynamic) {
			t.Errorf("nobody says %q", key)
		}
	}
	all, _ := literals(t, ".")
	for key, place := range all { // keys that reach say through a variable
		group, _, _ := strings.Cut(key, ".")
		if groups[group+"."] && !texts.Has(key) {
			t.Errorf("%s: %q looks like a text's key, and there is none", place, key)
		}
	}
}

func startsWithAny(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}
