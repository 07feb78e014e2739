# What a user or developer runs. Each target first puts in place what the machine lacks.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help

TARGET_DIR := $(or $(CARGO_TARGET_DIR),target)
RECEPTIONIST := $(TARGET_DIR)/debug/receptionist
# Most tests wait, for calls that take their time: two cores carry six at once.
export RUST_TEST_THREADS ?= $(shell n=$$(nproc); echo $$(( n > 6 ? n : 6 )))

.PHONY: help setup build demo up bench test rest-check check-booking check

help: ## shows the targets
	@grep -hE '^[a-z-]+:.*##' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 16

setup: ## installs what is missing: PostgreSQL, Redis, the caller's voice, the speech models
	@deploy/setup/setup.sh

build: setup
	@cargo build --bin receptionist

demo: build ## one spoken call books an appointment, shown as it happens
	@$(RECEPTIONIST) demo

up: build ## everything in one process, until Ctrl-C
	@$(RECEPTIONIST) up

bench: setup ## how fast the speech engine is on this machine, in a release build
	@cargo build --release --bin receptionist
	$(TARGET_DIR)/release/receptionist bench speech

test: setup ## every test, on a private PostgreSQL and Redis
	@cargo test --workspace --no-run
	$(RECEPTIONIST) dev-stores -- cargo test --workspace

rest-check: build ## the REST API against its OpenAPI document, with schemathesis from PyPI
	@deploy/checks/rest.sh $(RECEPTIONIST)

check-booking: build ## 200,000 random bookings while connections and the service are killed, and a replay of what came of it
	@$(RECEPTIONIST) check-booking

check: setup ## formatting, lints, documentation, licences, tests
	@cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps
	if cargo deny --version >/dev/null 2>&1; then cargo deny check; else echo "cargo-deny is not installed: licences unchecked"; fi
	$(MAKE) --no-print-directory test
