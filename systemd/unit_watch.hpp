// The end of the EHR's own program: units that `ehr_unit` names, of the system or of a user's own manager, which the
// system bus knows nothing of. So it is their control groups that are watched: one that had processes and has none, or
// is gone, has ended. A unit that was never seen with processes clears nothing, and one that appears proves nothing.
// Spec: the kernel's cgroup-v2, "cgroup.events".
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <map>
#include <string>

#include "base/lock_source.hpp"
#include "config/live.hpp"
#include "systemd/inotify.hpp"
#include "systemd/unit_place.hpp"

namespace wardend::systemd {

class UnitWatch {
 public:
  // `roots` is where the tree may be, the first that is one counts.
  UnitWatch(asio::io_context& loop, LockListener& listener, const config::Live& config,
            std::vector<std::filesystem::path> roots = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"});

  // Reads the tree, then heeds its changes until cancelled. Without a tree it ends at once, and trouble() says so.
  [[nodiscard]] asio::awaitable<void> run();

  // Why units are not watched that the configuration names, and what to do; empty: they are, or it names none.
  [[nodiscard]] std::string trouble() const;

 private:
  struct Node {
    std::string path;  // below the root
    UnitPlace place;
    bool populated = false;
  };
  [[nodiscard]] bool wanted() const;
  [[nodiscard]] bool is_ehr(const std::string& unit) const;
  void find_root();
  void visit(const std::string& path);
  void heed(const Inotify::Change& change);
  void read(Node& node);
  void ended(Node& node);
  void forget(const std::string& path);
  void look_again();

  LockListener& listener_;
  const config::Live& config_;
  std::vector<std::filesystem::path> roots_;
  std::filesystem::path root_;  // empty: none
  Inotify changes_;
  std::map<int, Node> nodes_;           // by watch
  std::map<std::string, int> by_path_;  // the same
  bool too_many_ = false;
};

}  // namespace wardend::systemd
