#include "daemon/forwarding/cursor_file.hpp"

#include <utility>

#include "base/kept_file.hpp"
#include "base/log.hpp"

namespace wardend::forwarding {

asio::awaitable<Cursor> CursorFile::read() {
  const KeptText kept = co_await disk_.run([file = file_] { return read_kept_file(file, longest_cursor); });
  if (!kept.text && kept.trouble.empty()) co_return Cursor();
  const auto cursor = kept.text ? read_cursor(*kept.text) : std::nullopt;
  if (cursor) co_return *cursor;
  log::warn("how far the audit trail was forwarded is forgotten: it is sent again from its begin",
            {{"file", file_.string()}, {"why", kept.text ? "it is damaged" : kept.trouble}});
  co_return Cursor();
}

asio::awaitable<void> CursorFile::save(Cursor cursor) {
  const std::string trouble =
      co_await disk_.run([file = file_, text = to_text(cursor)] { return replace_kept_file(file, text); });
  if (trouble.empty())
    told_ = false;
  else if (!std::exchange(told_, true))
    log::warn("how far the audit trail was forwarded cannot be kept: after a restart entries are sent again",
              {{"file", file_.string()}, {"why", trouble}});
}

}  // namespace wardend::forwarding
