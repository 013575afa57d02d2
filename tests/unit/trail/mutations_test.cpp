// Whatever is done to a trail shows: ten thousand changes, each by chance, none may pass.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/unit/trail/trails.hpp"

namespace wardend::trail {
namespace {

using test::judged;
using test::lines_of;
using test::WrittenTrail;
using Files = std::vector<std::string>;

class Mutations {
 public:
  // The trail as it was, one that somebody else wrote, and an older state of the first.
  Mutations() {
    original_.push_back(trail_.fill(8).rotate());
    older_ = {original_.front(), trail_.fill(3).text};
    original_.push_back(trail_.fill(6).rotate());
    original_.push_back(trail_.fill(7).text);
    other_.push_back(stranger_.fill(8, "q").rotate());
    other_.push_back(stranger_.fill(6, "q").rotate());
    other_.push_back(stranger_.fill(7, "q").text);
  }

  [[nodiscard]] const Files& original() const { return original_; }
  [[nodiscard]] Link end() const { return trail_.last; }

  // One change; empty: it changed nothing.
  [[nodiscard]] Files next() {
    Files files = original_;
    std::string& text = files[below(files.size())];
    switch (below(9)) {
      case 0:
        text[below(text.size())] ^= static_cast<char>(1U << below(8));
        break;
      case 1:
        text.erase(below(text.size()), 1 + below(40));
        break;
      case 2:
        text.insert(below(text.size()), 1, static_cast<char>(below(256)));
        break;
      case 3:
        text.resize(below(text.size()));
        break;
      case 4: {
        auto lines = lines_of(text);
        lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(below(lines.size())));
        text = joined(lines);
        break;
      }
      case 5: {
        auto lines = lines_of(text);
        std::swap(lines[below(lines.size())], lines[below(lines.size())]);
        text = joined(lines);
        break;
      }
      case 6: {
        auto lines = lines_of(text);
        const auto at = below(lines.size());
        lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(below(lines.size() + 1)), std::string(lines[at]));
        text = joined(lines);
        break;
      }
      case 7:
        splice(files);
        break;
      case 8:
        files = below(2) == 0 ? older_ : Files{original_[0], original_[1]};
        break;
    }
    return files == original_ ? Files{} : files;
  }

 private:
  std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }
  static std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
  }
  // From some line on the file is the stranger's, or one line is.
  void splice(Files& files) {
    const auto file = below(files.size());
    auto lines = lines_of(files[file]);
    const auto theirs = lines_of(other_[file]);
    const auto both = std::min(lines.size(), theirs.size());
    const auto from = below(both);
    const auto to = below(2) == 0 ? from + 1 : both;
    std::copy(theirs.begin() + static_cast<std::ptrdiff_t>(from), theirs.begin() + static_cast<std::ptrdiff_t>(to),
              lines.begin() + static_cast<std::ptrdiff_t>(from));
    files[file] = joined(lines);
  }

  std::mt19937_64 random_{20'261'129};
  WrittenTrail trail_;
  WrittenTrail stranger_{"rotation"};
  Files original_, older_, other_;
};

TEST(Mutations, NoneOfTenThousandPasses) {
  Mutations mutations;
  ASSERT_TRUE(judged(mutations.original(), {mutations.end()}).intact());
  int missed = 0, tried = 0;
  while (tried < 10'000) {
    const Files files = mutations.next();
    if (files.empty()) continue;
    ++tried;
    if (judged(files, {mutations.end()}).intact()) ++missed;
  }
  EXPECT_EQ(missed, 0);
}

// Each bit of a trail, even of its last line, and without any anchor.
TEST(Mutations, EveryBitCounts) {
  WrittenTrail trail;
  const std::string text = trail.fill(3).text;
  ASSERT_TRUE(judged({text}).intact());
  for (std::size_t at = 0; at < text.size(); ++at)
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string changed = text;
      changed[at] ^= static_cast<char>(1U << bit);
      ASSERT_FALSE(judged({changed}).intact()) << at << " " << bit;
    }
}

TEST(Mutations, AWhollyRewrittenTrailShowsByItsAnchor) {
  WrittenTrail ours, theirs;
  ours.fill(5, "p");
  theirs.fill(9, "q");
  EXPECT_TRUE(judged({theirs.text}).intact()) << "by itself it is whole";
  EXPECT_FALSE(judged({theirs.text}, {ours.last}).intact());
}

}  // namespace
}  // namespace wardend::trail
