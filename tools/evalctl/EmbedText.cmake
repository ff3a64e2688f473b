# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#
# A file as a C++ string literal; runs in the build.
#
#   cmake -DIN=FILE -DOUT=FILE -P EmbedText.cmake
file(READ ${IN} text)
# Comments at the front say what it is, to people.
string(REGEX REPLACE "^(#[^\n]*\n)+" "" text "${text}")
file(WRITE ${OUT} "R\"embedded(${text})embedded\"\n")
