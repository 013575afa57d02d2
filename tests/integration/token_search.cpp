#include "tests/integration/token_search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
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

// The two bytes before `end`.
std::uint16_t pair(const char* end) {
  std::uint16_t value = 0;
  std::memcpy(&value, end - 2, sizeof value);
  return value;
}

// Most of a process's stacks and arenas was never touched.
bool all_zero(std::string_view bytes) {
  return bytes.empty() || (bytes[0] == '\0' && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

}  // namespace

TokenSearch::TokenSearch(const std::vector<std::string>& tokens) {
  for (const std::string& token : tokens) {
    ends_.insert(tail(token.data() + token.size() - 8));
    last_bytes_[pair(token.data() + token.size())] = true;
  }
}

std::size_t TokenSearch::count(std::string_view text) const {
  constexpr std::size_t page = 4096;
  std::size_t found = 0;
  for (std::size_t from = 0; from < text.size(); from += page) {
    const std::size_t to = std::min(from + page, text.size());
    if (all_zero(text.substr(from, to - from))) continue;
    for (std::size_t end = std::max<std::size_t>(from + 1, 8); end <= to; ++end)
      if (last_bytes_[pair(text.data() + end)] && ends_.contains(tail(text.data() + end - 8))) ++found;
  }
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
