// Brings the trail to one receiver: the files on the disk are the store, a cursor says how far it got. One loop: wait
// for entries, read, send, move the cursor. What cannot be sent waits on the disk, and is tried again.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/worker.hpp"
#include "config/live.hpp"
#include "daemon/forwarding/carrier.hpp"
#include "daemon/forwarding/cursor_file.hpp"
#include "daemon/forwarding/trail_feed.hpp"

namespace wardend::forwarding {

// How it goes with one receiver.
struct Standing {
  std::string receiver = {};   // empty: nothing is forwarded this way
  std::uint64_t failures = 0;  // attempts that failed, and entries that were passed over
  std::uint64_t backlog = 0;   // entries on the disk that are not there yet
  std::string trouble = {};    // why it is behind, with the next step; empty: it is not
  WallTime since = {};         // with `trouble`
};

class Forwarder {
 public:
  struct Parts {
    Clock& clock;
    Random& random;
    const config::Live& config;
    Worker& disk;
    std::function<std::uint64_t()> confirmed;  // the number of the trail's last entry that is on the disk; 0: unknown
  };
  Forwarder(Parts parts, Carrier& carrier, std::filesystem::path cursor_file);

  // Until cancelled.
  [[nodiscard]] asio::awaitable<void> run();
  // The trail has grown, or there is another configuration.
  void stir() { stirred_.notify_all(); }
  [[nodiscard]] Standing standing() const;

 private:
  [[nodiscard]] bool has_work() const;
  [[nodiscard]] asio::awaitable<void> forward();
  [[nodiscard]] asio::awaitable<Found> read();
  [[nodiscard]] asio::awaitable<void> advance(const Entries& entries, const Delivery& delivery);
  [[nodiscard]] asio::awaitable<void> wait_to_retry();
  void tell(const Flaw& flaw, std::uint64_t before);
  void failed(std::string trouble);
  void mended();

  Parts parts_;
  Carrier& carrier_;
  CursorFile cursor_file_;
  std::shared_ptr<TrailFeed> feed_;  // with the thread
  std::optional<Cursor> cursor_;     // once it was read
  std::string trouble_;
  WallTime since_ = {};
  unsigned tries_ = 0;  // that failed, one after the other
  std::optional<std::chrono::seconds> retry_after_;
  bool at_once_ = false;
  std::uint64_t failures_ = 0;
  Event stirred_;
};

}  // namespace wardend::forwarding
