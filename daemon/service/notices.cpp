#include "daemon/service/notices.hpp"

#include <fmt/format.h>

#include "config/refreshable.hpp"

namespace wardend::service {

std::string faults_in_words(const std::vector<std::string>& faults) {
  if (faults.empty()) return {};
  if (faults.size() == 1) return "1 fault: " + faults.front();
  return fmt::format("{} faults, the first: {}", faults.size(), faults.front());
}

std::vector<std::string> notices(const config::Config& config, const FileState& files,
                                 const std::string& switch_trouble) {
  std::vector<std::string> found = files.sockets;
  if (!switch_trouble.empty())
    found.push_back("a restart would undo what was switched off or on: let wardend write to " +
                    config.broker.state_dir + " (" + switch_trouble + "); it tries again every ten seconds");
  // Without any configuration in force that is why wardend is not ready, and said there.
  if (!files.faults.empty() && !config.digest.empty())
    found.push_back("the file on disk is not in force: mend it, then `systemctl reload wardend`; it has " +
                    faults_in_words(files.faults));
  if (!files.at_restart.empty())
    found.push_back(fmt::format("changed in the file, and in force at the next restart only: {}",
                                fmt::join(files.at_restart, ", ")));
  for (const config::App& app : config.apps)
    if (app.in_use() && !config::asks_to_refresh(app))
      found.push_back(
          fmt::format("{} has neither the scope offline_access nor online_access: its sessions end with "
                      "their first token; add one, and have it registered at the EHR",
                      app.id));
  return found;
}

}  // namespace wardend::service
