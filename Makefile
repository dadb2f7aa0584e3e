# Works with GNU make 3.81 (macOS) and newer. Every target does its own set-up.

GOLANGCI := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

# Packages tested at a time. The tests of lanes hold leases of seconds, so a
# machine must not be crowded; raise it on a large one.
TEST_P ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo run test race browser check bench roll

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

demo: ## the whole bot with stand-ins for Telegram and the markets, in your browser
	@tools/needs go
	go run ./cmd/bot demo

run: ## the bot for real, with the settings of the environment
	@tools/needs go
	go run ./cmd/bot run

# The end-to-end and crash tests of cmd/bot drive whole bots, and hundreds of
# processes only to kill them: under the detector they take several times as long.
# So a part of them that goes every way of an update runs under it here, all of
# them without it, and all of them under it with `make race`.
RACED := ^TestE2E(Path|Edit|Actions|LotPath|Search|Support|Quota)

test: ## all tests, with the race detector but for most of cmd/bot's, on SQLite and on a real Postgres
	@tools/needs go cc postgres
	CGO_ENABLED=1 go test -race -timeout 20m -p $(TEST_P) $$(go list ./... | grep -v /cmd/bot$$)
	CGO_ENABLED=1 go test -race -timeout 20m -run '$(RACED)' ./cmd/bot
	go test -timeout 20m ./cmd/bot

race: ## all tests with the race detector; slow
	@tools/needs go cc postgres
	CGO_ENABLED=1 go test -race -timeout 60m -p $(TEST_P) ./...

browser: ## the sandbox's chat page, in a real browser
	@tools/needs go chromium
	go test -count=1 -tags browser -run Page -timeout 5m ./sandbox/telegram

check: ## formatting, vet, lint, go.mod and its reasons, white space
	@tools/needs go
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || \
		{ echo "run gofmt -w on:"; echo "$$unformatted"; exit 1; }
	go vet ./...
	go run $(GOLANGCI) run
	go mod tidy -diff
	@tools/documented
	@if git rev-parse --git-dir >/dev/null 2>&1; then \
		git diff --check "$$(git hash-object -t tree /dev/null)"; fi

bench: ## updates per second on Postgres, beside a bare handler
	@tools/needs go postgres
	go test -tags bench -run '^TestBench' -count=1 -v -timeout 30m ./cmd/bot

roll: ## the long rolling restart of three replicas under 200 updates a second
	@tools/needs go postgres
	go test -tags bench -run '^TestBenchRolling' -count=1 -v -timeout 10m ./cmd/bot
