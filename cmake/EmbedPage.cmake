# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#
# Writes the table of tools/evalctl/serve/page.cc; runs in the build.
#
#   cmake -DOUT=FILE -DFOLDER=FOLDER -P EmbedPage.cmake
set(table "")
foreach(entry "/|index.html|text/html" "/page.css|page.css|text/css"
        "/page.js|page.js|text/javascript")
  string(REPLACE "|" ";" parts "${entry}")
  list(GET parts 0 path)
  list(GET parts 1 name)
  list(GET parts 2 type)
  file(READ ${FOLDER}/${name} text)
  string(APPEND table "{\"${path}\", \"${type}; charset=utf-8\",\n"
                      "R\"embedded(${text})embedded\"},\n")
endforeach()
file(WRITE ${OUT} "${table}")
