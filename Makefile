# chipsplit. `make help` lists the targets.

CC       ?= cc
BUILD    ?= build
PREFIX   ?= /usr/local
MODE     ?= release
SEED     ?= 1
FUZZ_SECONDS ?= 30
# make V=1 shows every command.
Q        := $(if $(V),,@)

CFLAGS_release  := -O3 -DNDEBUG
CFLAGS_debug    := -O1 -g -DCS_DEBUG
CFLAGS_sanitize := -O1 -g -DCS_DEBUG -fsanitize=address,undefined -fno-sanitize-recover=all
CFLAGS_fuzz     := $(CFLAGS_sanitize) -fsanitize=fuzzer-no-link

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla -Werror
CPPFLAGS := -Iinclude -Isim -D_POSIX_C_SOURCE=200809L -DCS_DATADIR='"$(abspath $(PREFIX))/share/chipsplit"'
CFLAGS   := -std=c11 $(WARNINGS) -pthread -fno-math-errno -fno-trapping-math \
            -ffp-contract=off $(CFLAGS_$(MODE)) $(EXTRA_CFLAGS)
LDFLAGS  := -pthread $(filter -fsanitize=%,$(CFLAGS))
LDLIBS   := -lsleef -lgsl -lgslcblas -lcsv -lnettle -lz -lm

OUT      := $(BUILD)/$(notdir $(CC))-$(MODE)
PROGRAM  := $(OUT)/chipsplit
LIBRARY  := $(OUT)/libchipsplit.a

