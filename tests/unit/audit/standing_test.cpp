#include "daemon/audit/standing.hpp"

#include <gtest/gtest.h>

namespace wardend::audit {
namespace {

using trail::Link;

std::string hash_of(std::uint64_t sequence) { return std::string(64, static_cast<char>('a' + sequence % 6)); }
Link link(std::uint64_t sequence) { return {sequence, sequence == 0 ? Link().hash : hash_of(sequence)}; }

// Entries `from` to `to`, the last of that kind, made in boot b1.
trail::Tail tail(std::uint64_t from, std::uint64_t to, const std::string& last = "token") {
  trail::Tail found{.entries = {}, .boot = "b1", .first = 1};
  for (std::uint64_t i = from; i <= to; ++i)
    found.entries.push_back({.link = link(i), .previous = link(i - 1).hash, .kind = i == to ? last : "token"});
  return found;
}

struct Row {
  const char* what;
  Found found;
  std::uint64_t stands_at;
  std::size_t already;
  std::vector<std::string> gaps;
};

TEST(Stand, ByTheTable) {
  trail::Tail rewritten = tail(3, 5);
  rewritten.entries[0].link.hash = std::string(64, '9');
  trail::Tail spliced = tail(5, 6);
  spliced.entries[0].previous = std::string(64, '9');
  trail::Tail with_own = tail(5, 9);
  with_own.entries[1].kind = "rotation";
  with_own.entries[2] = {with_own.entries[2].link, with_own.entries[2].previous, "gap", "removed"};
  with_own.entries[3] = {with_own.entries[3].link, with_own.entries[3].previous, "gap", "dropped"};
  const Row table[] = {
      {"a first start", {.tail = {}, .committed = {}, .anchor = {}, .boot = "b1"}, 0, 0, {}},
      {"after a stop", {.tail = tail(5, 5, "stop"), .committed = {}, .anchor = link(5), .boot = "b2"}, 5, 0, {}},
      {"after a loss of power",
       {.tail = tail(3, 5), .committed = {}, .anchor = link(3), .boot = "b2"},
       5,
       0,
       {"power_loss"}},
      {"killed, and nothing kept the ring",
       {.tail = tail(3, 5), .committed = {}, .anchor = {}, .boot = "b1"},
       5,
       0,
       {"unclean_end"}},
      {"killed, all was written",
       {.tail = tail(5, 5), .committed = link(5), .anchor = link(2), .boot = "b1"},
       5,
       0,
       {}},
      {"killed before the ring knew", {.tail = tail(3, 5), .committed = link(3), .anchor = {}, .boot = "b1"}, 5, 2, {}},
      {"of these some are the file's own",
       {.tail = with_own, .committed = link(4), .anchor = {}, .boot = "b1"},
       9,
       3,
       {}},
      {"killed before the first entry", {.tail = {}, .committed = link(0), .anchor = {}, .boot = "b1"}, 0, 0, {}},
      {"the file is gone", {.tail = {}, .committed = {}, .anchor = link(8), .boot = "b2"}, 8, 0, {"removed"}},
      {"the file is gone under a kept ring",
       {.tail = {}, .committed = link(9), .anchor = link(8), .boot = "b1"},
       9,
       0,
       {"removed"}},
      {"the file is shorter",
       {.tail = tail(4, 5, "stop"), .committed = {}, .anchor = link(8), .boot = "b2"},
       8,
       0,
       {"shortened"}},
      {"an old file was put back",
       {.tail = tail(2, 2, "stop"), .committed = {}, .anchor = link(4), .boot = "b2"},
       4,
       0,
       {"shortened"}},
      {"another file of that length",
       {.tail = rewritten, .committed = link(3), .anchor = {}, .boot = "b1"},
       5,
       2,
       {"rewritten"}},
      {"the anchor's entry is another",
       {.tail = rewritten, .committed = {}, .anchor = link(3), .boot = "b1"},
       5,
       0,
       {"rewritten", "unclean_end"}},
      {"another file goes on from there",
       {.tail = spliced, .committed = link(4), .anchor = {}, .boot = "b1"},
       6,
       2,
       {"rewritten"}},
  };
  for (const Row& row : table) {
    const Standing standing = stand(row.found);
    EXPECT_EQ(standing.link.sequence, row.stands_at) << row.what;
    EXPECT_EQ(standing.already, row.already) << row.what;
    std::vector<std::string> gaps;
    for (const OwnEntry& gap : standing.gaps) gaps.emplace_back(name_of(gap.act));
    EXPECT_EQ(gaps, row.gaps) << row.what;
  }
}

TEST(Stand, NamesTheEntriesThatAreLost) {
  const auto shortened = stand({.tail = tail(4, 5), .committed = {}, .anchor = link(8), .boot = "b1"});
  EXPECT_EQ(shortened.gaps.front().first, 6U);
  EXPECT_EQ(shortened.gaps.front().last, 8U);
}

}  // namespace
}  // namespace wardend::audit
