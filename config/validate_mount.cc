// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/validate_mount.h"

#include <limits.h>
#include <sched.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "config/mount_options.h"
#include "config/path_rules.h"

namespace jail {
namespace {

constexpr size_t kMaxSourceBytes = 255;  // fsconfig(2)

enum class Kind { kBind, kFilesystem, kContent, kSymlink, kOverlay };

// Checks one mount of the configuration, and makes the Mount.
class MountValidator {
 public:
  MountValidator(ValidateContext& context, int index)
      : context_(context),
        proto_(context.proto.mount(index)),
        path_(absl::StrCat("mount[", index, "]")) {}

  std::optional<Mount> Make() {
    mount_.origin = context_.At(path_);
    const std::optional<Kind> kind = FindKind();
    MakeTarget();
    const std::optional<std::string> source =
        WithPrefix("prefix_src_env", proto_.prefix_src_env(), proto_.src());
    if (!kind) return std::nullopt;
    mount_.mandatory = proto_.mandatory();
    if (proto_.has_is_dir()) mount_.is_dir = proto_.is_dir();
    MakeFlags(*kind);
    switch (*kind) {
      case Kind::kBind:
        if (source) MakeBind(*source);
        break;
      case Kind::kFilesystem:
        if (source) MakeFilesystem(*source);
        break;
      case Kind::kContent:
        MakeContent();
        break;
      case Kind::kSymlink:
        if (source) MakeSymlink(*source);
        break;
      case Kind::kOverlay:
        MakeOverlay();
        break;
    }
    if (!proto_.mandatory() && *kind != Kind::kBind) {
      Warning("mandatory", "has an effect on binds only");
    }
    if (failed_) return std::nullopt;
    return std::move(mount_);
  }

 private:
  std::string Path(const char* field) const {
    return *field == 0 ? path_ : absl::StrCat(path_, ".", field);
  }
  void Error(const char* field, std::string message) {
    failed_ = true;
    context_.Error(Path(field), std::move(message));
  }
  void Warning(const char* field, std::string message) {
    context_.Warning(Path(field), std::move(message));
  }

  struct Choice {
    const char* field;
    Kind kind;
  };

  // is_bind is true of most mounts in public configs, and nsjail gives it no
  // weight where the content or a link is given; it wins over fstype.
  void DropWhatNsjailPassesOver(std::vector<Choice>& chosen) {
    if (!proto_.is_bind() || chosen.size() != 2) return;
    const Choice other = chosen[1];
    switch (other.kind) {
      case Kind::kContent:
        break;
      case Kind::kSymlink:
        Warning("is_bind", "is not used: is_symlink makes a symbolic link");
        break;
      case Kind::kFilesystem:
        if (proto_.src().empty()) return;  // what would be bound?
        Warning("fstype", "is not used: is_bind binds src");
        chosen = {chosen[0]};
        return;
      default:
        return;
    }
    chosen = {other};
  }

  // A mount is one thing; two that are asked for are named.
  std::optional<Kind> FindKind() {
    std::vector<Choice> chosen;
    if (proto_.is_bind()) chosen.push_back({"is_bind", Kind::kBind});
    if (!proto_.fstype().empty()) {
      chosen.push_back({"fstype", Kind::kFilesystem});
    }
    if (!proto_.src_content().empty()) {
      chosen.push_back({"src_content", Kind::kContent});
    }
    if (proto_.is_symlink()) chosen.push_back({"is_symlink", Kind::kSymlink});
    if (proto_.has_overlay()) chosen.push_back({"overlay", Kind::kOverlay});
    // An empty file is asked for by an empty src_content alone.
    if (chosen.empty() && proto_.has_src_content()) {
      chosen.push_back({"src_content", Kind::kContent});
    }
    if (chosen.empty()) {
      Error("", proto_.src().empty()
                    ? "says nothing to mount: set one of is_bind, fstype, "
                      "src_content, is_symlink and overlay"
                    : "does not say what to do with src: set is_bind, fstype "
                      "or is_symlink");
      return std::nullopt;
    }
    DropWhatNsjailPassesOver(chosen);
    if (chosen.size() > 1) {
      Error(chosen[1].field, absl::StrCat("contradicts ", chosen[0].field,
                                          ": a mount is one thing"));
      return std::nullopt;
    }
    return chosen[0].kind;
  }

