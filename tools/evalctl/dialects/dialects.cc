// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "tools/evalctl/dialects/codebox.h"
#include "tools/evalctl/dialects/dialect.h"
#include "tools/evalctl/dialects/pybox.h"
#include "tools/evalctl/dialects/python_executor.h"
#include "tools/evalctl/dialects/quartermaster.h"
#include "tools/evalctl/dialects/snekbox.h"

namespace jail::eval {

const std::vector<const Dialect*>& Dialects() {
  static const Snekbox snekbox;
  static const PythonExecutor python_executor;
  static const Codebox codebox;
  static const Pybox pybox;
  static const PyboxRunner pybox_runner;
  static const Quartermaster quartermaster;
  // Where none says that a body is of its shape, the first that owns the path
  // answers: codebox for /execute, quartermaster for /run.
  static const std::vector<const Dialect*> dialects = {
      &snekbox, &codebox,      &python_executor,
      &pybox,   &pybox_runner, &quartermaster};
  return dialects;
}

}  // namespace jail::eval
