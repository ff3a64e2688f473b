// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/number_tree.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>

namespace jail::seccomp {
namespace {

using Node = CodeGraph::Node;

constexpr size_t kMaxChain = 4;
// kMaxChain tests tell at most this many ranges apart.
constexpr size_t kMaxSpan = 2 * kMaxChain + 1;

// Ranges [begin, end) told apart by a chain of tests.
struct Chunk {
  size_t begin = 0;
  size_t end = 0;
  Node otherwise = 0;  // the decision that remains after all tests
  uint64_t weight = 0;
};

class TreeBuilder {
 public:
  TreeBuilder(CodeGraph& graph, const std::vector<NumberRange>& ranges)
      : graph_(graph), ranges_(ranges) {}

  Node Build() {
    std::vector<Chunk> chunks = Split();
    return Tree(chunks, 0, chunks.size());
  }

 private:
  // Tests that single out range `i` within [begin, end).
  size_t Tests(size_t i, size_t begin, size_t end) const {
    const NumberRange& range = ranges_[i];
    return range.first == range.last || i == begin || i + 1 == end ? 1 : 2;
  }
  size_t Cost(size_t begin, size_t end, Node otherwise) const {
    size_t tests = 0;
    for (size_t i = begin; i < end; ++i) {
      if (ranges_[i].decision != otherwise) tests += Tests(i, begin, end);
    }
    return tests;
  }
  // How long the calls of a chain wait: the less, the better.
  uint64_t Wait(const Chunk& chunk) const;
  // Most frequent first.
  std::vector<size_t> ChainOrder(const Chunk& chunk) const;
  std::vector<Chunk> Split() const;
  Node Chain(const Chunk& chunk);
  Node Tree(const std::vector<Chunk>& chunks, size_t begin, size_t end);

  CodeGraph& graph_;
  const std::vector<NumberRange>& ranges_;
};

std::vector<size_t> TreeBuilder::ChainOrder(const Chunk& chunk) const {
  std::vector<size_t> order;
  for (size_t i = chunk.begin; i < chunk.end; ++i) {
    if (ranges_[i].decision != chunk.otherwise) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return ranges_[a].weight > ranges_[b].weight;
  });
  return order;
}

uint64_t TreeBuilder::Wait(const Chunk& chunk) const {
  uint64_t wait = 0;
  uint64_t tests = 0;
  for (const size_t i : ChainOrder(chunk)) {
    tests += Tests(i, chunk.begin, chunk.end);
    wait += tests * ranges_[i].weight;
  }
  for (size_t i = chunk.begin; i < chunk.end; ++i) {
    if (ranges_[i].decision == chunk.otherwise) {
      wait += tests * ranges_[i].weight;
    }
  }
  return wait;
}

// The cheapest way to cut all ranges into chunks: first by the number of
// tests, then by the wait.
std::vector<Chunk> TreeBuilder::Split() const {
  struct Best {
    size_t cost = std::numeric_limits<size_t>::max();
    uint64_t wait = 0;
    Chunk last;
  };
  std::vector<Best> best(ranges_.size() + 1);
  best[0].cost = 0;
  for (size_t end = 1; end <= ranges_.size(); ++end) {
    const size_t least = end > kMaxSpan ? end - kMaxSpan : 0;
    for (size_t begin = end; begin-- > least;) {
      for (size_t i = begin; i < end && i < begin + 3; ++i) {
        const Node otherwise = ranges_[i].decision;
        const size_t tests = Cost(begin, end, otherwise);
        if (tests > kMaxChain) continue;
        const size_t cost = best[begin].cost + tests + (begin > 0 ? 1 : 0);
        if (cost > best[end].cost) continue;
        const Chunk chunk{begin, end, otherwise, 0};
        const uint64_t wait = best[begin].wait + Wait(chunk);
        if (cost < best[end].cost || wait <= best[end].wait) {
          best[end] = {cost, wait, chunk};
        }
      }
    }
  }
  std::vector<Chunk> chunks;
  for (size_t end = ranges_.size(); end > 0; end = chunks.back().begin) {
    chunks.push_back(best[end].last);
    for (size_t i = chunks.back().begin; i < end; ++i) {
      chunks.back().weight += ranges_[i].weight;
    }
  }
  std::reverse(chunks.begin(), chunks.end());
  return chunks;
}

Node TreeBuilder::Chain(const Chunk& chunk) {
  Node node = chunk.otherwise;
  const std::vector<size_t> order = ChainOrder(chunk);
  for (auto at = order.rbegin(); at != order.rend(); ++at) {
    const NumberRange& range = ranges_[*at];
    if (range.first == range.last) {
      node = graph_.Jump(BPF_JEQ, range.first, range.decision, node);
    } else if (*at == chunk.begin) {
      node = graph_.Jump(BPF_JGT, range.last, node, range.decision);
    } else if (*at + 1 == chunk.end) {
      node = graph_.Jump(BPF_JGE, range.first, range.decision, node);
    } else {
      node = graph_.Jump(BPF_JGE, range.first,
                         graph_.Jump(BPF_JGT, range.last, node, range.decision),
                         node);
    }
  }
  return node;
}

Node TreeBuilder::Tree(const std::vector<Chunk>& chunks, size_t begin,
                       size_t end) {
  if (end - begin == 1) return Chain(chunks[begin]);
  uint64_t all = 0;
  for (size_t i = begin; i < end; ++i) all += chunks[i].weight;
  // The cut whose sides differ least.
  size_t cut = begin + 1;
  uint64_t left = 0, least = std::numeric_limits<uint64_t>::max();
  for (size_t i = begin + 1; i < end; ++i) {
    left += chunks[i - 1].weight;
    const uint64_t right = all - left;
    const uint64_t difference = left > right ? left - right : right - left;
    if (difference < least) {
      least = difference;
      cut = i;
    }
  }
  const Node high = Tree(chunks, cut, end);
  const Node low = Tree(chunks, begin, cut);
  return graph_.Jump(BPF_JGE, ranges_[chunks[cut].begin].first, high, low);
}

}  // namespace

Node BuildNumberTree(CodeGraph& graph, const std::vector<NumberRange>& ranges) {
  return TreeBuilder(graph, ranges).Build();
}

}  // namespace jail::seccomp
