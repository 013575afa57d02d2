// Reads the trail's files from a cursor on: those that logrotate has put aside, compressed ones too, and the one that
// is written to. Everything here may block. It keeps a file that was put aside open between two calls, so that each is
// read once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "daemon/forwarding/outgoing.hpp"

namespace wardend::forwarding {

// What stands behind a cursor.
struct Found {
  Entries entries = {};
  std::string failure = {};  // why a file cannot be read, as a phrase
};

class TrailFeed {
 public:
  explicit TrailFeed(std::filesystem::path file);
  TrailFeed(const TrailFeed&) = delete;
  TrailFeed& operator=(const TrailFeed&) = delete;
  ~TrailFeed();

  // The entries behind `cursor`, none after the one of number `up_to`. Empty: there is none, or see `failure`.
  [[nodiscard]] Found behind(const Cursor& cursor, std::uint64_t up_to, Most most);

 private:
  struct Open;
  [[nodiscard]] bool hint_is_right(const Cursor& cursor) const;
  [[nodiscard]] bool open_at(const Cursor& cursor);
  [[nodiscard]] bool open_next(std::uint64_t last);
  [[nodiscard]] bool open_file(const std::filesystem::path& path, std::uint64_t offset, const Cursor& at);
  [[nodiscard]] bool still_grows() const;

  std::filesystem::path file_;
  std::unique_ptr<Open> open_;
};

}  // namespace wardend::forwarding
