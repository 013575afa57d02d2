// The file of the audit trail, as the trail's own thread sees it: everything here may block. Lines go to its end,
// whole: what a full disk cut off is taken back, or ends in a line of its own, and the entry is written again. The file
// is opened for each batch, so that one which was rotated, removed or changed is noticed, and never written to in the
// dark.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/file_descriptor.hpp"

namespace wardend::audit {

enum class Durability {
  synced,    // on the disk
  appended,  // in the kernel's memory: a loss of power can take it
};

struct Appended {
  std::size_t bytes = 0;     // of whole lines that are in the file
  std::string failure = {};  // what stopped the rest, or the sync; empty: nothing
};

class TrailFile {
 public:
  explicit TrailFile(std::string path) : path_(std::move(path)) {}

  // What happened to the file since it was last looked at or written to.
  enum class Change {
    none,
    rotated,    // it has another name now
    removed,    // it has no name any more: what was in it is gone
    shortened,  // it is smaller
    foreign,    // it is larger: somebody else wrote to it
  };
  struct Look {
    std::string failure = {};  // why it cannot be written, as a phrase; empty: it can
    Change change = Change::none;
    bool empty = false;
  };
  // Opens the file, and makes it where it is not there: readable by its group. Anything but a regular file is refused
  // without waiting for a reader, and no link is followed. A line that was cut off at its end is taken back.
  [[nodiscard]] Look look();

  // Appends `lines`, each with its line end, to the file that look() has opened.
  [[nodiscard]] Appended append(std::string_view lines, Durability durability);

  // Closes the file until the next look(), so that its file system can be made read-only meanwhile.
  void let_go() { file_.reset(); }

 private:
  struct Known {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
  };
  [[nodiscard]] Change compare(const Known& now) const;

  std::string path_;
  FileDescriptor file_;   // between look() and let_go()
  FileDescriptor place_;  // of the same file, for no reading and no writing: tells whether it lost its name
  Known known_;
};

}  // namespace wardend::audit
