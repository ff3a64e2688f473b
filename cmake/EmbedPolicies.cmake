# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#
# Writes the table of jail/seccomp/shipped.cc; runs in the build.
#
#   cmake -DOUT=FILE -DPOLICIES="a.kafel;b.kafel" -P EmbedPolicies.cmake
set(table "")
foreach(path ${POLICIES})
  get_filename_component(name ${path} NAME_WE)
  file(READ ${path} text)
  string(APPEND table "{\"${name}\", \"shipped/${name}.kafel\",\n"
                      "R\"kafel(${text})kafel\"},\n")
endforeach()
file(WRITE ${OUT} "${table}")
