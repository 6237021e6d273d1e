# The two commands of the README. Both set up what they need and are quick the second time.
#   make run [PROMPT="..."] [MODEL=...]   builds, then streams an answer
#   make test                             every test
.DEFAULT_GOAL := help
.PHONY: help run test lint format

export PROMPT MODEL

help:
	@sed -n 's/^#   //p' Makefile

# Nothing but the answer goes to stdout: the build speaks on stderr, and only while it works.
run:
	@scripts/bootstrap
	@scripts/run

test:
	@scripts/bootstrap
	@scripts/test

lint:
	@swift format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources Examples/Package.swift Examples/Sources

format:
	@swift format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources Examples/Package.swift Examples/Sources
