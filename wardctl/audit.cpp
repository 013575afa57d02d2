// wardctl audit verify: is the trail whole. It reads the files itself; where it may not, the broker does it.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "trail/anchor.hpp"
#include "trail/verdict.hpp"
#include "wardctl/ask.hpp"
#include "wardctl/commands.hpp"
#include "wardctl/explain.hpp"
#include "wardctl/text.hpp"

namespace wardend::wardctl {
namespace {

constexpr std::string_view keep_it =
    "keep the files as they are and tell whoever answers for security: entries were changed or lost";

ExitCode broken(const Context& context, const std::string& cause) {
  return refuse(context, {"AuditBroken", cause, keep_it, ExitCode::refused});
}

// `why`: the files cannot be read here.
ExitCode by_the_broker(const Context& context, const std::string& why) {
  const auto reply = ask_control<control::VerifyAuditReply>(context, "VerifyAudit", control::VerifyAuditParameters{});
  if (!reply) {
    context.err << "wardctl: " << usual_audit_file << " cannot be read (" << why << "), so the broker was asked\n";
    return explain(context, reply.error());
  }
  const auto& found = reply->value;
  if (context.format == Format::json)
    print_json(context, reply->as_sent);
  else
    context.out << (found.entries == 1 ? "1 entry" : fmt::format("{} entries", found.entries))
                << (found.intact ? ", the chain is whole\n" : ", the chain is broken\n");
  if (found.intact) return ExitCode::done;
  return broken(context, fmt::format("entry {} does not follow from the one before it",
                                     found.first_bad ? std::to_string(*found.first_bad) : "(not told which)"));
}

// Where the trail must have stood, and what there is to say of that.
struct Anchors {
  std::vector<trail::Link> links;
  std::string words;
};

Anchors anchors_of(const AuditPlace& place) {
  if (place.anchor) {
    const auto link = trail::parse_anchor(*place.anchor);
    return {.links = {link.value_or(trail::Link())}, .words = "the one that you gave"};
  }
  const auto found = trail::read_anchor(trail::anchor_in(place.state_dir));
  if (found.link) return {.links = {*found.link}, .words = fmt::format("entry {}", found.link->sequence)};
  return {.links = {},
          .words = found.error.empty()
                       ? "none in " + place.state_dir + ": entries that are missing at the end would not show"
                       : "not read (" + found.error +
                             "): entries that are missing at the end would not show; run it as "
                             "root, or give --anchor as the journal has it"};
}

std::string place_of(const trail::Fault& fault) {
  if (fault.file.empty()) return fmt::format("entry {}", fault.sequence);
  return fault.line == 0 ? fmt::format("entry {}, {}", fault.sequence, fault.file)
                         : fmt::format("entry {}, {}:{}", fault.sequence, fault.file, fault.line);
}

nlohmann::json to_json(const trail::Verdict& verdict) {
  nlohmann::json faults = nlohmann::json::array(), gaps = nlohmann::json::array();
  for (const trail::Fault& fault : verdict.faults)
    faults.push_back({{"sequence", fault.sequence}, {"file", fault.file}, {"line", fault.line}, {"what", fault.what}});
  for (const trail::Gap& gap : verdict.gaps)
    gaps.push_back({{"sequence", gap.sequence}, {"at", gap.at}, {"why", gap.why}, {"what", gap.what}});
  nlohmann::json all = {{"entries", verdict.entries},
                        {"intact", verdict.intact()},
                        {"first", verdict.first},
                        {"last", verdict.last.sequence},
                        {"last_hash", verdict.last.hash},
                        {"faults", faults},
                        {"gaps", gaps},
                        {"files", verdict.files}};
  if (!verdict.intact()) all["first_bad"] = verdict.faults.front().sequence;
  return all;
}

void print(const Context& context, const trail::Verdict& verdict, const Anchors& anchors) {
  Facts facts;
  facts.add("trail", fmt::format("{} in {}, the chain is {}",
                                 verdict.entries == 1 ? "1 entry" : fmt::format("{} entries", verdict.entries),
                                 counted(static_cast<std::int64_t>(verdict.files.size()), "file"),
                                 verdict.intact() ? "whole" : "broken"));
  facts.add("entries", fmt::format("{} to {}", verdict.first, verdict.last.sequence));
  facts.add("anchor", anchors.words);
  facts.add("stands", trail::to_text(verdict.last));
  facts.print(context.out);
  if (!verdict.gaps.empty()) {
    context.out << "\nWhat the trail itself says is lost:\n";
    Table gaps{"ENTRY", "TIME (UTC)", "WHY", "WHAT"};
    for (const trail::Gap& gap : verdict.gaps) gaps.add({std::to_string(gap.sequence), gap.at, gap.why, gap.what});
    gaps.print(context.out);
  }
  if (verdict.faults.empty()) return;
  context.out << "\nWhat is not as it was written:\n";
  Table faults{"WHERE", "WHAT"};
  for (const trail::Fault& fault : verdict.faults) faults.add({place_of(fault), fault.what});
  faults.print(context.out);
}

}  // namespace

ExitCode run_audit_verify(const Context& context, const AuditPlace& place) {
  if (place.anchor && !trail::parse_anchor(*place.anchor))
    return refuse(context,
                  {"Usage", "an anchor is NUMBER:HASH, the hash in 64 digits",
                   "copy it from the journal: journalctl -u wardend -g 'audit trail stands'", ExitCode::usage});
  // First the anchor: what is written meanwhile comes after it.
  const Anchors anchors = anchors_of(place);
  const trail::Verdict verdict = trail::verify(place.file.value_or(usual_audit_file), anchors.links);
  if (!verdict.cannot_read.empty() && !place.file) return by_the_broker(context, verdict.cannot_read);
  if (!verdict.cannot_read.empty()) return explain_unreadable(context, {*place.file, verdict.cannot_read});
  if (context.format == Format::json)
    print_json(context, to_json(verdict));
  else
    print(context, verdict, anchors);
  if (verdict.intact()) return ExitCode::done;
  return broken(context, verdict.faults.front().what + " (" + place_of(verdict.faults.front()) + ")");
}

ExitCode explain_unreadable(const Context& context, const UnreadableTrail& trail) {
  return refuse(context, {"AuditNotRead", trail.file + " cannot be read: " + trail.why,
                          "run it as root or as a member of group adm; --file names another trail",
                          trail.why == "Permission denied" ? ExitCode::not_permitted : ExitCode::refused});
}

}  // namespace wardend::wardctl
