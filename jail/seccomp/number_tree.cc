// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/number_tree.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <utility>

namespace jail::seccomp {
namespace {

using Node = CodeGraph::Node;

constexpr size_t kMaxChain = 4;
// kMaxChain tests tell at most this many ranges apart.
constexpr size_t kMaxSpan = 2 * kMaxChain + 1;

// What an instruction is worth, in tests times the weight of a call: from fast
// to short.  Found by comparing with libseccomp's filters of random lists.
constexpr uint64_t kPrices[] = {200, 500, 1500};
constexpr uint64_t kShortest = 100000;
// One part in so many may be added to the shortest code for speed.
constexpr size_t kSlack = 48;

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
  // Ranges that a chain tests for: no more than it has tests.
  struct Order {
    std::array<size_t, kMaxChain> ranges{};
    size_t count = 0;
  };
  struct Candidate {
    Chunk chunk;
    size_t tests = 0;
    uint64_t wait = 0;
  };
  struct Cutting {
    std::vector<Chunk> chunks;
    size_t size = 0;  // in instructions
  };

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
  Order ChainOrder(const Chunk& chunk) const;
  std::vector<std::vector<Candidate>> Candidates() const;
  Cutting Cut(const std::vector<std::vector<Candidate>>& candidates,
              uint64_t price) const;
  std::vector<Chunk> Split() const;
  Node Chain(const Chunk& chunk);
  Node Tree(const std::vector<Chunk>& chunks, size_t begin, size_t end);

  CodeGraph& graph_;
  const std::vector<NumberRange>& ranges_;
};

TreeBuilder::Order TreeBuilder::ChainOrder(const Chunk& chunk) const {
  Order order;
  for (size_t i = chunk.begin; i < chunk.end; ++i) {
    if (ranges_[i].decision == chunk.otherwise) continue;
    size_t at = order.count++;
    for (; at > 0 && ranges_[order.ranges[at - 1]].weight < ranges_[i].weight;
         --at) {
      order.ranges[at] = order.ranges[at - 1];
    }
    order.ranges[at] = i;
  }
  return order;
}

uint64_t TreeBuilder::Wait(const Chunk& chunk) const {
  uint64_t wait = 0, tests = 0;
  const Order order = ChainOrder(chunk);
  for (size_t at = 0; at < order.count; ++at) {
    const size_t i = order.ranges[at];
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

// All chunks that a chain can tell apart, by where they end.
std::vector<std::vector<TreeBuilder::Candidate>> TreeBuilder::Candidates()
    const {
  std::vector<std::vector<Candidate>> candidates(ranges_.size() + 1);
  for (size_t end = 1; end <= ranges_.size(); ++end) {
    const size_t least = end > kMaxSpan ? end - kMaxSpan : 0;
    for (size_t begin = end; begin-- > least;) {
      for (size_t i = begin; i < end && i < begin + 3; ++i) {
        const Chunk chunk{begin, end, ranges_[i].decision, 0};
        const size_t tests = Cost(begin, end, chunk.otherwise);
        if (tests > kMaxChain) continue;
        candidates[end].push_back({chunk, tests, Wait(chunk)});
      }
    }
  }
  return candidates;
}

// The cheapest way to cut all ranges into chunks, where an instruction costs
// as much as `price` tests that a call waits for.
TreeBuilder::Cutting TreeBuilder::Cut(
    const std::vector<std::vector<Candidate>>& candidates,
    uint64_t price) const {
  struct Best {
    uint64_t cost = std::numeric_limits<uint64_t>::max();
    const Candidate* last = nullptr;
  };
  std::vector<Best> best(ranges_.size() + 1);
  best[0].cost = 0;
  for (size_t end = 1; end <= ranges_.size(); ++end) {
    for (const Candidate& candidate : candidates[end]) {
      const size_t begin = candidate.chunk.begin;
      const uint64_t size = candidate.tests + (begin > 0 ? 1 : 0);
      const uint64_t cost = best[begin].cost + price * size + candidate.wait;
      if (cost <= best[end].cost) best[end] = {cost, &candidate};
    }
  }
  Cutting cutting;
  for (size_t end = ranges_.size(); end > 0;) {
    const Candidate& last = *best[end].last;
    cutting.size += last.tests + 1;
    cutting.chunks.push_back(last.chunk);
    for (size_t i = last.chunk.begin; i < end; ++i) {
      cutting.chunks.back().weight += ranges_[i].weight;
    }
    end = last.chunk.begin;
  }
  std::reverse(cutting.chunks.begin(), cutting.chunks.end());
  return cutting;
}

// As short as can be, but for a little that makes the hot calls' ways shorter.
std::vector<Chunk> TreeBuilder::Split() const {
  const std::vector<std::vector<Candidate>> candidates = Candidates();
  Cutting shortest = Cut(candidates, kShortest);
  for (const uint64_t price : kPrices) {
    Cutting faster = Cut(candidates, price);
    if (faster.size <= shortest.size + 1 + shortest.size / kSlack) {
      return std::move(faster.chunks);
    }
  }
  return std::move(shortest.chunks);
}

Node TreeBuilder::Chain(const Chunk& chunk) {
  Node node = chunk.otherwise;
  const Order order = ChainOrder(chunk);
  for (size_t at = order.count; at-- > 0;) {
    const size_t i = order.ranges[at];
    const NumberRange& range = ranges_[i];
    if (range.first == range.last) {
      node = graph_.Jump(BPF_JEQ, range.first, range.decision, node);
    } else if (i == chunk.begin) {
      node = graph_.Jump(BPF_JGT, range.last, node, range.decision);
    } else if (i + 1 == chunk.end) {
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
