// Records that a test has laid down or an app has written, in place of the made-up ones or beside them, each with its
// versions. They are in memory alone, and there is a limit to them.
#pragma once

#include <cstddef>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace wardend::sandbox {

class Shelf {
 public:
  struct Kept {
    std::string resource;  // JSON text; empty: there is none any more, a 410
    std::string version;
  };
  using Versions = std::vector<Kept>;  // the oldest first, never empty

  // {"path":"Patient/patient-1","resource":{},"version":"2"}: version is 1 where it is absent; without a resource the
  // record is gone. Its versions of before are forgotten. The error names the member that is wrong.
  [[nodiscard]] std::expected<void, std::string> put(std::string_view text);
  // One more version of what is at `path`. False: the shelf is full, and nothing has changed.
  [[nodiscard]] bool add(const std::string& path, Kept kept);
  void clear();
  // The newest version; nullptr: nothing was laid down there.
  [[nodiscard]] const Kept* find(const std::string& path) const;
  [[nodiscard]] const Versions* versions(const std::string& path) const;
  [[nodiscard]] const std::map<std::string, Versions>& all() const { return kept_; }
  // "written-1", and another one each time.
  [[nodiscard]] std::string new_id() { return "written-" + std::to_string(++last_id_); }
  // The paths, as a JSON list.
  [[nodiscard]] std::string list() const;

 private:
  std::map<std::string, Versions> kept_;
  std::size_t count_ = 0;  // versions, and their bytes
  std::size_t bytes_ = 0;
  int last_id_ = 0;
};

}  // namespace wardend::sandbox
