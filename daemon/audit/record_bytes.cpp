#include "daemon/audit/record_bytes.hpp"

#include <array>
#include <concepts>
#include <cstring>

#include "base/audit_record_maker.hpp"

namespace wardend::audit {
namespace {

constexpr std::string_view cut_off = "...";
constexpr std::string_view granted = "granted";
constexpr std::string_view denied = "denied";

// In the order in which they are kept.
constexpr std::array texts = {&AuditRecord::action,      &AuditRecord::app,           &AuditRecord::server,
                              &AuditRecord::session,     &AuditRecord::login_session, &AuditRecord::unit,
                              &AuditRecord::subject,     &AuditRecord::patient,       &AuditRecord::fhir_base_url,
                              &AuditRecord::interaction, &AuditRecord::resource,      &AuditRecord::query,
                              &AuditRecord::reason,      &AuditRecord::detail,        &AuditRecord::request_id};
constexpr std::array numbers = {&AuditRecord::tokens, &AuditRecord::accesses};

std::int64_t milliseconds(WallTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}
WallTime time_of(std::int64_t milliseconds) { return WallTime(std::chrono::milliseconds(milliseconds)); }

struct Out {
  std::string bytes;
  void number(std::integral auto value) {
    const auto wide = static_cast<std::int64_t>(value);
    bytes.append(reinterpret_cast<const char*>(&wide), sizeof wide);
  }
  template <typename T>
  void maybe(const std::optional<T>& value) {
    bytes.push_back(value ? 1 : 0);
    if (value) number(*value);
  }
  void text(std::string_view value) {
    const bool whole = value.size() <= longest_text;
    const std::string_view kept = value.substr(0, longest_text);
    const auto size = static_cast<std::uint32_t>(kept.size() + (whole ? 0 : cut_off.size()));
    bytes.append(reinterpret_cast<const char*>(&size), sizeof size).append(kept);
    if (!whole) bytes.append(cut_off);
  }
};

// Once something is missing all that follows is empty.
struct In {
  std::string_view bytes;
  bool whole = true;
  std::string_view take(std::size_t size) {
    whole = whole && bytes.size() >= size;
    if (!whole) return {};
    const std::string_view taken = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return taken;
  }
  std::int64_t number() {
    std::int64_t value = 0;
    if (const auto from = take(sizeof value); whole) std::memcpy(&value, from.data(), sizeof value);
    return value;
  }
  template <typename T>
  void maybe(std::optional<T>& value) {
    if (const auto there = take(1); whole && there.front() != 0) value = static_cast<T>(number());
  }
  std::string_view text() {
    std::uint32_t size = 0;
    if (const auto from = take(sizeof size); whole) std::memcpy(&size, from.data(), sizeof size);
    return take(size);
  }
};

}  // namespace

std::string to_bytes(const AuditRecord& record, WallTime at) {
  Out out;
  std::size_t size = 128 + record.result.size();
  for (const auto text : texts) size += 4 + (record.*text).size();
  out.bytes.reserve(size);
  out.number(milliseconds(at));
  out.number(static_cast<int>(record.kind));
  out.number(record.outcome == granted ? 1 : 0);
  out.number(record.count);
  out.maybe(record.epoch);
  out.maybe(record.uid);
  out.maybe(record.pid);
  for (const auto number : numbers) out.maybe(record.*number);
  out.maybe(record.done_at.transform(milliseconds));
  out.text(record.result);
  for (const auto text : texts) out.text(record.*text);
  return std::move(out.bytes);
}

std::optional<Stamped> from_bytes(std::string_view bytes) {
  In in{bytes};
  const WallTime at = time_of(in.number());
  Stamped found{.record = AuditRecordMaker::of(static_cast<AuditKind>(in.number())), .at = at};
  AuditRecord& record = found.record;
  record.outcome = in.number() == 1 ? granted : denied;
  record.count = in.number();
  in.maybe(record.epoch);
  in.maybe(record.uid);
  in.maybe(record.pid);
  for (const auto number : numbers) in.maybe(record.*number);
  std::optional<std::int64_t> done_at;
  in.maybe(done_at);
  record.done_at = done_at.transform(time_of);
  record.result = in.text();
  for (const auto text : texts) record.*text = in.text();
  if (!in.whole || !in.bytes.empty()) return std::nullopt;
  return found;
}

}  // namespace wardend::audit
