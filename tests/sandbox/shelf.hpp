// Records that a test has laid down, in place of the made-up ones or beside them.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>

namespace wardend::sandbox {

class Shelf {
 public:
  struct Kept {
    std::string resource;  // JSON text; empty: there is none any more, a 410
    std::string version;
  };
  // {"path":"Patient/patient-1","resource":{},"version":"2"}: version is 1 where it is absent; without a resource the
  // record is gone. The error names the member that is wrong.
  [[nodiscard]] std::expected<void, std::string> put(std::string_view text);
  void clear() { kept_.clear(); }
  // nullptr: nothing was laid down there.
  [[nodiscard]] const Kept* find(const std::string& path) const;
  // The paths, as a JSON list.
  [[nodiscard]] std::string list() const;

 private:
  std::map<std::string, Kept> kept_;
};

}  // namespace wardend::sandbox
