// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <sched.h>

#include <algorithm>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "config/path_rules.h"
#include "config/suggest.h"
#include "config/validate_context.h"
#include "jail/sys/passwd.h"
#include "jail/sys/subid.h"

namespace jail {
namespace {

// user_namespaces(7): lines of a map, and the write that sets it is less than
// a page.
constexpr int kMaxMapLines = 340;
constexpr size_t kMaxMapBytes = 4095;
constexpr uint64_t kLastId = 4294967294;  // 4294967295 is (uid_t)-1, no id

// Either uids or gids.
struct IdKind {
  const char* field;  // "uidmap"
  const char* noun;   // "user"
  const char* helper;
  const char* map_file;  // in /proc/self
  uint32_t callers;      // the caller's own id
  const std::string& names_file;
  const std::string& subid_file;
  const std::vector<IdRange>& existing;  // in the caller's namespace

  // Are all of [first, first + wanted) there?  In one line of the caller's own
  // map: it is what the kernel asks for.
  bool Exist(uint64_t first, uint64_t wanted) const {
    return existing.empty() ||
           std::any_of(existing.begin(), existing.end(),
                       [&](const IdRange& range) {
                         return first >= range.first &&
                                first + wanted <= range.first + range.count;
                       });
  }
  bool IsInitialNamespace() const { return Exist(0, kLastId + 1); }
};

// The names of a passwd or group file, read when the first one is asked for.
class IdNames {
 public:
  explicit IdNames(const std::string& file) : file_(file) {}

  // The id that `text`, a number or a name, stands for.
  std::optional<uint32_t> Resolve(ValidateContext& context,
                                  const std::string& path,
                                  const std::string& text, const char* noun) {
    if (text.find_first_not_of("0123456789") == std::string::npos) {
      uint64_t id;
      if (absl::SimpleAtoi(text, &id) && id <= kLastId) return id;
      context.Error(path, absl::StrCat("is out of range: ", text,
                                       "; ids go up to ", kLastId));
      return std::nullopt;
    }
    if (!read_) {
      read_ = true;
      absl::StatusOr<std::vector<NamedId>> names = ReadNamedIds(file_);
      if (names.ok()) {
        names_ = *std::move(names);
      } else {
        status_ = names.status();
      }
    }
    if (!status_.ok()) {
      context.Error(path, absl::StrCat("cannot look up ", noun, " ",
                                       Quoted(text), ": ", status_.message()));
      return std::nullopt;
    }
    std::vector<std::string> known;
    for (const NamedId& entry : names_) {
      if (entry.name == text) return entry.id;
      known.push_back(entry.name);
    }
    context.Error(path, absl::StrCat("no ", noun, " ", Quoted(text), " in ",
                                     file_, DidYouMean(text, known)));
    return std::nullopt;
  }

