#!/bin/sh
# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#
# check_symbols.sh NM FILE...: what runs between clone3 and execve must not
# call anything.  Fails, and names the symbols, if one of the object files or
# archives has an undefined symbol, or defines no RunSteps at all.
set -eu
nm=$1; shift
for file; do
  "$nm" "$file" | grep -q ' T .*RunSteps' || {
    echo "$file: RunSteps is not defined"; exit 1; }
  undefined=$("$nm" -u "$file" | grep ' U ' || true)
  [ -z "$undefined" ] || { echo "$file: undefined symbols:"
                           echo "$undefined"; exit 1; }
done
