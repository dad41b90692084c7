# Flags of every target of ours. The hardened set is the OpenSSF guide's, as far as g++ 12 has it.
option(CANDOUR_FUZZ "Build the libFuzzer targets (clang)" OFF)
set(CANDOUR_SANITIZE "" CACHE STRING "address,undefined or thread")

add_library(candour_flags INTERFACE)
target_compile_options(candour_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wformat=2 -Wimplicit-fallthrough -Werror
  -fstack-protector-strong -fstack-clash-protection -fcf-protection=full
  -fno-delete-null-pointer-checks -fno-strict-overflow -fno-strict-aliasing -ftrivial-auto-var-init=zero)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(candour_flags INTERFACE -Wtrampolines -Wbidi-chars=any)
else()
  # clang fuzzes what g++ ships: g++ alone decides about warnings, and clang's -Wconversion means more.
  target_compile_options(candour_flags INTERFACE -Wno-error -Wno-sign-conversion)
endif()
target_compile_definitions(candour_flags INTERFACE _GLIBCXX_ASSERTIONS)
target_link_options(candour_flags INTERFACE -pie -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed,--no-copy-dt-needed-entries)

if(CANDOUR_SANITIZE)
  target_compile_options(candour_flags INTERFACE -fsanitize=${CANDOUR_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(candour_flags INTERFACE -fsanitize=${CANDOUR_SANITIZE})
elseif(CMAKE_BUILD_TYPE MATCHES "Rel")
  target_compile_options(candour_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
endif()
if(CANDOUR_FUZZ)
  target_compile_options(candour_flags INTERFACE -fsanitize=fuzzer-no-link,address,undefined)
  target_link_options(candour_flags INTERFACE -fsanitize=address,undefined)
endif()
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