 private:
  const std::string file_;
  bool read_ = false;
  absl::Status status_;
  std::vector<NamedId> names_;
};

std::string Range(uint64_t first, uint64_t count) {
  if (count == 1) return absl::StrCat(first);
  return absl::StrCat(first, " to ", first + count - 1);
}

bool Overlap(uint64_t a, uint64_t a_count, uint64_t b, uint64_t b_count) {
  return a < b + b_count && b < a + a_count;
}

void RefuseOverlaps(ValidateContext& context,
                    const std::vector<IdMapping>& map) {
  for (size_t i = 0; i < map.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      const char* side = nullptr;
      if (Overlap(map[i].inside, map[i].count, map[j].inside, map[j].count)) {
        side = "inside";
      } else if (Overlap(map[i].outside, map[i].count, map[j].outside,
                         map[j].count)) {
        side = "outside";
      }
      if (side == nullptr) continue;
      context.diagnostics.Error(
          map[i].origin, absl::StrCat("its ids ", side, " overlap those of ",
                                      map[j].origin.ToString()));
    }
  }
}

// Is each mapping of an unprivileged caller his to make, by newuidmap?
void CheckGranted(ValidateContext& context, const IdKind& kind,
                  const std::vector<IdMapping>& map) {
  absl::StatusOr<std::vector<SubidRange>> ranges = ReadSubids(kind.subid_file);
  std::string name;  // of the caller: both subid files go by user
  absl::StatusOr<std::vector<NamedId>> users =
      ReadNamedIds(context.caller.passwd_file);
  if (users.ok()) {
    for (const NamedId& user : *users) {
      if (user.id == context.caller.uid) {
        name = user.name;
        break;
      }
    }
  }
  for (const IdMapping& mapping : map) {
    // The helpers let a caller map his own id as well.
    if (mapping.outside == kind.callers && mapping.count == 1) continue;
    if (ranges.ok() && SubidsGrant(*ranges, name, context.caller.uid,
                                   mapping.outside, mapping.count)) {
      continue;
    }
    const std::string owner =
        name.empty() ? absl::StrCat(context.caller.uid) : name;
    context.diagnostics.Error(
        mapping.origin, absl::StrCat(kind.helper, " may not map ",
                                     Range(mapping.outside, mapping.count),
                                     ": ", kind.subid_file, " does not grant ",
                                     mapping.count == 1 ? "it" : "them", " to ",
                                     owner, ": hint: as root, add the line \"",
                                     owner, ":", mapping.outside, ":",
                                     mapping.count, "\" to ", kind.subid_file));
  }
}

void CheckPrivilege(ValidateContext& context, const IdKind& kind,
                    std::vector<IdMapping>& map) {
  const bool user_namespace = context.spec.namespaces.Has(CLONE_NEWUSER);
  bool by_helper = false;
  for (const IdMapping& mapping : map) by_helper |= mapping.by_helper;
  // The kernel takes a map in one write: the helper writes all of it or none.
  // Root needs no helper.
  if (context.caller_is_root() || !user_namespace) by_helper = false;
  for (IdMapping& mapping : map) mapping.by_helper = by_helper;
  if (!user_namespace) {
    for (const IdMapping& mapping : map) {
      if (mapping.count == 1) continue;
      context.diagnostics.Error(
          mapping.origin,
          "count must be 1 when clone_newuser is false: nothing is mapped, the "
          "program runs with inside_id");
    }
    if (map.size() > 1) {
      context.diagnostics.Error(
          map[1].origin,
          absl::StrCat("only one ", kind.field,
                       " makes sense when clone_newuser is false"));
    }
    return;
  }
  bool all_exist = true;
  for (const IdMapping& mapping : map) {
    if (kind.Exist(mapping.outside, mapping.count)) continue;
    all_exist = false;
    context.diagnostics.Error(
        mapping.origin,
        absl::StrCat("maps ", kind.noun, " ",
                     Range(mapping.outside, mapping.count),
                     ", and your own user namespace has no such id (see "
                     "/proc/self/",
                     kind.map_file, ")"));
  }
  if (context.caller_is_root() || !all_exist) return;
  if (by_helper) {
    CheckGranted(context, kind, map);
    return;
  }
  for (const IdMapping& mapping : map) {
    if (mapping.outside == kind.callers && mapping.count == 1) continue;
    context.diagnostics.Error(
        mapping.origin,
        absl::StrCat("maps ", kind.noun, " ",
                     Range(mapping.outside, mapping.count),
                     ", and without root only your own id, ", kind.callers,
                     ", can be mapped: leave outside_id empty, or set "
                     "use_newidmap, or run as root"));
  }
}

void WarnOfRoot(ValidateContext& context, const IdKind& kind,
                const std::vector<IdMapping>& map) {
  const bool user_namespace = context.spec.namespaces.Has(CLONE_NEWUSER);
  for (const IdMapping& mapping : map) {
    const uint32_t id = user_namespace ? mapping.outside : mapping.inside;
    if (id != 0) continue;
    context.diagnostics.Warning(
        mapping.origin,
        absl::StrCat("the program is ", kind.noun,
                     kind.IsInitialNamespace() ? " 0 of the host"
                                               : " 0 of your user namespace",
                     ": files of root that the jail shows are open to it; map "
                     "an unused id instead"));
  }
}

void ValidateMap(
    ValidateContext& context, const IdKind& kind,
    const google::protobuf::RepeatedPtrField<config::IdMap>& written,
    std::vector<IdMapping>& map) {
  if (written.empty()) {
    map.push_back({.inside = kind.callers,
                   .outside = kind.callers,
                   .origin = context.At(kind.field)});
    WarnOfRoot(context, kind, map);
    return;
  }
  if (written.size() > kMaxMapLines) {
    context.Error(
        kind.field,
        absl::StrCat("has ", written.size(),
                     " entries; the kernel takes at most ", kMaxMapLines));
    return;
  }
  IdNames names(kind.names_file);
  bool whole = true;
  size_t bytes = 0;
  for (int i = 0; i < written.size(); ++i) {
    const config::IdMap& entry = written[i];
    const std::string path = absl::StrCat(kind.field, "[", i, "]");
    const auto resolve = [&](const std::string& text, const char* field) {
      return text.empty()
                 ? std::optional<uint32_t>(kind.callers)
                 : names.Resolve(context, absl::StrCat(path, ".", field), text,
                                 kind.noun);
    };
    const std::optional<uint32_t> inside =
        resolve(entry.inside_id(), "inside_id");
    std::optional<uint32_t> outside = resolve(entry.outside_id(), "outside_id");
    if (!entry.outside_id_if_root().empty()) {
      const std::optional<uint32_t> if_root =
          resolve(entry.outside_id_if_root(), "outside_id_if_root");
      if (!if_root) whole = false;
      // Root of a user namespace may have no id but its own (`unshare -r`):
      // it is a user like any other.
      if (if_root && context.caller_is_root() && kind.Exist(*if_root, 1)) {
        outside = if_root;
      }
    }
    if (!inside || !outside) {
      whole = false;
      continue;
    }
    if (entry.count() == 0) {
      context.Error(absl::StrCat(path, ".count"), "is 0; the least is 1");
      whole = false;
      continue;
    }
    const uint64_t last =
        uint64_t{std::max(*inside, *outside)} + entry.count() - 1;
    if (last > kLastId) {
      context.Error(absl::StrCat(path, ".count"),
                    absl::StrCat("is too large: the last id would be ", last,
                                 ", and ids go up to ", kLastId));
      whole = false;
      continue;
    }
    map.push_back({.inside = *inside,
                   .outside = *outside,
                   .count = entry.count(),
                   .by_helper = entry.use_newidmap(),
                   .origin = context.At(path)});
    bytes +=
        absl::StrCat(*inside, " ", *outside, " ", entry.count(), "\n").size();
  }
  if (bytes > kMaxMapBytes) {
    context.Error(kind.field, absl::StrCat("is ", bytes,
                                           " bytes long as a map; the kernel "
                                           "takes at most ",
                                           kMaxMapBytes));
    return;
  }
  RefuseOverlaps(context, map);
  // A map with holes would only draw errors that are not there.
  if (!whole) return;
  CheckPrivilege(context, kind, map);
  WarnOfRoot(context, kind, map);
}

}  // namespace

void ValidateIds(ValidateContext& context) {
  const Caller& caller = context.caller;
  ValidateMap(context,
              {"uidmap", "user", "newuidmap", "uid_map", caller.uid,
               caller.passwd_file, caller.subuid_file, caller.uids},
              context.proto.uidmap(), context.spec.uid_map);
  ValidateMap(context,
              {"gidmap", "group", "newgidmap", "gid_map", caller.gid,
               caller.group_file, caller.subgid_file, caller.gids},
              context.proto.gidmap(), context.spec.gid_map);
}

}  // namespace jail
