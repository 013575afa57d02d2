// wardctl audit export: entries of the trail for other programs, as FHIR AuditEvents or for a spreadsheet.
#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/json_members.hpp"
#include "base/random.hpp"
#include "protocol/balp/audit_event.hpp"
#include "trail/redaction.hpp"
#include "wardctl/audit_entries.hpp"
#include "wardctl/text.hpp"

namespace wardend::wardctl {
namespace {

using Json = nlohmann::json;

constexpr std::size_t key_bytes = 32;

constexpr std::array columns = {"sequence",      "at",      "kind",    "outcome",       "result",         "action",
                                "app",           "server",  "session", "login_session", "epoch",          "uid",
                                "pid",           "unit",    "subject", "patient",       "reason",         "detail",
                                "request_id",    "count",   "boot",    "interaction",   "resource",       "query",
                                "fhir_base_url", "done_at", "host",    "organization",  "purpose_of_use", "tokens",
                                "accesses",      "first",   "last"};

// Others choose these words: what a spreadsheet takes for a formula is marked as text, as it would be computed when the
// file is opened, and what a terminal obeys is left out. Spec: RFC 4180 section 2.
std::string cell_of(const nlohmann::json& entry, const char* column) {
  const nlohmann::json* member = find_member(entry, column);
  if (member == nullptr) return {};
  if (!member->is_string()) return member->dump();
  std::string text = printable(member->get_ref<const std::string&>());
  if (!text.empty() && std::string_view("=+-@").contains(text.front())) text.insert(0, 1, '\'');
  if (text.find_first_of("\",") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + "\"";
}

using Print = std::function<void(const Json& entry)>;

Print rows(std::ostream& out) {
  return [&out, headed = false](const Json& entry) mutable {
    if (!std::exchange(headed, true)) out << fmt::format("{}\r\n", fmt::join(columns, ","));
    std::string row;
    for (const char* column : columns) row.append(row.empty() ? "" : ",").append(cell_of(entry, column));
    out << row << "\r\n";
  };
}

// One event a line.
Print events(std::ostream& out) {
  return [&out](const Json& entry) {
    out << balp::audit_event(entry).dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  };
}

// The key is forgotten with the export: nobody can find a patient by it later.
trail::Redaction fresh_redaction() {
  SystemRandom random;
  return trail::Redaction(random.token(key_bytes));
}

}  // namespace

ExitCode run_audit_export(const Context& context, const AuditQuery& query, AuditExport options) {
  const Print print = options.form == AuditForm::fhir ? events(context.out) : rows(context.out);
  if (options.people == People::as_they_are)
    return each_entry(context, query, [&](const Json& entry, std::string_view) { print(entry); });
  const trail::Redaction redaction = fresh_redaction();
  return each_entry(context, query, [&](const Json& entry, std::string_view) { print(redaction.redacted(entry)); });
}

}  // namespace wardend::wardctl