# Loops over lanes and values are built once per instruction set; see sim/tool/isa.h.
ISA_SOURCES := $(filter-out sim/model/block.c sim/model/engine.c,$(wildcard sim/model/*.c)) \
               sim/run/book_fill.c sim/run/record_step.c sim/run/bins_place.c \
               sim/run/width_lanes.c sim/math/moments_of.c sim/math/select_lanes.c \
               sim/math/table_lanes.c sim/math/dist_lanes.c sim/world/draw_lanes.c
ISAS        := baseline $(if $(filter x86_64,$(shell uname -m)),avx2 avx512)
KERNELS     := path_start path_step book_fill recorder_step bins_places values_scan values_gather \
               moments_scanned select_order select_places width_scores width_products \
               width_factor dist_quantiles dist_at_scores draw_cells draw_prior
# 256 bytes at a time are not worth a call of memset.
FLAGS_isa    := $(if $(findstring clang,$(CC)),,-fno-tree-loop-distribute-patterns)
FLAGS_avx2   := -mavx2
FLAGS_avx512 := -mavx512f -mavx512dq -mavx512bw -mavx512vl -mprefer-vector-width=512
LIB_SOURCES := $(filter-out $(ISA_SOURCES),$(wildcard sim/tool/*.c sim/math/*.c sim/world/*.c \
               sim/model/*.c sim/run/*.c sim/lab/*.c))
CLI_SOURCES := $(wildcard sim/cli/*.c)
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(OUT)/%.o) $(ISAS:%=$(OUT)/kernels_%.o)
FUZZERS     := $(patsubst %.c,$(OUT)/%,$(wildcard tests/fuzz/fuzz_*.c))
BENCH       := $(addprefix $(OUT)/bench/,plain $(ISAS:%=count_%) $(ISAS:%=steps_%))
TESTS       := $(patsubst %.c,$(OUT)/%,$(wildcard tests/unit/test_*.c tests/properties/test_*.c))

# Debian 12: to build and run; to test. `make bench` times python3-numpy too if it is there.
PACKAGES      := gcc binutils libgsl-dev libcsv-dev librandom123-dev libsleef-dev nettle-dev \
                 zlib1g-dev gnuplot-nox
TEST_PACKAGES := libcmocka-dev clang libclang-rt-dev python3

.PHONY: all docs help deps test-deps run test check-unit check-cli check-docs check-credibility \
        check-oracle check-bytes check-bench check-layers check-warnings check-sanitize \
        check-faults fuzz fuzzers bench install clean FORCE
.SECONDARY:
.DEFAULT_GOAL := all

all: $(PROGRAM)   ## build the program

help:             ## list the targets
	@awk -F':.*## ' '/^[a-z][a-z-]*:.*## / {printf "make %-18s %s\n", $$1, $$2}' Makefile

deps:             ## install what the build needs (Debian: apt)
	$(call apt,$(PACKAGES))

test-deps:        ## install what the tests need as well
	$(call apt,$(PACKAGES) $(TEST_PACKAGES))

define apt
$(if $(filter 0,$(shell id -u)),,sudo )apt-get update -q
$(if $(filter 0,$(shell id -u)),,sudo )env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends $(1)
endef

# Headers and programs stand for their packages; what is missing is installed once.
HASH      := \#
have       = printf '$(foreach h,$(1),$(HASH)include <$(h)>\n)' | $(CC) -E -xc - >/dev/null 2>&1
have_tools = for tool in $(1); do command -v $$tool >/dev/null || exit 1; done
HEADERS := stdio.h gsl/gsl_cdf.h csv.h Random123/philox.h sleef.h nettle/sha2.h zlib.h

$(BUILD)/.deps:
	@mkdir -p $(BUILD)
	@($(call have,$(HEADERS)) && $(call have_tools,gnuplot)) \
	  || { echo "Libraries are missing: running 'make deps'."; $(MAKE) deps; }
	@touch $@
$(BUILD)/.test-deps: $(BUILD)/.deps
	@($(call have,stdarg.h stddef.h setjmp.h stdint.h cmocka.h) && $(call have_tools,clang python3) \
	    && ls $$(clang --print-runtime-dir)/libclang_rt.fuzzer-*.a >/dev/null) \
	  || { echo "Test tools are missing: running 'make test-deps'."; $(MAKE) test-deps; }
	@touch $@

run: $(BUILD)/.deps   ## build, run scenarios/base and draw its pictures
	@$(MAKE) --no-print-directory all
	$(PROGRAM) run base --force --seed $(SEED)
	$(PROGRAM) plot results/base

test: $(BUILD)/.test-deps   ## run every test
	@$(MAKE) --no-print-directory check-layers check-warnings check-unit check-cli \
	  check-docs check-credibility check-oracle check-bytes check-bench \
	  check-sanitize check-faults fuzz
	@cat $(BUILD)/*.tally | awk '{p += $$1; f += $$2} END {print p " passed, " f " failed"; exit f > 0}'

check-layers:     ## includes point down, and only sim/cli prints or exits
	@tests/layers.sh

check-warnings: $(BUILD)/.test-deps   ## clang builds everything without a warning
	@$(MAKE) --no-print-directory CC=clang all

check-unit: $(BUILD)/.test-deps   ## unit and property tests
	@$(MAKE) --no-print-directory $(TESTS)
	@tests/programs.sh $(BUILD)/unit-$(MODE).tally $(TESTS)

check-cli: all    ## the program as a user calls it
	@tests/cli.sh $(PROGRAM) $(BUILD)/cli-$(MODE).tally
	@tests/hostile.sh $(PROGRAM) $(BUILD)/hostile-$(MODE).tally

check-oracle: all ## path by path against the readable twin
	@python3 tests/oracle/selftest.py >$(BUILD)/selftest.log || { cat $(BUILD)/selftest.log; exit 1; }
	@python3 tests/oracle/agree.py $(PROGRAM) $(BUILD)/oracle-$(MODE).tally

check-docs: all   ## README's table, commands and links; the examples
	@tests/docs.sh $(PROGRAM) $(BUILD)/docs-$(MODE).tally
	@tests/examples.sh $(PROGRAM) $(BUILD)/examples-$(MODE).tally

docs: all         ## write docs/scenarios.md again
	@python3 scenarios/describe.py $(PROGRAM) docs/scenarios.md

check-credibility: all   ## the shipped worlds against the record
	@python3 tests/credibility.py $(PROGRAM) $(BUILD)/credibility-$(MODE).tally

check-bytes: all  ## the same bytes for any threads and instruction set
	@tests/bytes.sh $(PROGRAM) $(BUILD)/bytes-$(MODE).tally

check-faults: all $(OUT)/tests/fault/faults   ## memory, disk, signals and terminals that fail
	@tests/faults.sh $(PROGRAM) $(OUT)/tests/fault/faults $(BUILD)/faults-$(MODE).tally

fuzz: $(BUILD)/.test-deps   ## every fuzz target for FUZZ_SECONDS, two at a time
	@$(MAKE) --no-print-directory MODE=fuzz CC=clang fuzzers
	@tests/fuzz.sh $(BUILD)/clang-fuzz/tests/fuzz $(BUILD)/fuzz.tally $(FUZZ_SECONDS)

fuzzers: $(FUZZERS)

check-sanitize: $(BUILD)/.test-deps   ## unit, property and cli tests under ASan and UBSan
	@$(MAKE) --no-print-directory MODE=sanitize check-unit check-cli

check-bench: all $(OUT)/bench/plain   ## the yardsticks of `bench` compute the same model
	@tests/bench/check.sh $(PROGRAM) $(OUT)/bench/plain $(BUILD)/bench-$(MODE).tally

bench: all $(BENCH)   ## speed: by step, against the floor, plain C and NumPy
	@tests/bench/bench.sh $(PROGRAM) $(OUT)/bench $(ISAS)

install: all      ## install under PREFIX
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/chipsplit \
	  $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(PREFIX)/lib
	install $(PROGRAM) $(DESTDIR)$(PREFIX)/bin
	install -m 644 include/chipsplit.h $(DESTDIR)$(PREFIX)/include
	install -m 644 $(LIBRARY) $(DESTDIR)$(PREFIX)/lib
	cp -R scenarios plots $(DESTDIR)$(PREFIX)/share/chipsplit

clean:            ## remove what was built
	rm -rf $(BUILD)

$(PROGRAM): $(CLI_SOURCES:%.c=$(OUT)/%.o) $(LIBRARY)
	@echo "  link $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(LIBRARY): $(LIB_OBJECTS)
	$(Q)rm -f $@
	$(Q)ar rcs $@ $^

$(OUT)/%.o: %.c | $(BUILD)/.deps
	@mkdir -p $(@D)
	@echo "  $(CC) $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# The program knows where it looks for installed data.
$(OUT)/sim/cli/place.o $(OUT)/sim/cli/cmd_plot.o: $(OUT)/prefix
$(OUT)/prefix: FORCE
	@mkdir -p $(@D)
	@echo '$(PREFIX)' | cmp -s - $@ || echo '$(PREFIX)' >$@
FORCE:

# One object per instruction set that shows its kernels only.
define isa_rules
$$(OUT)/$(1)/%.o: %.c | $$(BUILD)/.deps
	@mkdir -p $$(@D)
	@echo "  $$(CC) $$< ($(1))"
	$$(Q)$$(CC) $$(CPPFLAGS) $$(CFLAGS) $$(FLAGS_isa) $$(FLAGS_$(1)) -MMD -MP -c -o $$@ $$<
$$(OUT)/kernels_$(1).o: $$(ISA_SOURCES:%.c=$$(OUT)/$(1)/%.o)
	$$(Q)ld -r -o $$@ $$^
	$$(Q)objcopy $$(foreach k,$$(KERNELS),--redefine-sym kernel_$$(k)=kernel_$$(k)_$(1) \
	  --keep-global-symbol=kernel_$$(k)_$(1)) $$@
endef
$(foreach isa,$(ISAS),$(eval $(call isa_rules,$(isa))))

# The programs of `make bench`: the steps counted and timed per instruction set; plain C.
BENCH_LANES := $(filter-out sim/model/engine.c,$(wildcard sim/model/*.c)) sim/world/draw_lanes.c \
               sim/math/dist_lanes.c sim/math/table_lanes.c
$(OUT)/bench/plain: $(wildcard tests/bench/plain*.c) $(LIBRARY) tests/bench/plain.h
	@mkdir -p $(@D)
	@echo "  bench $@"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $(filter-out %.h,$^) $(LDLIBS)
define bench_rules
$$(OUT)/bench/count_$(1): tests/bench/count.c $$(BENCH_LANES) $$(LIBRARY)
	@mkdir -p $$(@D)
	@echo "  bench $$@"
	$$(Q)$$(CC) $$(CPPFLAGS) $$(CFLAGS) $$(FLAGS_$(1)) -DCS_COUNT -Dkernel_draw_cells=draw_cells \
	  -Dkernel_draw_prior=draw_prior -Itests/bench $$(LDFLAGS) -o $$@ $$^ $$(LDLIBS)
$$(OUT)/bench/steps_$(1): tests/bench/steps.c $$(ISA_SOURCES:%.c=$$(OUT)/$(1)/%.o) $$(LIBRARY)
	@mkdir -p $$(@D)
	@echo "  bench $$@"
	$$(Q)$$(CC) $$(CPPFLAGS) $$(CFLAGS) $$(FLAGS_$(1)) -Itests/bench $$(LDFLAGS) -o $$@ $$^ $$(LDLIBS)
endef
$(foreach isa,$(ISAS),$(eval $(call bench_rules,$(isa))))

# gcc suspects every snprintf that may cut its text.
NO_TRUNCATION := $(if $(findstring clang,$(CC)),,-Wno-format-truncation)

# Tests see the steps of the baseline build by their own names.
$(OUT)/tests/%: tests/%.c tests/support.c $(LIBRARY) $(ISA_SOURCES:%.c=$(OUT)/baseline/%.o)
	@mkdir -p $(@D)
	@echo "  test $@"
	$(Q)$(CC) $(CPPFLAGS) -Itests $(CFLAGS) -O1 $(NO_TRUNCATION) $(LDFLAGS) -o $@ $(filter-out $(LIBRARY),$^) \
	  $(LIBRARY) -lcmocka $(LDLIBS)

# The program with every call wrapped and its main under another name.
WRAPPED := read write fsync rename mkdir open
$(OUT)/tests/fault/faults: tests/fault/faults.c $(CLI_SOURCES:%.c=$(OUT)/%.o) $(LIBRARY)
	@mkdir -p $(@D)
	@echo "  test $@"
	$(Q)objcopy --redefine-sym main=chipsplit_main $(OUT)/sim/cli/main.o $(@D)/main.o
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(WRAPPED:%=-Wl,--wrap=%) -o $@ $< $(@D)/main.o \
	  $(filter-out %/main.o,$(filter %.o,$^)) $(LIBRARY) $(LDLIBS)

$(OUT)/tests/fuzz/tiny: scenarios/tiny
	@mkdir -p $(@D)
	$(Q)rm -rf $@ && cp -R $< $@ && rm $@/priors.csv $@/correlations.csv

$(OUT)/tests/fuzz/%: tests/fuzz/%.c tests/fuzz/fuzz.h $(LIBRARY) | $(OUT)/tests/fuzz/tiny
	@mkdir -p $(@D)
	@echo "  fuzz $@"
	$(Q)$(CC) $(CPPFLAGS) -Itests/fuzz -DFUZZ_WORLD='"$(abspath $(OUT)/tests/fuzz/tiny)"' $(CFLAGS) \
	  -fsanitize=fuzzer -o $@ $< $(LIBRARY) $(LDLIBS)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
