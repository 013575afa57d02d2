#include "tests/integration/token_search.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <fstream>

namespace wardend::test {
namespace {

std::uint64_t tail(const char* bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

}  // namespace

TokenSearch::TokenSearch(const std::vector<std::string>& tokens) {
  for (const std::string& token : tokens) ends_.insert(tail(token.data() + token.size() - 8));
}

std::size_t TokenSearch::count(std::string_view text) const {
  std::size_t found = 0;
  for (std::size_t at = 0; at + 8 <= text.size(); ++at) found += ends_.contains(tail(text.data() + at)) ? 1 : 0;
  return found;
}

std::size_t TokenSearch::count_in_memory(pid_t pid) const {
  const std::string proc = "/proc/" + std::to_string(pid);
  std::ifstream maps(proc + "/maps"), memory(proc + "/mem", std::ios::binary);
  EXPECT_TRUE(memory.is_open());
  std::size_t found = 0, bytes = 0;
  for (std::string line; std::getline(maps, line);) {
    std::uint64_t from = 0, to = 0;
    char readable = '-';
    if (std::sscanf(line.c_str(), "%lx-%lx %c", &from, &to, &readable) != 3 || readable != 'r') continue;
    if (line.ends_with("[vvar]") || line.ends_with("[vsyscall]") || line.contains("[vvar")) continue;
    std::string region(to - from, '\0');
    memory.clear();
    memory.seekg(static_cast<std::streamoff>(from));
    memory.read(region.data(), static_cast<std::streamsize>(region.size()));
    region.resize(static_cast<std::size_t>(memory.gcount()));
    bytes += region.size();
    found += count(region);
  }
  EXPECT_GT(bytes, 1'000'000U) << "hardly anything could be read";
  return found;
}

}  // namespace wardend::test
