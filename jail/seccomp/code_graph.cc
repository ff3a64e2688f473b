// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/code_graph.h"

#include <algorithm>

namespace jail::seccomp {
namespace {

constexpr size_t kMostJump = 255;
constexpr int kNowhere = -1;

}  // namespace

CodeGraph::Node CodeGraph::Add(const Data& data) {
  const auto [known, is_new] = known_.emplace(
      std::make_tuple(data.code, data.k, data.if_true, data.if_false),
      static_cast<Node>(nodes_.size()));
  if (is_new) nodes_.push_back(data);
  return known->second;
}

CodeGraph::Node CodeGraph::Return(uint32_t value) {
  return Add({BPF_RET | BPF_K, value, kNowhere, kNowhere});
}

CodeGraph::Node CodeGraph::Do(Step step, Node next) {
  return Add({step.code, step.k, next, kNowhere});
}

CodeGraph::Node CodeGraph::Jump(uint16_t op, uint32_t k, Node if_true,
                                Node if_false) {
  if (if_true == if_false) return if_true;
  return Add({static_cast<uint16_t>(BPF_JMP | op), k, if_true, if_false});
}

CodeGraph::Node CodeGraph::Behind(const std::vector<Step>& steps,
                                  Node node) const {
  Node at = node;
  for (const Step& step : steps) {
    const bool is_pure =
        step.code == (BPF_LD | BPF_W | BPF_ABS) ||
        (BPF_CLASS(step.code) == BPF_ALU && BPF_SRC(step.code) == BPF_K);
    const Data& data = nodes_[static_cast<size_t>(at)];
    if (!is_pure || !(Step{data.code, data.k} == step)) return node;
    at = data.if_true;
  }
  return at;
}

CodeGraph::Node CodeGraph::Test(const std::vector<Step>& steps, uint16_t op,
                                uint32_t k, Node if_true, Node if_false) {
  if (if_true == if_false) return if_true;
  Node node = Jump(op, k, Behind(steps, if_true), Behind(steps, if_false));
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    node = Do(*step, node);
  }
  return node;
}

// Writes the program backwards, so that every target's place is known.
class CodeGraph::Emitter {
 public:
  explicit Emitter(const CodeGraph& graph)
      : graph_(graph),
        place_(graph.nodes_.size(), kNotPlaced),
        size_(graph.nodes_.size(), 0) {
    // Nodes are made after what they point at.
    for (size_t i = 0; i < graph.nodes_.size(); ++i) {
      const Data& data = graph.nodes_[i];
      uint64_t size = 1;
      for (const Node next : {data.if_true, data.if_false}) {
        if (next != kNowhere) size += size_[static_cast<size_t>(next)];
      }
      size_[i] = std::min(size, uint64_t{kMaxNodes});
    }
  }

  Program Run(Node root) {
    std::vector<std::pair<Node, bool>> stack{{root, false}};
    while (!stack.empty()) {
      const auto [node, is_ready] = stack.back();
      stack.pop_back();
      if (IsPlaced(node)) continue;
      if (is_ready) {
        Place(node);
        continue;
      }
      stack.emplace_back(node, true);
      // The smaller part stands next to the jump: the jump over it is short.
      const Data& data = Of(node);
      Node near = data.if_true, far = data.if_false;
      if (far != kNowhere && Size(far) < Size(near)) std::swap(near, far);
      if (near != kNowhere) stack.emplace_back(near, false);
      if (far != kNowhere) stack.emplace_back(far, false);
    }
    std::reverse(program_.begin(), program_.end());
    return std::move(program_);
  }

 private:
  static constexpr size_t kNotPlaced = ~size_t{0};

  const Data& Of(Node node) const {
    return graph_.nodes_[static_cast<size_t>(node)];
  }
  uint64_t Size(Node node) const { return size_[static_cast<size_t>(node)]; }
  bool IsPlaced(Node node) const {
    return place_[static_cast<size_t>(node)] != kNotPlaced;
  }
  // Instructions between the next one and `node`.
  size_t Distance(Node node) const {
    return program_.size() - place_[static_cast<size_t>(node)] - 1;
  }
  void Append(Node node, uint16_t code, uint32_t k, size_t jt, size_t jf) {
    place_[static_cast<size_t>(node)] = program_.size();
    program_.push_back(
        {code, static_cast<uint8_t>(jt), static_cast<uint8_t>(jf), k});
  }
  // Puts `node`, or a way to it, within reach of the next instruction.
  void BringNear(Node node, size_t most) {
    if (Distance(node) <= most) return;
    const Data& data = Of(node);
    if (BPF_CLASS(data.code) == BPF_RET) {
      Append(node, data.code, data.k, 0, 0);
    } else {
      Append(node, BPF_JMP | BPF_JA, static_cast<uint32_t>(Distance(node)), 0,
             0);
    }
  }

  void Place(Node node) {
    const Data& data = Of(node);
    if (data.if_false != kNowhere) {
      while (Distance(data.if_true) > kMostJump ||
             Distance(data.if_false) > kMostJump) {
        BringNear(data.if_true, kMostJump);
        BringNear(data.if_false, kMostJump);
      }
      Append(node, data.code, data.k, Distance(data.if_true),
             Distance(data.if_false));
      return;
    }
    if (data.if_true != kNowhere) BringNear(data.if_true, 0);
    Append(node, data.code, data.k, 0, 0);
  }

  const CodeGraph& graph_;
  Program program_;            // the last instruction first
  std::vector<size_t> place_;  // of a node in program_
  std::vector<uint64_t> size_;
};

Program CodeGraph::Emit(Node root) const { return Emitter(*this).Run(root); }

}  // namespace jail::seccomp
