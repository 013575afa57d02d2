// What somebody should mend, a sentence each: for Status. Pure.
#pragma once

#include <string>
#include <vector>

#include "config/model.hpp"

namespace wardend::service {

// How the files on disk, and what systemd passed at the start, differ from the configuration in force.
struct FileState {
  std::vector<std::string> faults = {};      // findings that are errors: the files were not taken
  std::vector<std::string> at_restart = {};  // keys whose new value acts at the next restart only
  std::vector<std::string> sockets = {};     // sentences: sockets that are not where the configuration says
};

// "2 faults, the first: FILE:LINE:COLUMN: ..."; empty: none.
[[nodiscard]] std::string faults_in_words(const std::vector<std::string>& faults);

// The most urgent first. `switch_trouble`: why what is switched off would not outlast a restart; empty: it would.
[[nodiscard]] std::vector<std::string> notices(const config::Config& config, const FileState& files,
                                               const std::string& switch_trouble = {});

}  // namespace wardend::service
