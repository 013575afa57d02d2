#include "ipc/recent_processes.hpp"

#include <algorithm>
#include <utility>

namespace wardend::ipc {

std::shared_ptr<const OpenProcess> RecentProcesses::find(pid_t pid) {
  const auto found = std::ranges::find(kept_, pid, [](const Kept& kept) { return kept.process->pid(); });
  if (found == kept_.end()) return nullptr;
  if (!found->process->runs()) {
    kept_.erase(found);
    return nullptr;
  }
  found->used = true;
  return found->process;
}

void RecentProcesses::keep(std::shared_ptr<const OpenProcess> process) {
  std::erase_if(kept_, [&](const Kept& kept) { return kept.process->pid() == process->pid(); });
  if (kept_.size() >= most) kept_.erase(kept_.begin());
  kept_.push_back({.process = std::move(process)});
}

void RecentProcesses::forget_unused() {
  std::erase_if(kept_, [](Kept& kept) { return !std::exchange(kept.used, false); });
}

}  // namespace wardend::ipc
