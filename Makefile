# Two commands for newcomers: `make demo` runs the main job, `make test` passes everything.
# Both install what they need: the browser target of Rust, npm packages, and for the tests Chromium.

CARGO ?= cargo
TARGET := $(or $(CARGO_TARGET_DIR),target)
MODULE := $(TARGET)/wasm32-unknown-unknown/browser/estimator_wasm.wasm
BINDINGS := estimator-wasm/npm/src/generated
PACKAGE := $(abspath $(TARGET))/npm

.PHONY: demo test bindings web program npm rating types bench bench-forecast bench-browser size hostile fuzz pictures toolchain browser node-web node-npm node-tests node-npm-tests node-bench lint unit laws faults mutants audit clean

## Run the sample tenant: no account, nothing leaves this machine
demo: program
	$(TARGET)/release/forebill demo

## Everything: format, lints, unit and integration tests, browser tests
test:
	bash tests/run.sh

## The program with its pages
program: web
	$(CARGO) build --release --locked -p functions

# The linker says where addresses stand: what nothing reaches is taken out by that (bindgen/src/reached.rs). A function is
# copied to where it is called only if it is half as long as the compiler would take.
SMALL := -C link-arg=--emit-relocs -C llvm-args=-inline-threshold=25 -C llvm-args=-inlinehint-threshold=25

bindings: toolchain node-npm
	$(CARGO) rustc --locked --profile browser --target wasm32-unknown-unknown -p estimator-wasm --lib -- $(SMALL)
	@$(MAKE) --no-print-directory $(BINDINGS)/estimator_wasm_bg.wasm

# Only where the module is another one: making it small takes a while.
$(BINDINGS)/estimator_wasm_bg.wasm: $(MODULE) estimator-wasm/npm/optimise.mjs estimator-wasm/npm/order.mjs
	$(CARGO) run --quiet --release --locked -p bindgen -- --replaceable $(MODULE) $(BINDINGS)
	node estimator-wasm/npm/optimise.mjs $@

## The pages: browser module, bindings, bundle
web: bindings node-web
	cd web && npm run --silent build

# The module that rates usage, too: for the browser tests.
rating: toolchain node-npm
	node tests/bench/browser/module.mjs rating $(TARGET)/rating

## The npm package forebill-estimator, as a tarball in target/npm
npm: bindings
	cd estimator-wasm/npm && node build.mjs $(PACKAGE)/forebill-estimator
	cd $(PACKAGE) && npm pack --silent ./forebill-estimator

## Write down the types that the package gives to TypeScript; a test tells when they are no longer those of the code
types:
	FOREBILL_WRITE_TYPES=1 $(CARGO) test --release --locked -p estimator-wasm --features types --test package

## Figures against Python and DuckDB, printed as ratios, and the limits of functions; fails where results differ or a limit breaks
bench:
	python3 tests/bench/bench.py
	python3 tests/bench/functions.py

## Forecasts against run-rate, last month, AutoETS and Prophet, and days that stand out: about ten minutes
bench-forecast:
	python3 tests/bench/forecast.py
	python3 tests/bench/anomaly.py

## Bytes that the browser loads, and the time of a keystroke, against other search libraries, Parquet and JSON
bench-browser: toolchain node-npm node-bench
	cd tests/bench/browser && node bench.mjs

## The limits of the browser module; fails where one is broken
size: toolchain node-npm
	node tests/bench/browser/size.mjs

## A million damaged books, workloads and links through the real modules: none may trap
hostile: toolchain node-npm
	node tests/bench/browser/hostile.mjs

## Texts and books that nobody wrote, for a minute each (FUZZ_SECONDS), guided by what they reach; needs cargo-fuzz
fuzz:
	bash tests/fuzz/run.sh

## The calculator's views as pictures, in both themes: web/screenshots
pictures: program node-tests browser
	cd tests/web && FOREBILL_BIN=$(abspath $(TARGET))/release/forebill npx playwright test --config pictures.config.ts

## The inner loop: the pricing crate alone, in seconds
unit:
	$(CARGO) test -p shared

## A million cases for each law of prices, instead of ten thousand: about an hour
laws:
	FOREBILL_LAW_CASES=1000000 $(CARGO) test --release --locked -p shared --lib laws

## All ordered pairs of faults and 200,000 nights of many: half an hour to an hour
faults:
	FOREBILL_ALL_FAULTS=1 $(CARGO) test --release --locked -p functions --lib faults -- --nocapture

## Break the pricing code in every small way and see a test fail; needs cargo-mutants (shared/MUTANTS.md)
mutants:
	FOREBILL_LAW_CASES=150 PROPTEST_MAX_SHRINK_ITERS=0 $(CARGO) mutants --package shared --output $(TARGET)

lint: toolchain
	$(CARGO) fmt --all --check
	$(CARGO) clippy --release --locked --workspace --all-targets --all-features -- -D warnings

## Licences, sources and known faults of dependencies; needs cargo-deny
audit:
	$(CARGO) deny check bans licenses sources

toolchain:
	@rustc --version >/dev/null 2>&1 || rustup toolchain install
	@rustup target list --installed | grep -qx wasm32-unknown-unknown || rustup target add wasm32-unknown-unknown

node-web:
	@test web/node_modules/.package-lock.json -nt web/package-lock.json || (cd web && npm ci --no-audit --no-fund)

node-npm:
	@test estimator-wasm/npm/node_modules/.package-lock.json -nt estimator-wasm/npm/package-lock.json || (cd estimator-wasm/npm && npm ci --ignore-scripts --no-audit --no-fund)

node-tests:
	@test tests/web/node_modules/.package-lock.json -nt tests/web/package-lock.json || (cd tests/web && npm ci --ignore-scripts --no-audit --no-fund)

node-npm-tests:
	@test tests/npm/node_modules/.package-lock.json -nt tests/npm/package-lock.json || (cd tests/npm && npm ci --ignore-scripts --no-audit --no-fund)

node-bench:
	@test tests/bench/browser/node_modules/.package-lock.json -nt tests/bench/browser/package-lock.json || (cd tests/bench/browser && npm ci --ignore-scripts --no-audit --no-fund)

## Chromium and python3 from the distribution: test tools may not download browsers of their own
browser:
	@bash tests/install-browser.sh

clean:
	rm -rf $(TARGET) web/dist web/node_modules estimator-wasm/npm/node_modules tests/web/node_modules tests/npm/node_modules tests/npm/projects/*/node_modules tests/npm/projects/*/dist tests/bench/browser/node_modules tests/bench/browser/.venv tests/infra/.venv tests/emulator/.venv $(BINDINGS)
