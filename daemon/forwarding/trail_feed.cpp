#include "daemon/forwarding/trail_feed.hpp"

#include <sys/stat.h>

#include <optional>
#include <utility>
#include <vector>

#include "trail/files.hpp"

namespace wardend::forwarding {
namespace {

namespace fs = std::filesystem;

// 0: there is no such file.
std::uint64_t inode_of(const fs::path& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 ? info.st_ino : 0;
}

// The number of the file's first entry; 0: it has none.
std::uint64_t first_of(const fs::path& path) {
  trail::Lines lines(path);
  for (std::string_view line; lines.next(line);)
    if (const auto entry = trail::read_entry(line)) return entry->sequence;
  return 0;
}

}  // namespace

struct TrailFeed::Open {
  std::uint64_t inode;
  trail::Lines lines;
  Cursor at;  // the last entry that was given
  std::uint64_t offset;
  bool again = false;  // opened a second time, for what came while it was put aside
};

TrailFeed::TrailFeed(fs::path file) : file_(std::move(file)) {}
TrailFeed::~TrailFeed() = default;

bool TrailFeed::open_file(const fs::path& path, std::uint64_t offset, const Cursor& at) {
  const std::uint64_t inode = inode_of(path);
  if (inode == 0) return false;
  open_ = std::make_unique<Open>(Open{.inode = inode, .lines = trail::Lines(path, offset), .at = at, .offset = offset});
  return true;
}

// Whether the entry behind the cursor stands where its hint says. An inode's number may come back with another file.
bool TrailFeed::hint_is_right(const Cursor& cursor) const {
  if (cursor.inode == 0 || cursor.inode != inode_of(file_)) return false;
  trail::Lines lines(file_, cursor.offset);
  std::string_view line;
  if (!lines.next(line)) return false;
  const auto entry = trail::read_entry(line);
  return entry && entry->previous == cursor.link.hash;
}

bool TrailFeed::open_at(const Cursor& cursor) {
  if (hint_is_right(cursor)) return open_file(file_, cursor.offset, cursor);
  std::optional<fs::path> begins_before;
  for (const fs::path& path : trail::files_of(file_)) {
    const std::uint64_t first = first_of(path);
    if (first == 0) continue;
    if (!begins_before || first <= cursor.link.sequence + 1) begins_before = path;
  }
  return begins_before && open_file(*begins_before, 0, cursor);
}

// What goes on where the open file ends: the same file, if it was put aside while an entry was being written to it, or
// the one whose first entry comes after `last`.
bool TrailFeed::open_next(std::uint64_t last) {
  const Cursor at = open_->at;
  const auto files = trail::files_of(file_);
  if (!open_->again)
    for (const fs::path& path : files)
      if (inode_of(path) == open_->inode && open_file(path, open_->offset, at)) return open_->again = true;
  for (const fs::path& path : files)
    if (first_of(path) > last) return open_file(path, 0, at);
  return false;
}

// A file that logrotate has put aside gets no entry any more once the next one is begun.
bool TrailFeed::still_grows() const { return open_->inode == inode_of(file_); }

Found TrailFeed::behind(const Cursor& cursor, std::uint64_t up_to, Most most) {
  Found found;
  // A file that was read to its end does not show what is written to it later: it is opened again.
  if (open_ && (open_->at.link != cursor.link || still_grows())) open_.reset();
  if (!open_ && !open_at(cursor)) return found;
  trail::Link last = cursor.link;
  std::size_t bytes = 0;
  Flaw flaw;
  while (found.entries.size() < most.entries && bytes < most.bytes && last.sequence < up_to) {
    std::string_view line;
    if (!open_->lines.next(line)) {
      found.failure = open_->lines.failure();
      if (found.failure.empty() && !still_grows() && open_next(last.sequence)) continue;
      open_.reset();
      break;
    }
    open_->offset += line.size() + 1;
    const auto entry = trail::read_entry(line);
    if (!entry) {
      ++flaw.broken;
      continue;
    }
    if (entry->sequence <= last.sequence) continue;
    if (entry->sequence > up_to) {
      open_.reset();
      break;
    }
    // Before the first there is nothing: older files than the oldest are gone by policy.
    if (last.sequence != 0) flaw.missing = entry->sequence - last.sequence - 1;
    flaw.unlinked = last.sequence != 0 && flaw.missing == 0 && entry->previous != last.hash;
    last = entry->link();
    open_->at = {.link = last, .inode = open_->inode, .offset = open_->offset};
    bytes += line.size();
    found.entries.push_back({.line = std::string(line), .behind = open_->at, .flaw = std::exchange(flaw, {})});
  }
  return found;
}

}  // namespace wardend::forwarding
