#include "daemon/launch/matrix_file.hpp"

#include <optional>
#include <utility>

#include "base/kept_file.hpp"
#include "base/log.hpp"
#include "daemon/launch/matrix_text.hpp"

namespace wardend::launch {

asio::awaitable<void> MatrixFile::run() {
  co_await read();
  for (;;) {
    co_await save();
    co_await clock_.wait(matrix_.changed(), BootTime::max());
    co_await clock_.sleep_for(gathering);
  }
}

asio::awaitable<void> MatrixFile::read() {
  struct Found {
    std::optional<LaunchCounts> counts = {};
    std::string trouble = {};
  };
  const auto found = co_await files_.run_for(patience, [file = file_] {
    KeptText kept = read_kept_file(file, longest_matrix);
    if (!kept.text) return Found{.trouble = std::move(kept.trouble)};
    auto counts = read_matrix(*kept.text);
    return counts ? Found{.counts = std::move(*counts)} : Found{.trouble = "it is damaged"};
  });
  const std::string trouble = found ? found->trouble : "its disk does not answer";
  if (!trouble.empty())
    log::warn("which launches there were before is forgotten: the launch matrix begins anew",
              {{"file", file_.string()}, {"why", trouble}});
  was_read_ = true;
  if (!found || !found->counts) co_return;
  written_ = *found->counts;
  matrix_.add(*found->counts);
}

// What was not read yet must not be written over.
asio::awaitable<void> MatrixFile::save() {
  if (!was_read_ || matrix_.counts() == written_) co_return;
  LaunchCounts now = matrix_.counts();
  const auto done =
      co_await files_.run_for(patience, [file = file_, text = to_text(now)] { return replace_kept_file(file, text); });
  const std::string before = std::exchange(trouble_, done.value_or("its disk does not answer"));
  if (trouble_.empty())
    written_ = std::move(now);
  else if (before.empty())
    log::warn("the launch matrix cannot be kept over a restart: let wardend write to state_dir",
              {{"file", file_.string()}, {"why", trouble_}});
}

}  // namespace wardend::launch
