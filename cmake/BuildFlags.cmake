# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#
# What everything here is compiled and linked with.  Warnings are errors; the
# same source gives the same bytes wherever it is built.

# Release keeps the debug information; jail_program() moves it to a file of
# its own beside the binary.
set(CMAKE_C_FLAGS_RELEASE "-O2 -g -DNDEBUG")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g -DNDEBUG")
set(CMAKE_C_FLAGS_DEBUG "-Og -g")
set(CMAKE_CXX_FLAGS_DEBUG "-Og -g")

# Paths of this machine stay out of the binaries.
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
add_link_options(-Wl,--build-id=sha1)

# Hardening that costs nothing to speak of.
add_compile_options(-fstack-protector-strong -fstack-clash-protection
                    -fno-strict-overflow)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  add_compile_options(-fcf-protection)
endif()
add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code)
# Archives can be linked into any program.  The static binaries themselves are
# not position-independent: relocating themselves costs them 0.1 ms at every
# start (0.90 ms to 1.00 ms for an executable with Protobuf, measured), the
# launcher reads nothing from the jail but a status, and the child executes
# another program.
add_compile_options(-fPIE)
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT JAIL_SANITIZE)
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()

if(JAIL_SANITIZE)
  add_compile_options(-fsanitize=${JAIL_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  if(JAIL_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    add_compile_options(-Wno-tsan)  # Asio's fences, which it does not follow
  endif()
  add_link_options(-fsanitize=${JAIL_SANITIZE})
endif()
if(JAIL_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "JAIL_FUZZ needs clang: cmake --preset fuzz")
  endif()
  # Coverage for all of our code; only the fuzz targets get libFuzzer's main().
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Ours alone: generated and third-party code is not held to it.
add_library(jail_build_flags INTERFACE)
target_compile_options(jail_build_flags INTERFACE
  -Wall -Wextra -Wshadow -Wimplicit-fallthrough
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>
  -Wno-missing-field-initializers -Werror)
target_include_directories(jail_build_flags INTERFACE
  ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
target_compile_definitions(jail_build_flags INTERFACE _GNU_SOURCE)
