#include "daemon/audit/file_sink.hpp"

#include <boost/asio/this_coro.hpp>
#include <utility>

#include "base/log.hpp"
#include "daemon/audit/record_bytes.hpp"
#include "trail/anchor.hpp"

namespace wardend::audit {
namespace {

constexpr Duration retry_after_failure = 5s;
constexpr Duration between_counts = 10s;
// What goes to the disk at once: some thousand entries, a millisecond of the loop's time to copy at most.
constexpr std::size_t batch_bytes = 256UL * 1024;
// More than any record takes.
constexpr std::size_t room_for_one = 16 * longest_text;

}  // namespace

FileSink::FileSink(asio::any_io_executor executor, Clock& clock, Worker& disk, Place place, std::span<std::byte> memory,
                   BaseUrlOf base_url_of, Beat beat)
    : clock_(clock),
      disk_(disk),
      place_(std::move(place)),
      base_url_of_(std::move(base_url_of)),
      beat_(beat),
      ring_(memory),
      writer_(std::make_shared<TrailWriter>(place_)),
      tasks_(std::move(executor)) {
  counters_.backlog = ring_.records();
}

bool FileSink::has_room() const { return ring_.bytes() + room_for_one <= ring_.capacity(); }

std::uint64_t FileSink::confirmed() const {
  const auto committed = ring_.committed();
  return committed && failure_.empty() ? committed->sequence : 0;
}

std::string FileSink::trouble() const {
  if (!failure_.empty()) return failure_;
  return has_room() ? "" : "more records wait than it takes";
}

void FileSink::open() {
  start_draining();
  tasks_.spawn("audit watch", keep_watch());
}

// Years later nobody knows what the configuration called a server, and a patient's name means something there alone.
void FileSink::name_server(AuditRecord& record) const {
  if (!record.server.empty() && base_url_of_) record.fhir_base_url = base_url_of_(record.server);
}

void FileSink::write(AuditRecord record) {
  if (rates_.exceeded(record, clock_.now())) return write_counted(std::move(record));
  name_server(record);
  keep(record);
}

void FileSink::write_counted(AuditRecord record) {
  name_server(record);
  if (const auto told = counted_.note(std::move(record), clock_.now())) keep(*told);
  if (std::exchange(counting_, true)) return;
  tasks_.spawn("audit counts", tell_counts());
}

void FileSink::keep(const AuditRecord& record) {
  ++counters_.entries[std::string(name_of(record.kind))];
  // Once some were dropped, room is made first: one gap for all of them.
  if ((dropped_ > 0 && !(has_room() && tell_dropped())) || !append(record)) drop();
  start_draining();
}

bool FileSink::append(const AuditRecord& record) {
  if (!ring_.append(to_bytes(record, clock_.wall_now()))) return false;
  counters_.backlog = ring_.records();
  return written_ = true;
}

asio::awaitable<void> FileSink::tell_counts() {
  while (!counted_.empty()) {
    co_await clock_.sleep_for(between_counts);
    for (const AuditRecord& record : counted_.due(clock_.now())) keep(record);
  }
  counting_ = false;
}

asio::awaitable<void> FileSink::keep_watch() {
  for (BootTime looked = clock_.now();;) {
    co_await clock_.sleep_until(beat_.next(clock_.now(), between_anchors));
    if (!std::exchange(written_, false) && clock_.now() < looked + between_idle_looks) continue;
    looked = clock_.now();
    anchor_due_ = true;
    start_draining();
  }
}

void FileSink::drop() {
  ++counters_.failures;
  if (dropped_++ == 0)
    log::error("audit records are dropped, as too many wait for the disk",
               {{"file", place_.file}, {"error", trouble()}});
}

// The trail says itself how many are missing, in their place.
bool FileSink::tell_dropped() {
  const AuditRecord record = record_of(entry::Dropped{.entries = static_cast<std::int64_t>(dropped_)});
  if (!append(record)) return false;
  ++counters_.entries[std::string(name_of(record.kind))];
  log::error("audit records were dropped; the trail tells where", {{"records", std::exchange(dropped_, 0)}});
  return true;
}

void FileSink::failed(const std::string& why) {
  ++counters_.failures;
  if (failure_.empty())
    log::error("the audit trail cannot be written; check [audit] file, space and owner",
               {{"file", place_.file}, {"error", why}});
  failure_ = why;
}

void FileSink::mended() {
  if (!failure_.empty()) log::info("the audit trail can be written again", {{"file", place_.file}});
  failure_.clear();
}

Batch FileSink::next_batch() {
  return {.records = ring_.oldest(batch_bytes),
          .committed = ring_.committed(),
          .now = clock_.wall_now(),
          .anchoring = std::exchange(anchor_due_, false) ? Anchoring::wanted : Anchoring::none};
}

void FileSink::start_draining() {
  if (std::exchange(draining_, true)) return;
  tasks_.spawn("audit", drain());
}

// A confirmation costs the processor more than ten entries do. A batch that is full goes at once.
asio::awaitable<void> FileSink::gather() {
  constexpr PaceLimits limits{.at_once = batches_at_once, .each = between_batches, .longest_pause = between_batches};
  if (ring_.bytes() >= batch_bytes || closing_) co_return;
  const Duration pause = pace_.spend(clock_.now(), 1, limits);
  if (pause > Duration(0)) co_await clock_.wait(closes_, clock_.now() + pause);
}

// Until nothing waits and the file is fine. A batch without records asks how the file is.
asio::awaitable<void> FileSink::drain() {
  struct Done {
    FileSink& sink;
    ~Done() {
      sink.draining_ = false;
      sink.drained_.notify_all();
    }
  } done{*this};
  const asio::any_io_executor loop = co_await asio::this_coro::executor;
  do {
    co_await gather();
    Batch batch = next_batch();
    const Anchoring wanted = batch.anchoring;
    auto job = disk_.begin(loop, [writer = writer_, batch = std::move(batch)] { return writer->perform(batch); });
    if (!co_await job.ended_by(clock_.now() + disk_patience)) {
      failed("the disk has not answered for 5 s");
      static_cast<void>(co_await job.ended_by(BootTime::max()));
    }
    const Put put = job.take();
    take(put);
    if (wanted == Anchoring::wanted && !put.anchored) anchor_due_ = true;
    if (put.failure.empty()) {
      mended();
      moved_.notify_all();
      continue;
    }
    failed(put.failure);
    co_await clock_.sleep_for(retry_after_failure);
  } while (ring_.records() > 0 || more_ || wants_anchor() || !failure_.empty());
}

bool FileSink::wants_anchor() const {
  const auto committed = ring_.committed();
  return anchor_due_ && committed && committed->sequence > 0;
}

void FileSink::take(const Put& put) {
  if (put.link.sequence > 0 || put.failure.empty()) ring_.commit(put.records, put.link);
  counters_.backlog = ring_.records();
  more_ = put.more;
  for (const OwnEntry& entry : put.own) {
    ++counters_.entries[std::string(name_of(kind_of(entry.act)))];
    if (kind_of(entry.act) == AuditKind::gap)
      log::error("the audit trail has a gap, and says so", {{"why", name_of(entry.act)}, {"detail", entry.detail}});
    else
      log::info("the audit trail goes on in a new file", {{"file", place_.file}});
  }
  tell_anchor(put);
  if (ring_.records() == 0 && dropped_ > 0) static_cast<void>(tell_dropped());
}

void FileSink::tell_anchor(const Put& put) {
  if (!put.anchor_failure.empty() && !std::exchange(anchor_trouble_told_, true))
    log::warn("the audit trail's anchor cannot be kept: a trail that somebody shortens would not show it",
              {{"folder", place_.state_dir}, {"error", put.anchor_failure}});
  if (!put.anchored) return;
  const bool first = journal_anchored_at_ == BootTime();
  if (!first && !closing_ && clock_.now() - journal_anchored_at_ < between_anchors_in_journal) return;
  journal_anchored_at_ = clock_.now();
  log::info("the audit trail stands", {{"anchor", trail::to_text(put.link)}});
}

asio::awaitable<void> FileSink::shut_down(Worker& spare) {
  for (const AuditRecord& record : counted_.rest(clock_.now())) keep(record);
  closing_ = anchor_due_ = true;
  closes_.notify_all();
  if (failure_.empty()) start_draining();
  const BootTime until = clock_.now() + last_patience;
  while (draining_ && failure_.empty() && clock_.now() < until) co_await clock_.wait(drained_, until);
  co_await tasks_.shut_down(clock_);
  if (ring_.records() > 0) {
    // Whatever hangs there writes nothing any more when it comes back: what it had is written here.
    writer_->abandon();
    Batch batch{.records = ring_.oldest(ring_.capacity()),
                .committed = ring_.committed(),
                .now = clock_.wall_now(),
                .durability = Durability::appended};
    const auto put = co_await spare.run_for(spare_patience, [place = place_, batch = std::move(batch)] {
      TrailWriter writer(place);
      const Put stood = writer.perform(batch);
      return stood.failure.empty() ? writer.perform(batch) : stood;
    });
    if (put) take(*put);
  }
  if (ring_.records() > 0)
    log::error("records may be missing at the end of the audit trail", {{"records", ring_.records()}});
}

}  // namespace wardend::audit
