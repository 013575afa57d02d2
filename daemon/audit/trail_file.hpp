// The file of the audit trail, as the trail's own thread sees it: everything here may block. Lines go to its end,
// whole: what a full disk cut off is taken back, or ends in a line of its own, and the record is written again.
#pragma once

#include <string>
#include <string_view>

namespace wardend::audit {

enum class Durability {
  synced,    // on the disk
  appended,  // in the kernel's memory: a loss of power can take it
};

struct Appended {
  std::size_t bytes = 0;     // of whole lines that are in the file
  std::string failure = {};  // what stopped the rest, or the sync; empty: nothing
};

// Appends `lines`, each with its line end. The file is opened each time, so that a rotated or removed one is never
// written to in the dark, and made where it is not there. Anything but a regular file is refused without waiting for a
// reader. Without lines: tells whether the file can be opened and synced.
[[nodiscard]] Appended append(const std::string& path, std::string_view lines, Durability durability);

}  // namespace wardend::audit
