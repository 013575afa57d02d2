#include "wardctl/launch_matrix.hpp"

#include <map>
#include <ostream>

#include "wardctl/text.hpp"

namespace wardend::wardctl {

std::string came_text(const ipc::control::LaunchRow& row) {
  if (!row.tokens) return "no answer that could be used";
  return row.came.empty() ? "nothing" : joined(row.came);
}

std::string scopes_text(const ipc::control::LaunchRow& row) {
  if (row.missing_scopes) return "some missing";
  return row.outcome == "ok" ? "all" : "";
}

void print_launches(const Context& context, const std::vector<ipc::control::LaunchRow>& rows) {
  Table table{"APP", "SERVER", "MODE", "CAME", "SCOPES", "OUTCOME", "TIMES", "FIRST", "LAST"};
  std::map<std::string, std::string> meanings;
  for (const auto& row : rows) {
    table.add({row.app, row.server, std::string(ipc::control::name_of(row.mode)), came_text(row), scopes_text(row),
               row.outcome, std::to_string(row.count), local_date_time(row.first_at), local_date_time(row.last_at)});
    // With and without a patient "ok" means two things: the table shows which.
    if (row.outcome != "ok") meanings.emplace(row.outcome, row.meaning);
  }
  table.print(context.out);
  if (!meanings.empty()) context.out << "\noutcomes\n";
  for (const auto& [outcome, meaning] : meanings)
    context.out << "  " << printable(outcome) << ": " << printable(meaning) << '\n';
}

}  // namespace wardend::wardctl
