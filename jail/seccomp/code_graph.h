// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SECCOMP_CODE_GRAPH_H_
#define JAIL_SECCOMP_CODE_GRAPH_H_

#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "jail/seccomp/bpf.h"

namespace jail::seccomp {

// A program under construction: instructions that point at what comes after
// them, built from the end.  Equal instructions with equal ends are one, so
// that equal tails of rules share their code.
class CodeGraph {
 public:
  using Node = int;
  // Beyond it no policy can end in kMaxInstructions; building stops.
  static constexpr size_t kMaxNodes = size_t{1} << 16;

  // An instruction that is neither a jump nor a return.
  struct Step {
    uint16_t code = 0;
    uint32_t k = 0;
    bool operator==(const Step& other) const {
      return code == other.code && k == other.k;
    }
  };

  Node Return(uint32_t value);
  // `steps`, then BPF_JMP | `op` with `k` or, where op has BPF_X, with X.
  Node Test(const std::vector<Step>& steps, uint16_t op, uint32_t k,
            Node if_true, Node if_false);
  Node Jump(uint16_t op, uint32_t k, Node if_true, Node if_false);
  Node Do(Step step, Node next);

  bool full() const { return nodes_.size() >= kMaxNodes; }

  // The program that starts at `root`.  Jumps longer than 255 go by way of a
  // BPF_JA, or to a copy of a return.
  Program Emit(Node root) const;

 private:
  struct Data {
    uint16_t code;
    uint32_t k;
    Node if_true;   // of a step: what follows
    Node if_false;  // of jumps only
  };
  class Emitter;

  Node Add(const Data& data);
  // Behind `steps`, when `node` starts with them: they have just been done.
  Node Behind(const std::vector<Step>& steps, Node node) const;

  std::vector<Data> nodes_;
  std::map<std::tuple<uint16_t, uint32_t, Node, Node>, Node> known_;
};

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_CODE_GRAPH_H_
