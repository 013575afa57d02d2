// Whether the trail on the disk is whole: `wardctl audit verify` and VerifyAudit, by the same code. Blocks on the disk,
// and reads every file of the trail.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "trail/chain.hpp"

namespace wardend::trail {

struct Verdict {
  std::uint64_t entries = 0;
  std::uint64_t first = 0;  // the number of the first entry; more than 1: older files are not here
  Link last;
  std::vector<Fault> faults;
  std::vector<Gap> gaps;
  std::vector<std::string> files;
  std::optional<Link> unseen_anchor;  // one that stands before the first entry
  std::string cannot_read;            // why there is nothing to judge, as a phrase; empty: there is
  [[nodiscard]] bool intact() const { return faults.empty(); }
};

// Reads the trail at `file`, those files too that logrotate put aside. `anchors` must be in it.
[[nodiscard]] Verdict verify(const std::filesystem::path& file, const std::vector<Link>& anchors);

}  // namespace wardend::trail
