// Looks for tokens in a process's memory and in texts.
#pragma once

#include <sys/types.h>

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace wardend::test {

// For many texts at once by their last eight bytes, which are random in a token.
class TokenSearch {
 public:
  explicit TokenSearch(const std::vector<std::string>& tokens);
  [[nodiscard]] std::size_t count(std::string_view text) const;
  // In everything of the process that can be read.
  [[nodiscard]] std::size_t count_in_memory(pid_t pid) const;

 private:
  std::unordered_set<std::uint64_t> ends_;
  std::bitset<65536> last_bytes_;  // which two bytes a token can end with: tells almost every place apart
};

}  // namespace wardend::test
