# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#
# The library for other programs: one archive of all modules, one header, and a
# CMake package (find_package(jail), then link jail::jail).

# All that `target` links, as two lists: archives of ours, and the rest.
function(jail_link_closure target archives_out others_out)
  set(todo ${target})
  set(seen "")
  set(archives "")
  set(others "")
  while(todo)
    list(POP_FRONT todo item)
    # LINK_ONLY wraps what a static library keeps to itself.
    string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" item "${item}")
    # Headers alone, which the archive's users need not have.
    if(item IN_LIST seen OR item STREQUAL "jail_build_flags" OR
       item STREQUAL "nlohmann_json::nlohmann_json")
      continue()
    endif()
    list(APPEND seen ${item})
    if(NOT TARGET ${item} OR item MATCHES "::")
      list(APPEND others ${item})
      continue()
    endif()
    get_target_property(type ${item} TYPE)
    if(type STREQUAL "STATIC_LIBRARY")
      list(APPEND archives ${item})
    endif()
    get_target_property(links ${item} INTERFACE_LINK_LIBRARIES)
    if(links)
      list(APPEND todo ${links})
    endif()
  endwhile()
  set(${archives_out} ${archives} PARENT_SCOPE)
  set(${others_out} ${others} PARENT_SCOPE)
endfunction()

jail_link_closure(jail_launcher jail_archives JAIL_LINK_LIBRARIES)

# ar(1) reads its orders from a file.
set(jail_library ${CMAKE_BINARY_DIR}/lib/libjail.a)
set(orders "create ${jail_library}\n")
foreach(archive ${jail_archives})
  string(APPEND orders "addlib $<TARGET_FILE:${archive}>\n")
endforeach()
string(APPEND orders "save\nend\n")
file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/lib/libjail.mri CONTENT "${orders}")
add_custom_command(
  OUTPUT ${jail_library}
  COMMAND ${CMAKE_COMMAND} -E rm -f ${jail_library}
  COMMAND ${CMAKE_AR} -M < ${CMAKE_BINARY_DIR}/lib/libjail.mri
  # 94 MB with debug information, 3 without.
  COMMAND ${CMAKE_OBJCOPY} --strip-debug ${jail_library}
  DEPENDS ${jail_archives} VERBATIM)
add_custom_target(jail_library ALL DEPENDS ${jail_library})

include(CMakePackageConfigHelpers)
set(jail_package ${CMAKE_INSTALL_LIBDIR}/cmake/jail)
configure_package_config_file(
  ${CMAKE_SOURCE_DIR}/cmake/jail-config.cmake.in
  ${CMAKE_BINARY_DIR}/lib/jail-config.cmake
  INSTALL_DESTINATION ${jail_package}
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/lib/jail-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${jail_library} DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES jail/launcher.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/jail)
install(FILES ${CMAKE_BINARY_DIR}/lib/jail-config.cmake
              ${CMAKE_BINARY_DIR}/lib/jail-config-version.cmake
        DESTINATION ${jail_package})
