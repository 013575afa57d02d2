#include "daemon/audit/counted.hpp"

#include <fmt/core.h>

#include <string>
#include <utility>

namespace wardend::audit {
namespace {

// At most 130 records a minute by all who have no rights together, about 60 KB, and six times that by all others.
constexpr Repeats<AuditRecord>::Limits of_strangers{.told = 1, .kinds_of_one = 4, .kinds_of_all = 64};
constexpr Repeats<AuditRecord>::Limits of_known{.told = 1, .kinds_of_one = 96, .kinds_of_all = 384};

// Nothing of the configuration is named: no rule knows the caller.
bool of_a_stranger(const AuditRecord& record) { return record.app.empty() && record.server.empty(); }

// Whether the detail says what was asked for: of a FHIR request, and of a stranger, of whom nothing else is known.
bool tells_in_detail(const AuditRecord& record) {
  return of_a_stranger(record) || record.kind == AuditKind::access || record.kind == AuditKind::write;
}

// What makes two records alike, beside their cause. Whoever tries one chart after the other is told with each of them.
std::string kind_of(const AuditRecord& record) {
  return fmt::format("{} {} {} {} {} {} {} {} {} {} {}", name_of(record.kind), record.result, record.action, record.app,
                     record.server, record.session, record.patient, record.resource, record.query, record.reason,
                     tells_in_detail(record) ? record.detail : "");
}

AuditRecord counted(Repeats<AuditRecord>::Told told, std::int64_t itself) {
  told.what.count = itself + static_cast<std::int64_t>(told.left_out);
  return std::move(told.what);
}

void add(std::vector<AuditRecord>& records, std::vector<Repeats<AuditRecord>::Told> all) {
  for (auto& told : all) records.push_back(counted(std::move(told), 0));
}

}  // namespace

CountedRecords::CountedRecords()
    : strangers_(of_strangers, record_of(entry::Others{})), known_(of_known, record_of(entry::Others{})) {}

std::optional<AuditRecord> CountedRecords::note(AuditRecord record, BootTime now) {
  Repeats<AuditRecord>& repeats = of_a_stranger(record) ? strangers_ : known_;
  const std::string cause = record.uid ? std::to_string(*record.uid) : record.server;
  const std::string kind = kind_of(record);
  auto told = repeats.note(cause, kind, std::move(record), now);
  if (!told) return std::nullopt;
  return counted(std::move(*told), 1);
}

std::vector<AuditRecord> CountedRecords::due(BootTime now) {
  std::vector<AuditRecord> records;
  add(records, strangers_.due(now));
  add(records, known_.due(now));
  return records;
}

std::vector<AuditRecord> CountedRecords::rest(BootTime now) {
  std::vector<AuditRecord> records;
  add(records, strangers_.rest(now));
  add(records, known_.rest(now));
  return records;
}

}  // namespace wardend::audit
