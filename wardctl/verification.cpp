#include "wardctl/verification.hpp"

#include <fmt/format.h>

#include <ostream>
#include <vector>

#include "wardctl/launch_matrix.hpp"
#include "wardctl/markdown.hpp"
#include "wardctl/text.hpp"

namespace wardend::wardctl {
namespace {

namespace control = ipc::control;
using markdown::cell;
using markdown::row;

std::string verdict_of(const control::Finding& finding) {
  return finding.verdict ? words_of(control::name_of(*finding.verdict)) : std::string();
}

// "metadata, rest[0].resource[3]"; empty: nothing was read.
std::string place_of(const control::Finding& finding) {
  if (!finding.document) return {};
  return *finding.document + (finding.path ? ", " + *finding.path : std::string());
}

std::string found(const control::Finding& finding) {
  return finding.verdict ? verdict_of(finding) + ": " + finding.detail : finding.detail;
}

std::string facts_of(const Verification& verification) {
  const auto& reply = verification.reply;
  std::string text = "| fact | value |\n| --- | --- |\n";
  text += row({"app", verification.app}) + row({"server", verification.server});
  text +=
      row({"FHIR base URL", reply.fhir_base_url.value_or("")}) + row({"FHIR version", reply.fhir_version.value_or("")});
  text += row({"compared at", local_date_time(verification.at)});
  if (!verification.configuration.empty()) text += row({"configuration, SHA-256", verification.configuration});
  for (const auto& document : reply.documents.value_or(std::vector<control::ComparedDocument>())) {
    text += row({document.name, document.source});
    text += row({document.name + ", SHA-256", document.digest.value_or("not had")});
  }
  return text + row({"result", reply.ready ? "ready" : "not ready"});
}

// The launch matrix, with a column to sign; empty: it is not known (saved documents).
std::string launches_of(const Verification& verification) {
  if (!verification.reply.launches) return {};
  std::string text = "\n## Launches so far\n\n";
  if (verification.reply.launches->empty()) return text + "None yet.\n";
  text += "| mode | what came | scopes | outcome | meaning | times | first | last | screen, and who signs |\n";
  text += "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
  for (const auto& launch : *verification.reply.launches) {
    text += row({std::string(control::name_of(launch.mode)), came_text(launch), scopes_text(launch), launch.outcome,
                 launch.meaning, std::to_string(launch.count), local_date_time(launch.first_at),
                 local_date_time(launch.last_at), ""});
  }
  return text;
}

}  // namespace

void print_verification(const Context& context, const Verification& verification) {
  Table table{"SEVERITY", "SUBJECT", "FINDING"};
  for (const auto& finding : verification.reply.findings)
    table.add({std::string(control::name_of(finding.severity)), finding.subject, found(finding)});
  if (!table.empty()) table.print(context.out);
  if (const auto& launches = verification.reply.launches; launches && !launches->empty()) {
    context.out << "\nlaunches so far\n";
    print_launches(context, *launches);
    context.out << '\n';
  }
  bool headed = false;
  for (const auto& finding : verification.reply.findings) {
    using enum control::FindingSeverity;
    if ((finding.severity != blocking && finding.severity != warning) || !finding.advice) continue;
    if (!headed) context.out << "next\n";
    headed = true;
    const std::string place = place_of(finding);
    context.out << "  " << printable(finding.subject) << (place.empty() ? "" : " (" + printable(place) + ")") << ": "
                << printable(*finding.advice) << '\n';
  }
  context.out << printable(verification.app) << (verification.reply.ready ? " is ready for " : " is not ready for ")
              << printable(verification.server) << '\n';
}

std::string markdown_of(const Verification& verification) {
  std::string text = fmt::format("# Verification of {} at {}\n\n", cell(verification.app), cell(verification.server));
  text += facts_of(verification) + "\n## Findings\n\n";
  text += "| severity | verdict | need | found | read from | what to do |\n| --- | --- | --- | --- | --- | --- |\n";
  for (const auto& finding : verification.reply.findings)
    text += row({std::string(control::name_of(finding.severity)), verdict_of(finding), finding.subject, finding.detail,
                 place_of(finding), finding.advice.value_or("")});
  return text + launches_of(verification);
}

}  // namespace wardend::wardctl
