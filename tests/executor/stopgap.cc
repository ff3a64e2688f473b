#include "jail/plan/describe.h"
#include <string>
namespace jail { __attribute__((weak)) std::string SyscallName(int nr) { return "syscall " + std::to_string(nr); } }
