#include "daemon/forwarding/forwarder.hpp"

#include <boost/asio/this_coro.hpp>
#include <utility>

#include "base/log.hpp"
#include "base/retry.hpp"

namespace wardend::forwarding {
namespace {

constexpr Duration disk_patience = 10s;
// So long entries are gathered, and as much again at random: workstations that are told of something together do not
// speak together.
constexpr Duration gathering = 250ms;

}  // namespace

Forwarder::Forwarder(Parts parts, Carrier& carrier, std::filesystem::path cursor_file)
    : parts_(std::move(parts)),
      carrier_(carrier),
      cursor_file_(parts_.disk, std::move(cursor_file)),
      feed_(std::make_shared<TrailFeed>(parts_.config.get().audit.file)) {}

Standing Forwarder::standing() const {
  Standing standing{.receiver = carrier_.receiver(parts_.config.get()), .failures = failures_};
  if (standing.receiver.empty()) return standing;
  standing.trouble = trouble_;
  standing.since = since_;
  const std::uint64_t confirmed = parts_.confirmed();
  if (cursor_ && confirmed > cursor_->link.sequence) standing.backlog = confirmed - cursor_->link.sequence;
  return standing;
}

bool Forwarder::has_work() const {
  return !carrier_.receiver(parts_.config.get()).empty() && parts_.confirmed() > cursor_->link.sequence;
}

asio::awaitable<void> Forwarder::run() {
  cursor_ = co_await cursor_file_.read();
  for (;;) {
    if (carrier_.receiver(parts_.config.get()).empty()) {
      carrier_.let_go();
      trouble_.clear();
    }
    if (const std::uint64_t confirmed = parts_.confirmed(); confirmed != 0 && confirmed < cursor_->link.sequence) {
      log::warn("the audit trail is another one than was forwarded: it is forwarded from its begin",
                {{"entries", confirmed}, {"forwarded", cursor_->link.sequence}});
      cursor_ = Cursor();
    }
    if (!has_work()) {
      co_await parts_.clock.wait(stirred_, BootTime::max());
      if (has_work())
        co_await parts_.clock.sleep_for(gathering +
                                        std::chrono::duration_cast<Duration>(gathering * parts_.random.unit()));
      continue;
    }
    co_await forward();
    if (!trouble_.empty() && !std::exchange(at_once_, false)) co_await wait_to_retry();
  }
}

asio::awaitable<void> Forwarder::forward() {
  const Found found = co_await read();
  if (found.entries.empty())
    co_return failed(found.failure.empty() ? "entries that should be in its files are not there: `wardctl audit verify`"
                                           : "its files cannot be read (" + found.failure + ")");
  Entries sent = found.entries;
  const Delivery delivery = co_await carrier_.deliver(parts_.config.hold(), std::move(sent));
  co_await advance(found.entries, delivery);
  retry_after_ = delivery.retry_after;
  at_once_ = delivery.at_once;
  if (delivery.done > 0) tries_ = 0;
  delivery.trouble.empty() ? mended() : failed(delivery.trouble);
}

// A disk that does not answer is told, and waited for.
asio::awaitable<Found> Forwarder::read() {
  const asio::any_io_executor loop = co_await asio::this_coro::executor;
  auto job = parts_.disk.begin(loop, [feed = feed_, cursor = *cursor_, up_to = parts_.confirmed(),
                                      most = carrier_.most()] { return feed->behind(cursor, up_to, most); });
  if (!co_await job.ended_by(parts_.clock.now() + disk_patience)) {
    failed("its files cannot be read: the disk has not answered for ten seconds");
    static_cast<void>(co_await job.ended_by(BootTime::max()));
  }
  co_return job.take();
}

// Once, when the entries after it have arrived.
void Forwarder::tell(const Flaw& flaw, std::uint64_t before) {
  failures_ += flaw.missing + flaw.broken;
  const std::string receiver = carrier_.receiver(parts_.config.get());
  if (flaw.missing > 0)
    log::error("entries of the audit trail were gone before they were forwarded: look into older copies of its files",
               {{"receiver", receiver}, {"entries", flaw.missing}, {"before", before}});
  if (flaw.broken > 0)
    log::error("lines of the audit trail are no entries, and are not forwarded: run `wardctl audit verify`",
               {{"receiver", receiver}, {"lines", flaw.broken}, {"before", before}});
  if (flaw.unlinked)
    log::error("the audit trail does not follow from what was forwarded: compare it with what the receiver has",
               {{"receiver", receiver}, {"from", before}});
}

asio::awaitable<void> Forwarder::advance(const Entries& entries, const Delivery& delivery) {
  failures_ += delivery.refused.size();
  for (const Delivery::Refused& refused : delivery.refused)
    log::error(
        "an entry of the audit trail was refused for good, and is passed over: it stays in the file",
        {{"receiver", carrier_.receiver(parts_.config.get())}, {"sequence", refused.sequence}, {"why", refused.why}});
  if (delivery.done == 0) co_return;
  for (std::size_t i = 0; i < delivery.done; ++i) tell(entries.at(i).flaw, entries.at(i).behind.link.sequence);
  const Cursor& done = entries.at(delivery.done - 1).behind;
  co_await cursor_file_.save(done);
  cursor_ = done;
}

// A reload ends the wait.
asio::awaitable<void> Forwarder::wait_to_retry() {
  const config::ConfigPtr config = parts_.config.hold();
  const BootTime until = parts_.clock.now() + retry_delay(tries_, parts_.random.unit(), retry_after_);
  while (parts_.clock.now() < until && config == parts_.config.hold()) co_await parts_.clock.wait(stirred_, until);
}

void Forwarder::failed(std::string trouble) {
  ++failures_;
  ++tries_;
  if (trouble_.empty()) since_ = parts_.clock.wall_now();
  if (trouble_ != trouble)
    log::warn("the audit trail is not forwarded; it waits on the disk and is tried again",
              {{"receiver", carrier_.receiver(parts_.config.get())}, {"error", trouble}});
  trouble_ = std::move(trouble);
}

void Forwarder::mended() {
  if (!trouble_.empty())
    log::info("the audit trail is forwarded again", {{"receiver", carrier_.receiver(parts_.config.get())}});
  trouble_.clear();
  tries_ = 0;
}

}  // namespace wardend::forwarding
