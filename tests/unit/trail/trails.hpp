// Trails for tests: lines in memory, files on disk.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "trail/chain.hpp"
#include "trail/link.hpp"

namespace wardend::test {

inline std::string members(const std::string& kind, const std::string& more = {}) {
  return R"("at":"2026-11-29T08:00:00.000Z","kind":")" + kind + "\"" + (more.empty() ? "" : "," + more);
}

// A trail that is written entry by entry.
struct WrittenTrail {
  trail::Link last = {};
  std::string text = {};

  explicit WrittenTrail(const std::string& first = "rotation") { add(first); }
  WrittenTrail& add(const std::string& kind, const std::string& more = {}) {
    text += trail::sealed(members(kind, more), last);
    return *this;
  }
  WrittenTrail& fill(int entries, const std::string& about = "p") {
    for (int i = 0; i < entries; ++i) add("token", fmt::format(R"("app":"vitals","patient":"{}-{}")", about, i));
    return *this;
  }
  // What was written goes to a file, and the trail goes on in a new one.
  std::string rotate() {
    std::string before = std::exchange(text, {});
    add("rotation");
    return before;
  }
};

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end == std::string::npos ? text.size() : end + 1;
  }
  return lines;
}

// The files' texts, judged in this order.
inline trail::Chain judged(const std::vector<std::string>& files, std::vector<trail::Link> anchors = {}) {
  trail::Chain chain(std::move(anchors));
  int number = 0;
  for (const std::string& text : files) {
    chain.begin("file " + std::to_string(++number));
    const auto whole = text.rfind('\n') + 1;
    for (const std::string& line : lines_of(text.substr(0, whole))) chain.add(line);
    chain.end(std::string_view(text).substr(whole));
  }
  chain.finish();
  return chain;
}

inline void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace wardend::test
