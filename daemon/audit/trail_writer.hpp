// Makes entries of records, each with its place in the chain, and writes them: on the trail's own thread, or at the end
// on a spare one. Everything here may block. It remembers where the chain stands and what happened to the file.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "daemon/audit/line.hpp"
#include "daemon/audit/trail_file.hpp"
#include "trail/link.hpp"

namespace wardend::audit {

// Where the trail lies, and what every line of it says.
struct Place {
  std::string file;
  std::string state_dir = {};  // for the anchor; empty: there is none
  Origin origin = {};
};

enum class Anchoring { none, wanted };
struct Batch {
  std::string records = {};                   // as Ring::oldest() gives them
  std::optional<trail::Link> committed = {};  // as the ring has it
  WallTime now = {};
  Durability durability = Durability::synced;
  Anchoring anchoring = Anchoring::none;
};

// What became of a batch.
struct Put {
  std::size_t records = 0;          // of the oldest, those that are in the file
  trail::Link link = {};            // where the trail stands
  std::vector<OwnEntry> own = {};   // what the trail says of itself since
  std::string failure = {};         // why not all is written and synced; empty: it is
  std::string anchor_failure = {};  // why there is no anchor
  bool anchored = false;
  bool more = false;  // there is something to write, though no record waits
};

class TrailWriter {
 public:
  explicit TrailWriter(Place place) : place_(std::move(place)), file_(place_.file) {}

  // Writes the records. The first call writes nothing: it finds where the trail stands, so that its caller can keep
  // that before any entry depends on it. Without records it looks how the file is.
  [[nodiscard]] Put perform(const Batch& batch);

  // From another thread: writes nothing any more, from the next step on.
  void abandon() { abandoned_ = true; }

 private:
  struct Unsynced {
    std::uint64_t first;
    std::uint64_t last;
  };
  struct Lines {
    std::string text;
    std::size_t own = 0;      // of the lines, those in front that the trail says of itself
    std::size_t skipped = 0;  // records that are in the file already
  };
  [[nodiscard]] Put find_standing(const Batch& batch);
  [[nodiscard]] Put put(const Batch& batch);
  void heed(const TrailFile::Look& look);
  [[nodiscard]] Lines lines_of(const Batch& batch, bool file_is_new);
  void written(const Lines& lines, const Appended& appended, Put& put);
  void anchor(const Batch& batch, Put& put);
  [[nodiscard]] std::filesystem::path anchor_file() const;

  Place place_;
  TrailFile file_;
  bool stood_ = false;
  trail::Link link_;
  std::uint64_t file_first_ = 0;  // the number of the file's first entry; 0: none yet
  std::size_t already_ = 0;
  std::vector<OwnEntry> own_;  // to be written
  std::optional<Unsynced> unsynced_;
  trail::Link anchored_;
  std::atomic<bool> abandoned_ = false;
};

}  // namespace wardend::audit