  // `text` behind the value of the caller's variable `variable`.
  std::optional<std::string> WithPrefix(const char* field,
                                        const std::string& variable,
                                        const std::string& text) {
    if (variable.empty()) return text;
    const std::optional<std::string> value = context_.CallersVariable(variable);
    if (!value) {
      Error(field, absl::StrCat("no variable ", Quoted(variable),
                                " in your environment"));
      return std::nullopt;
    }
    return absl::StrCat(*value, text);
  }

  void MakeTarget() {
    if (context_.diagnostics.HasError(Path("dst"))) {  // it is missing
      failed_ = true;
      return;
    }
    const std::optional<std::string> text =
        WithPrefix("prefix_dst_env", proto_.prefix_dst_env(), proto_.dst());
    if (!text) return;
    absl::StatusOr<std::string> target = CleanInsidePath(*text);
    if (!target.ok()) {
      Error("dst", std::string(target.status().message()));
      return;
    }
    mount_.target = *std::move(target);
  }

  // One flag, that a field and a word of `options` can set.
  bool Flag(const char* field, bool written, bool value,
            std::optional<bool> by_option) {
    if (!by_option) return value;
    if (written && value != *by_option) {
      Error("options",
            absl::StrCat("contradict ", field, ": ", value ? "true" : "false"));
    }
    return *by_option;
  }

  void MakeFlags(Kind kind) {
    MountOptions parsed = ParseMountOptions(proto_.options());
    for (std::string& error : parsed.errors) Error("options", std::move(error));
    for (const std::string& word : parsed.refused) {
      Error("options", absl::StrCat("cannot hold ", Quoted(word),
                                    ": every mount of a jail is private"));
    }
    for (const std::string& word : parsed.without_effect) {
      Warning("options", absl::StrCat("leave out ", Quoted(word),
                                      ": access times are relatime here"));
    }
    if (kind != Kind::kFilesystem && !parsed.for_filesystem.empty()) {
      Error("options",
            absl::StrCat("take no ", Quoted(parsed.for_filesystem[0].key),
                         " here: only a file system with fstype has options "
                         "of its own"));
    }
    options_ = std::move(parsed.for_filesystem);
    std::optional<bool> writable;
    if (parsed.read_only) writable = !*parsed.read_only;
    MountFlags& flags = mount_.flags;
    flags.read_only = !Flag("rw", proto_.has_rw(), proto_.rw(), writable);
    flags.nosuid =
        Flag("nosuid", proto_.has_nosuid(), proto_.nosuid(), parsed.nosuid);
    flags.nodev =
        Flag("nodev", proto_.has_nodev(), proto_.nodev(), parsed.nodev);
    flags.noexec =
        Flag("noexec", proto_.has_noexec(), proto_.noexec(), parsed.noexec);
    flags.nosymfollow = Flag("nosymfollow", proto_.has_nosymfollow(),
                             proto_.nosymfollow(), parsed.nosymfollow);
  }

  void MustBeDirectory(const char* what) {
    if (proto_.has_is_dir() && !proto_.is_dir()) {
      Error("is_dir",
            absl::StrCat("cannot be false: ", what, " is a directory"));
    }
    mount_.is_dir = true;
  }
  void MustBeFile(const char* what) {
    if (proto_.is_dir()) {
      Error("is_dir",
            absl::StrCat("cannot be true: ", what, " is no directory"));
    }
    mount_.is_dir = false;
  }
  void RefuseNul(const char* field, const std::string& text) {
    if (text.find('\0') != std::string::npos) {
      Error(field, absl::StrCat("holds a NUL byte: ", Quoted(text)));
    }
  }
  void NoSource(const char* what) {
    if (!proto_.src().empty() || !proto_.prefix_src_env().empty()) {
      Error("src", absl::StrCat("contradicts ", what));
    }
  }

