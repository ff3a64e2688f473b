# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#
# One CMake target a module.  jail_module(), jail_program() and jail_test() are
# the only ways that targets are made here.
find_package(Threads REQUIRED)
find_package(GTest REQUIRED)
find_package(absl REQUIRED)
find_package(PkgConfig REQUIRED)
if(JAIL_STATIC)
  set(Protobuf_USE_STATIC_LIBS ON)
  # pkg_check_modules() too looks for archives then.
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a .so)
endif()
find_package(Protobuf REQUIRED)

# libprotobuf registers the descriptors of its own messages (descriptor.proto and
# a dozen more) at the start of every process: 0.6 million instructions that
# nothing here needs.  They stand in .init_array.00102 alone; without that
# section they are registered when first asked for.
if(JAIL_STATIC)
  if(NOT Protobuf_LIBRARY MATCHES "\\.a$")
    message(FATAL_ERROR "${CMAKE_BINARY_DIR} was configured for shared "
            "libraries: JAIL_STATIC needs a build folder of its own")
  endif()
  set(lazy_protobuf ${CMAKE_BINARY_DIR}/libprotobuf-lazy.a)
  execute_process(
    COMMAND ${CMAKE_OBJCOPY} --remove-section=.init_array.00102
            --remove-section=.rela.init_array.00102
            ${Protobuf_LIBRARY} ${lazy_protobuf}
    COMMAND_ERROR_IS_FATAL ANY)
  set_target_properties(protobuf::libprotobuf PROPERTIES
                        IMPORTED_LOCATION ${lazy_protobuf}
                        IMPORTED_LOCATION_RELEASE ${lazy_protobuf}
                        IMPORTED_LOCATION_NONE ${lazy_protobuf})
endif()

# Debian's Abseil exports its shared libraries only; the archives lie beside
# them.
if(JAIL_STATIC)
  file(GLOB absl_archives /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/libabsl_*.a)
  foreach(archive ${absl_archives})
    string(REGEX REPLACE ".*/libabsl_(.*)\\.a$" "absl::\\1" target ${archive})
    if(TARGET ${target})
      set_target_properties(${target} PROPERTIES
                            IMPORTED_LOCATION ${archive}
                            IMPORTED_LOCATION_NONE ${archive})
    endif()
  endforeach()
endif()

# jail_module(NAME SRCS a.cc ... [DEPS jail_x absl::status ...]
#             [TEST a_test.cc ...] [TEST_DEPS ...])
# A static library, and a test program of its unit tests labelled "unit".
function(jail_module name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS;TEST;TEST_DEPS" ${ARGN})
  if(ARG_SRCS)
    add_library(${name} STATIC ${ARG_SRCS})
    target_link_libraries(${name} PUBLIC ${ARG_DEPS} PRIVATE jail_build_flags)
    target_include_directories(${name} PUBLIC
      $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}>
      $<BUILD_INTERFACE:${CMAKE_BINARY_DIR}>)
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${ARG_DEPS})
    target_include_directories(${name} INTERFACE
      $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}>
      $<BUILD_INTERFACE:${CMAKE_BINARY_DIR}>)
  endif()
  if(ARG_TEST)
    jail_test(${name}_test LABEL unit SRCS ${ARG_TEST}
              DEPS ${name} ${ARG_TEST_DEPS})
  endif()
endfunction()

# jail_test(NAME LABEL unit|... SRCS ... [DEPS ...])
function(jail_test name)
  cmake_parse_arguments(ARG "" "LABEL" "SRCS;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SRCS})
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_link_libraries(${name} PRIVATE jail_build_flags ${ARG_DEPS}
                        GTest::gmock GTest::gtest GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT 120)
endfunction()

# jail_program(NAME SRCS ... [DEPS ...])
# An executable in build/bin, installed.  Release: static where JAIL_STATIC
# says so, its debug information in NAME.debug beside it.
function(jail_program name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SRCS})
  target_link_libraries(${name} PRIVATE jail_build_flags ${ARG_DEPS})
  if(JAIL_STATIC)
    # --wrap: every file that includes <iostream>, as Abseil's status.h does,
    # has libstdc++ make cin, cout and their like before main(): 50,000
    # instructions and a dozen pages of locales at every start, for streams that
    # nothing here uses (tests/house/text_test.py).
    target_link_options(${name} PRIVATE -static
                        -Wl,--wrap=_ZNSt8ios_base4InitC1Ev)
    target_sources(${name} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/no_streams.cc)
  endif()
  jail_split_debug(${name})
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()

# A debugger finds NAME.debug by the debug link and by the build id.
function(jail_split_debug name)
  if(NOT CMAKE_BUILD_TYPE STREQUAL "Release" OR JAIL_SANITIZE)
    return()
  endif()
  set(file $<TARGET_FILE:${name}>)
  add_custom_command(TARGET ${name} POST_BUILD
    COMMAND ${CMAKE_OBJCOPY} --only-keep-debug --compress-debug-sections
            ${file} ${file}.debug
    COMMAND ${CMAKE_OBJCOPY} --strip-unneeded --add-gnu-debuglink=${file}.debug
            ${file}
    BYPRODUCTS ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/${name}.debug
    VERBATIM)
endfunction()
