#include "base/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace wardend {
namespace {

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

std::string nearest(std::string_view word, const Words& candidates) {
  constexpr std::size_t most = 2;
  std::string best;
  std::size_t least = most + 1;
  for (const std::string& candidate : candidates) {
    // Words that come from outside may be of any length.
    if (candidate.size() > word.size() + most || word.size() > candidate.size() + most) continue;
    const std::size_t far = distance(word, candidate);
    if (far >= least) continue;
    least = far;
    best = candidate;
  }
  return best;
}

}  // namespace wardend