  void MakeBind(const std::string& source) {
    if (source.empty()) {
      Error("src", "is missing: which path of the host is to be bound?");
      return;
    }
    absl::StatusOr<std::string> path =
        CleanOutsidePath(source, context_.caller.working_directory);
    if (!path.ok()) {
      Error("src", std::string(path.status().message()));
      return;
    }
    mount_.what = BindMount{*std::move(path)};
  }

  void MakeFilesystem(const std::string& source) {
    const std::string& fstype = proto_.fstype();
    MustBeDirectory("a file system");
    RefuseNul("fstype", fstype);
    RefuseNul("src", source);
    if (source.size() > kMaxSourceBytes) {
      Error("src", absl::StrCat("is ", source.size(),
                                " bytes long; the kernel takes at most ",
                                kMaxSourceBytes));
    }
    if (fstype != "proc") {
      mount_.what = FilesystemMount{fstype, source, std::move(options_)};
      return;
    }
    ProcMount proc;
    for (MountOption& option : options_) {
      if (option.key == "subset" && option.value == "pid") {
        proc.kind = ProcKind::kSubsetPid;
      } else {
        proc.options.push_back(std::move(option));
      }
    }
    CheckProcKind(context_, Path("fstype"), proc.kind);
    mount_.what = std::move(proc);
  }

  void MakeContent() {
    MustBeFile("src_content");
    NoSource("src_content");
    mount_.what = ContentFile{proto_.src_content()};
  }

  void MakeSymlink(const std::string& source) {
    MustBeFile("a symbolic link");
    if (source.empty()) {
      Error("src", "is missing: where is the symbolic link to point?");
    }
    RefuseNul("src", source);
    if (source.size() >= PATH_MAX) {
      Error("src", absl::StrCat("is ", source.size(),
                                " bytes long; the most is ", PATH_MAX - 1));
    }
    mount_.what = Symlink{source};
  }

  void MakeOverlay() {
    const config::Overlay& proto = proto_.overlay();
    MustBeDirectory("an overlay");
    NoSource("overlay");
    OverlayMount overlay;
    if (proto.lower().empty()) {
      Error("overlay.lower", "is missing: an overlay has one layer at least");
    }
    for (int i = 0; i < proto.lower_size(); ++i) {
      absl::StatusOr<std::string> lower =
          CleanOutsidePath(proto.lower(i), context_.caller.working_directory);
      if (lower.ok()) {
        overlay.lower.push_back(*std::move(lower));
      } else {
        Error(absl::StrCat("overlay.lower[", i, "]").c_str(),
              std::string(lower.status().message()));
      }
    }
    overlay.upper_tmpfs.value = proto.upper_tmpfs_bytes();
    const bool writable = overlay.upper_tmpfs.value > 0;
    // Whether it can be written is said by its size; rw may only agree.
    if (proto_.rw() && !writable) {
      Error("rw",
            "contradicts overlay.upper_tmpfs_bytes: 0: nothing would "
            "take the writes");
    } else if (writable && proto_.has_rw() && !proto_.rw()) {
      Error("rw", "contradicts overlay.upper_tmpfs_bytes: it is for writes");
    }
    mount_.flags.read_only = !writable;
    mount_.what = std::move(overlay);
  }

  ValidateContext& context_;
  const config::MountPt& proto_;
  const std::string path_;
  Mount mount_;
  std::vector<MountOption> options_;
  bool failed_ = false;
};

}  // namespace

std::optional<Mount> ValidateMount(ValidateContext& context, int index) {
  return MountValidator(context, index).Make();
}

void CheckProcKind(ValidateContext& context, const std::string& path,
                   ProcKind kind) {
  if (kind != ProcKind::kFresh && kind != ProcKind::kSubsetPid) return;
  if (context.spec.namespaces.Has(CLONE_NEWPID)) return;
  context.Error(path,
                "needs clone_newpid: a new procfs shows the processes of the "
                "jail's own pid namespace; take proc: BIND (the host's) or "
                "proc: NONE");
}

}  // namespace jail
