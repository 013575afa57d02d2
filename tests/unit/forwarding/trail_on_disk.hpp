// A trail's files in a folder that goes with the test.
#pragma once

#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "daemon/forwarding/outgoing.hpp"
#include "tests/support/temporary_folder.hpp"
#include "trail/link.hpp"

namespace wardend::test {

class TrailOnDisk {
 public:
  // Appends so many entries to the file that is written to.
  void grow(std::size_t entries) {
    std::ofstream out(file, std::ios::app | std::ios::binary);
    for (std::size_t i = 0; i < entries; ++i) out << next();
  }
  // The line of the entry that follows, which is in no file.
  [[nodiscard]] std::string next() {
    return trail::sealed(R"("at":"2026-11-29T08:00:00.000Z","kind":"token","outcome":"granted","app":"vitals")", last);
  }
  // What logrotate does: the file is called `aside` from now on.
  void rotate(const std::string& aside) const { std::filesystem::rename(file, folder.file(aside)); }
  void compress(const std::string& name) const {
    std::ifstream in(folder.file(name), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    gzFile out = ::gzopen(folder.file(name + ".gz").c_str(), "wb");
    ::gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
    ::gzclose(out);
    std::filesystem::remove(folder.file(name));
  }

  TemporaryFolder folder;
  std::filesystem::path file = folder.file("audit.jsonl");
  trail::Link last;  // of the trail
};

// So many entries of a trail, as they are sent.
inline forwarding::Entries entries_of_trail(std::size_t count) {
  forwarding::Entries entries;
  trail::Link link;
  for (std::size_t i = 0; i < count; ++i) {
    std::string line = trail::sealed(
        R"("at":"2026-11-29T08:00:00.000Z","kind":"token","outcome":"granted","action":"issue","app":"vitals")", link);
    line.pop_back();
    entries.push_back({.line = std::move(line), .behind = {.link = link}});
  }
  return entries;
}

}  // namespace wardend::test
