# Warnings, hardening and sanitizers for every target of the project.

add_compile_options(-Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Werror
                    -fstack-protector-strong -fstack-clash-protection -fcf-protection=full)
add_compile_definitions(_GLIBCXX_ASSERTIONS)
add_link_options(-fuse-ld=lld -Wl,-z,relro,-z,now,--as-needed)

# -O3 makes nothing here faster, and building it a third slower. The fuzzers want speed and a backtrace, no more.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -gline-tables-only -DNDEBUG")

if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  # Line tables are what a backtrace needs; full debug information doubles the size and the link time.
  add_compile_options(-gline-tables-only -Og)
else()
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -ftrivial-auto-var-init=zero)
  add_link_options(-pie)
endif()

if(GATEHOUSE_SANITIZE)
  add_compile_options(-fsanitize=${GATEHOUSE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${GATEHOUSE_SANITIZE})
endif()
if(GATEHOUSE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# A sanitized translation unit takes about 1 GiB at its peak: never more jobs than the memory holds.
cmake_host_system_information(RESULT memory_mib QUERY TOTAL_PHYSICAL_MEMORY)
math(EXPR jobs_by_memory "${memory_mib} / 1200 + 1")
set_property(GLOBAL PROPERTY JOB_POOLS compile=${jobs_by_memory} link=2)
set(CMAKE_JOB_POOL_COMPILE compile)
set(CMAKE_JOB_POOL_LINK link)
