// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_OPTION_SETTERS_H_
#define CONFIG_OPTION_SETTERS_H_

#include <string>

#include "config/options.h"

namespace jail {

// Brings the value of one option into the config, or says why not.
void ApplyOption(const OptionSpec& option, const std::string& value,
                 OptionTarget& target);

// The options that are not one plain field.  `value` as it was written.
void SetMode(const std::string& value, OptionTarget& target);
void SetPort(const std::string& value, OptionTarget& target);
void SetExecFile(const std::string& value, OptionTarget& target);
void SetExecFd(const std::string& value, OptionTarget& target);
void SetTimeLimit(const std::string& value, OptionTarget& target);
void AddReadOnlyBind(const std::string& value, OptionTarget& target);
void AddBind(const std::string& value, OptionTarget& target);
void AddTmpfs(const std::string& value, OptionTarget& target);
void AddMount(const std::string& value, OptionTarget& target);
void AddSymlink(const std::string& value, OptionTarget& target);
void SetProc(const std::string& value, OptionTarget& target);
void SetProcPath(const std::string& value, OptionTarget& target);
void DisableProc(const std::string& value, OptionTarget& target);
void AddUser(const std::string& value, OptionTarget& target);
void AddGroup(const std::string& value, OptionTarget& target);
void AddUidMapping(const std::string& value, OptionTarget& target);
void AddGidMapping(const std::string& value, OptionTarget& target);
void SetSeccompDefault(const std::string& value, OptionTarget& target);
void SetPid1(const std::string& value, OptionTarget& target);
void SetOutputAction(const std::string& value, OptionTarget& target);
void SetUserNet(const std::string& value, OptionTarget& target);
void SetLogFile(const std::string& value, OptionTarget& target);
void SetLogFd(const std::string& value, OptionTarget& target);
void SetVerbose(const std::string& value, OptionTarget& target);
void SetQuiet(const std::string& value, OptionTarget& target);
void SetReallyQuiet(const std::string& value, OptionTarget& target);
void CheckMountApi(const std::string& value, OptionTarget& target);

}  // namespace jail

#endif  // CONFIG_OPTION_SETTERS_H_
