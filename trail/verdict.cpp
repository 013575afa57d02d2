#include "trail/verdict.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include "trail/files.hpp"

namespace wardend::trail {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// A line that is being written while it is read is whole a moment later.
bool ends_within_a_line(const fs::path& file) {
  Lines lines(file);
  for (std::string_view line; lines.next(line);) continue;
  return !lines.rest().empty();
}

void feed(Chain& chain, const fs::path& file) {
  chain.begin(file.string());
  Lines lines(file);
  for (std::string_view line; lines.next(line);) chain.add(line);
  if (!lines.failure().empty()) return chain.broken_off(lines.failure());
  for (int i = 0; i < 25 && !lines.rest().empty(); ++i) {
    std::this_thread::sleep_for(20ms);
    if (!ends_within_a_line(file)) return;
  }
  chain.end(lines.rest());
}

std::string why_none(const fs::path& file) {
  std::error_code error;
  static_cast<void>(fs::directory_iterator(file.parent_path().empty() ? "." : file.parent_path(), error));
  return error ? error.message() : "there is no such file";
}

Verdict judge(const std::vector<fs::path>& parts, const std::vector<Link>& anchors) {
  Verdict verdict;
  Chain chain(anchors);
  for (const fs::path& part : parts) {
    verdict.files.push_back(part.string());
    if (Lines(part).failure() == std::strerror(EACCES)) {
      verdict.cannot_read = std::strerror(EACCES);
      return verdict;
    }
    feed(chain, part);
  }
  chain.finish();
  verdict.entries = chain.entries();
  verdict.first = chain.first();
  verdict.last = chain.last();
  verdict.faults = chain.faults();
  verdict.gaps = chain.gaps();
  verdict.unseen_anchor = chain.unseen_anchor();
  return verdict;
}

}  // namespace

Verdict verify(const fs::path& file, const std::vector<Link>& anchors) {
  std::vector<fs::path> parts = files_of(file);
  Verdict verdict = judge(parts, anchors);
  // Where logrotate came in between.
  if (std::vector<fs::path> now = files_of(file); !verdict.intact() && now != parts) {
    parts = std::move(now);
    verdict = judge(parts, anchors);
  }
  if (parts.empty()) verdict.cannot_read = why_none(file);
  return verdict;
}

}  // namespace wardend::trail
