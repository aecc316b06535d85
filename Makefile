# make              the program and its libraries, in build/
# make demo         fits two small models and draws the pictures
# make test         the whole suite (tests/run FOLDER/ runs one folder of it)
# make vmath        errors of vector functions over many more arguments than the suite takes
# make asan         the same under the address and undefined-behaviour sanitizers
# make bench        times our gradients beside hand-written C and other tools (BENCH="gmm mlp": these works)
# make lint         clang-format, clang-tidy, cppcheck
# make install      PREFIX=/usr/local DESTDIR=
#
# What a fresh machine lacks is installed by tests/setup through apt-get; NO_INSTALL=1 only names it.

B       := build
CC      := cc
OPT     := -O2 -g
WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wswitch-enum
CFLAGS  := -std=c11 $(OPT) $(WARN)
CPPFLAGS := -Icompiler -Iruntime -I$(B) -D_DEFAULT_SOURCE
LDLIBS  := -ltcc -lcjson -lzip -lz -lm
SAN     := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
ARFLAGS := rcsD
PREFIX  := /usr/local
DESTDIR :=
into     = $(DESTDIR)$(PREFIX)
VERSION := $(shell sed -n 's/^.define ADC_VERSION "\(.*\)"/\1/p' runtime/adc.h)

compiler := $(sort $(wildcard compiler/*.c))
cli      := $(sort $(wildcard compiler/cli/*.c))
runtime  := $(sort $(wildcard runtime/*.c))
parser   := $(strip $(if $(wildcard compiler/parser.y),$(B)/parser.o) $(if $(wildcard compiler/lexer.l),$(B)/lexer.o))
units    := $(sort $(wildcard tests/*/test_*.c))
tools    := $(sort $(wildcard tests/*/*tool.c))

object   = $(patsubst %.c,$(B)/%.o,$1)
programs := $(patsubst %.c,$(B)/%,$(units) $(tools))

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all demo test matrix vmath asan bench lint install clean force

# optimisers of other libraries, where their headers are installed
has      = $(shell $(CC) -include $1 -E -x c /dev/null >/dev/null 2>&1 && echo yes)
plugins := $(if $(call has,nlopt.h),$(B)/adc_nlopt.so)
plugins += $(if $(call has,coin/IpStdCInterface.h)$(call has,coin-or/IpStdCInterface.h),$(B)/adc_ipopt.so)

all: $(B)/libadc.a $(B)/libadcc.a $(if $(wildcard compiler/cli/main.c),$(B)/adc) $(plugins)

$(B)/adc: $(call object,$(cli)) $(B)/compiler.a $(B)/libadc.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Our own programs look inside the compiler.  What links the library sees the functions of adc.h, and may have a parse() of its own.
$(B)/compiler.a: $(call object,$(compiler)) $(parser)
$(B)/libadcc.a: $(B)/libadcc.o
$(B)/libadc.a: $(call object,$(runtime))
$(B)/%.a:
	@mkdir -p $(@D); rm -f $@
	$(AR) $(ARFLAGS) $@ $^

$(B)/libadcc.o: runtime/adc.h $(call object,$(compiler)) $(parser)
	sed -nE 's/.*(adc_[a-z_]+)\(.*/\1/p' $< > $(@:.o=.names)
	$(CC) -r -nostdlib -o $@ $(filter %.o,$^)
	objcopy --keep-global-symbols=$(@:.o=.names) $@

$(B)/%.o: %.c $(B)/flags | $(B)/setup-build
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Kernels for code in memory: see there.
$(B)/compiler/vmath.o: CFLAGS += -O3 -ffp-contract=off

$(B)/adc_%.so: runtime/plugins/%.c runtime/error.c runtime/plugin.h runtime/adc.h $(B)/flags
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -fPIC -shared -o $@ $(filter %.c,$^) -l$* -lm

# ---- what flex and bison write; their skeletons are not held to our warnings

$(B)/parser.c $(B)/parser.h &: compiler/parser.y | $(B)/setup-build
	bison --defines=$(B)/parser.h -o $(B)/parser.c $<
$(B)/lexer.c $(B)/lexer.h &: compiler/lexer.l | $(B)/setup-build
	flex --header-file=$(B)/lexer.h -o $(B)/lexer.c $<
$(B)/parser.o $(B)/lexer.o: $(B)/%.o: $(B)/%.c $(B)/flags
	$(CC) $(CPPFLAGS) $(filter-out $(WARN),$(CFLAGS)) -Wall -Wno-unused-function -MMD -MP -c -o $@ $<
# the scanner and its callers see each other's products
$(parser) $(call object,$(compiler)): | $(if $(findstring parser.o,$(parser)),$(B)/parser.h) $(if $(findstring lexer.o,$(parser)),$(B)/lexer.h)

# ---- the part of adc.h that generated headers repeat, as strings

$(B)/model_part.h: runtime/adc.h $(B)/flags
	{ echo '#define MODEL_VERSION "$(VERSION)"'; echo 'static const char *const model_part[] = {'; \
	  sed -n '/begin of the part/,/end of the part/p' $< | sed -e 1d -e '$$d' -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/.*/    "&\\n",/'; \
	  echo '};'; } > $@
$(B)/compiler/header.o: $(B)/model_part.h

# Objects made by another compiler or with other flags are made again.
$(B)/flags: force
	@mkdir -p $(@D)
	@echo '$(CC) $(CPPFLAGS) $(CFLAGS)' | cmp -s - $@ || echo '$(CC) $(CPPFLAGS) $(CFLAGS)' > $@
force:

# Looked at once for each need and again whenever the list changes.
$(B)/setup-%: tests/setup
	@mkdir -p $(@D)
	@tests/setup $*
	@touch $@

# ---- tests

$(B)/tests/%: tests/%.c $(B)/compiler.a $(B)/libadc.a | $(B)/setup-test
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -MMD -MP -MF $@.d -o $@ $< $(B)/compiler.a $(B)/libadc.a -Wl,--as-needed -lcmocka $(LDLIBS)

test: $(B)/setup-test all $(programs)
	@BUILD=$(B) CC='$(CC)' SANITIZE='$(SANITIZE)' tests/run $(CASES)

demo: $(B)/setup-demo $(B)/adc
	@PATH="$(CURDIR)/$(B):$$PATH" examples/demo $(B)/demo

asan:
	@TEST_TIMEOUT=$${TEST_TIMEOUT:-600} ASAN_OPTIONS=allocator_may_return_null=1 $(MAKE) B=build/asan OPT='-O1 -g $(SAN)' SANITIZE='$(SAN)' test

# The tests that run models, by every compiler and with every set of flags; SETS="clang native" picks some.
matrix: $(B)/setup-test all $(programs)
	@BUILD=$(B) tests/matrix $(SETS)

vmath: $(B)/setup-test $(B)/tests/vmath/vmathtool
	@BUILD='$(abspath $(B))' ADC_ROOT='$(CURDIR)' VMATH_POINTS=500000 tests/vmath/ulp.sh

bench: $(B)/setup-bench $(B)/adc $(B)/tests/vmath/vmathtool
	@rm -rf $(B)/bench
	@tests/bench/bench $(B)/adc $(B)/bench

# ---- lint

ours := $(compiler) $(cli) $(runtime) $(units) $(tools) \
    $(sort $(wildcard compiler/*.h runtime/*.h runtime/plugins/*.c compiler/cli/*.h examples/*/*.c tests/mgh/*.c tests/bench/*.[ch] tests/bench/*/*.[ch] tests/bench/peers/*.[ch]pp))

# vkernels.h is C text in macros, for which clang-format would take minutes.
lint: $(B)/setup-lint $(B)/model_part.h $(if $(parser),$(B)/parser.h $(B)/lexer.h)
	clang-format --dry-run -Werror $(filter-out compiler/vkernels.h,$(ours))
	cppcheck -q --std=c11 --enable=warning,performance,portability --inline-suppr --suppress=missingIncludeSystem \
	    --error-exitcode=1 -j $$(nproc) $(CPPFLAGS) $(compiler) $(cli) $(runtime)
	printf '%s\n' $(compiler) $(cli) $(runtime) | xargs -P $$(nproc) -I {} clang-tidy --quiet {} -- $(CPPFLAGS) -std=c11

# ---- install

install: $(B)/adc $(plugins)
	install -d $(into)/bin $(into)/include $(into)/lib/pkgconfig $(into)/lib/cmake/adc $(into)/share/man/man1
	install -m 755 $(B)/adc $(into)/bin/adc
	install -m 644 runtime/adc.h $(into)/include/adc.h
	install -m 644 $(B)/libadc.a $(B)/libadcc.a $(plugins) $(into)/lib
	install -m 644 docs/adc.1 $(into)/share/man/man1/adc.1
	for f in adc.pc adcc.pc; do \
	    sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' runtime/install/$$f.in > $(into)/lib/pkgconfig/$$f || exit 1; done
	sed 's|@VERSION@|$(VERSION)|' runtime/install/adc-config-version.cmake.in > $(into)/lib/cmake/adc/adc-config-version.cmake
	install -m 644 runtime/install/adc-config.cmake $(into)/lib/cmake/adc/adc-config.cmake

# ---- the rest

clean:
	rm -rf build

-include $(shell test ! -d $(B) || find $(B) -name '*.d' -not -path '$(B)/asan/*')
ifneq ($(B),build)
-include $(shell test ! -d $(B) || find $(B) -name '*.d')
endif
