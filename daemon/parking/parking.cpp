#include "daemon/parking/parking.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"

namespace wardend::parking {
namespace {

constexpr std::size_t memories_kept = 4096;

std::unexpected<Error> too_large(std::size_t limit, std::string reason) {
  return fail(errors::TooLarge{.limit = static_cast<std::int64_t>(limit), .reason = std::move(reason)});
}

bool same_user(const Owner& one, const Owner& other) {
  return one.app == other.app && one.issuer == other.issuer && one.subject == other.subject;
}

}  // namespace

void Parking::restore() {
  std::size_t dropped = 0;
  vault_.each([&](Vault::RecordId id, Vault::Kind kind, std::string_view bytes) {
    if (kind != Vault::Kind::parked_work) return;
    auto work = from_record(bytes);
    if (work && work->expires_at > clock_.now()) {
      works_.emplace(++last_id_, Kept{std::move(*work), id});
      return;
    }
    ++dropped;
    vault_.erase(id);
  });
  if (!works_.empty() || dropped > 0)
    log::info("parked work is back", {{"items", works_.size()}, {"dropped", dropped}});
  changed_.notify_all();
}

asio::awaitable<void> Parking::run() {
  for (;;) {
    forget_the_ended();
    co_await clock_.wait(changed_, next_end());
  }
}

BootTime Parking::next_end() const {
  BootTime end = remembered_.empty() ? BootTime::max() : memories_.at(remembered_.front()).until;
  for (const auto& [id, kept] : works_) end = std::min(end, kept.work.expires_at);
  return end;
}

void Parking::forget_the_ended() {
  const BootTime now = clock_.now();
  while (!remembered_.empty() && memories_.at(remembered_.front()).until <= now) {
    memories_.erase(remembered_.front());
    remembered_.pop_front();
  }
  for (auto at = works_.begin(); at != works_.end();) {
    if (at->second.work.expires_at > now) {
      ++at;
      continue;
    }
    record_end(at->second, "park_ttl");
    at = erase(at);
  }
}

void Parking::wipe_all() {
  for (auto at = works_.begin(); at != works_.end();) {
    record_end(at->second, name_of(ClearReason::suspend));
    at = erase(at);
  }
  memories_.clear();
  remembered_.clear();
}

Parking::Works::iterator Parking::erase(Works::iterator work) {
  vault_.erase(work->second.record);
  return works_.erase(work);
}

void Parking::record_end(const Kept& kept, std::string_view reason) {
  const auto& owner = kept.work.owner;
  audit_.write(record_of(entry::Work{
      .act = AuditAct::work_expire,
      .whose = {.app = owner.app, .server = owner.server, .subject = owner.subject, .patient = owner.patient},
      .outcome = entry::granted,
      .reason = std::string(reason)}));
}

void Parking::remember(const session::Session& session, ClearReason reason) {
  if (reason == ClearReason::suspend) return;
  auto owner = owner_of(session);
  std::vector<ProcessId> holders = session.holders;
  if (session.launcher.pid != 0) holders.push_back(session.launcher);
  if (!owner || holders.empty()) return;
  if (remembered_.size() == memories_kept) {
    memories_.erase(remembered_.front());
    remembered_.pop_front();
  }
  const bool added =
      memories_.try_emplace(session.id, Memory{std::move(*owner), std::move(holders), clock_.now() + grace}).second;
  if (added) remembered_.push_back(session.id);
  if (remembered_.size() == 1) changed_.notify_all();
}

bool Parking::in_grace(const std::string& session, const ProcessId& process) const {
  const auto found = memories_.find(session);
  return found != memories_.end() && found->second.until > clock_.now() && process.pid != 0 &&
         std::ranges::find(found->second.holders, process) != found->second.holders.end();
}

Result<Owner> Parking::owner_for(const session::Session& session) const {
  if (session.cleared() != nullptr) {
    const auto found = memories_.find(session.id);
    if (found != memories_.end()) return found->second.owner;
    return fail(session.cleared()->error());
  }
  if (auto owner = owner_of(session)) return std::move(*owner);
  if (!session.context.patient || session.context.patient->empty())
    return fail(errors::PatientContextMissing{
        .reason = "the EHR named no patient, and work is parked for one: open a chart in the EHR and launch again",
        .session = session.id});
  return fail(errors::InvalidRequest{
      .field = "session",
      .reason = "the server did not say who signed in, and work is parked for one user: list openid as a scope of the "
                "app and launch again"});
}

Result<void> Parking::check_room(const Owner& owner, std::size_t bytes) const {
  if (bytes > max_item) return too_large(max_item, "one item is at most 64 KiB: park less");
  std::size_t items = 0;
  std::size_t sum = 0;
  std::size_t sum_in_all = 0;
  for (const auto& [id, kept] : works_) {
    sum_in_all += kept.work.data.size();
    if (!same_user(kept.work.owner, owner)) continue;
    ++items;
    sum += kept.work.data.size();
  }
  if (items >= max_items) return too_large(max_items, "eight items are parked already: resume them first");
  if (sum + bytes > max_bytes) return too_large(max_bytes, "256 KiB are parked at most: resume what is there first");
  if (works_.size() >= max_items_in_all || sum_in_all + bytes > max_bytes_in_all)
    return too_large(max_bytes_in_all, "no more work can be parked on this workstation: try later");
  return {};
}

Result<BootTime> Parking::park(const session::Session& session, Item item) {
  forget_the_ended();
  if (item.label.size() > max_label || printable(item.label, max_label) != item.label)
    return fail(
        errors::InvalidRequest{.field = "label", .reason = "must be at most 128 bytes without control characters"});
  Result<Owner> owner = owner_for(session);
  if (!owner) return std::unexpected(owner.error());
  if (auto room = check_room(*owner, item.data.size()); !room) return std::unexpected(room.error());
  const config::App* app = config_.get().app(owner->app);
  const Duration life = app == nullptr ? Duration(config::SessionRules{}.park_ttl) : Duration(app->session.park_ttl);
  Kept kept{.work = {.owner = std::move(*owner),
                     .label = std::move(item.label),
                     .data = std::move(item.data),
                     .parked_at = clock_.wall_now(),
                     .expires_at = clock_.now() + life}};
  kept.record = vault_.put(0, Vault::Kind::parked_work, to_record(kept.work).reveal());
  if (kept.record == 0)
    log::bounded(log::Level::warn, "parked work is kept in memory only: the vault is full, and a restart would lose it",
                 kept.work.owner.app, {{"app", kept.work.owner.app}, {"bytes", kept.work.data.size()}});
  const BootTime end = kept.work.expires_at;
  works_.emplace(++last_id_, std::move(kept));
  changed_.notify_all();
  return end;
}

Parking::Waiting Parking::waiting_for(const session::Session& session) {
  forget_the_ended();
  Waiting waiting;
  const auto owner = session.cleared() == nullptr ? owner_of(session) : std::nullopt;
  if (!owner) return waiting;
  for (const auto& [id, kept] : works_) {
    if (kept.work.owner != *owner) continue;
    waiting.ids.push_back(id);
    waiting.works.push_back(&kept.work);
  }
  return waiting;
}

void Parking::taken(const std::vector<Id>& ids) {
  for (const Id id : ids)
    if (const auto found = works_.find(id); found != works_.end()) erase(found);
}

}  // namespace wardend::parking
