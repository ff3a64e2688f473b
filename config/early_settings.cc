// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/early_settings.h"

#include "jail/sys/fd.h"

namespace jail {
namespace {

Log::Level ToLevel(config::LogLevel level) {
  switch (level) {
    case config::DEBUG:
      return Log::Level::kDebug;
    case config::INFO:
      return Log::Level::kInfo;
    case config::WARNING:
      return Log::Level::kWarning;
    case config::ERROR:
      return Log::Level::kError;
    case config::FATAL:
      return Log::Level::kFatal;
  }
  return Log::Level::kInfo;
}

}  // namespace

EarlySettings ReadEarlySettings(const ParsedConfig& config) {
  const config::JailConfig& proto = config.proto;
  EarlySettings settings;
  Log& log = settings.log;
  if (proto.has_log_level()) log.level = ToLevel(proto.log_level());
  if (!proto.log_file().empty()) {
    if (const auto fd = DescriptorNamed(proto.log_file())) {
      log.fd = *fd;
    } else {
      log.file = proto.log_file();
    }
    log.origin = config.sources.Find("log_file");
    log.is_set = true;
  } else if (proto.has_log_fd()) {
    log.fd = proto.log_fd();
    log.origin = config.sources.Find("log_fd");
    log.is_set = true;
  }
  settings.many_reports =
      proto.mode() == config::LISTEN || proto.mode() == config::RERUN;
  if (proto.seccomp_unotify()) {
    settings.access_report = proto.seccomp_unotify_report();
    settings.access_report_origin =
        config.sources.Find("seccomp_unotify_report");
  }
  return settings;
}

}  // namespace jail
