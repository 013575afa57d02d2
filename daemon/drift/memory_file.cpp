#include "daemon/drift/memory_file.hpp"

#include <utility>

#include "base/kept_file.hpp"
#include "base/log.hpp"

namespace wardend::drift {

asio::awaitable<void> MemoryFile::read() {
  struct Found {
    std::optional<Memory> memory = {};
    std::string trouble = {};
  };
  const auto found = co_await files_.run_for(patience, [file = file_] {
    KeptText kept = read_kept_file(file, longest_memory);
    if (!kept.text) return Found{.trouble = std::move(kept.trouble)};
    auto memory = read_memory(*kept.text);
    return memory ? Found{.memory = std::move(*memory)} : Found{.trouble = "it is damaged"};
  });
  const std::string trouble = found ? found->trouble : "its disk does not answer";
  if (!trouble.empty())
    log::warn("what the servers declared before is forgotten: a change while wardend was away is not seen",
              {{"file", file_.string()}, {"why", trouble}});
  if (found && found->memory) memory_ = *found->memory;
}

asio::awaitable<void> MemoryFile::save() {
  const auto done = co_await files_.run_for(
      patience, [file = file_, text = to_text(memory_)] { return replace_kept_file(file, text); });
  const std::string trouble = done.value_or("its disk does not answer");
  if (trouble.empty())
    told_ = false;
  else if (!std::exchange(told_, true))
    log::warn("what the servers declare cannot be kept over a restart: let wardend write to state_dir",
              {{"file", file_.string()}, {"why", trouble}});
}

}  // namespace wardend::drift
