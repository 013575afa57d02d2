// wardctl audit reconcile: the trail beside what the server says was done.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/json_members.hpp"
#include "protocol/balp/deed.hpp"
#include "trail/moment.hpp"
#include "trail/reconciliation.hpp"
#include "wardctl/ask.hpp"
#include "wardctl/audit_entries.hpp"
#include "wardctl/explain.hpp"
#include "wardctl/server_events.hpp"
#include "wardctl/text.hpp"

namespace wardend::wardctl {
namespace {

using trail::Deed;
using trail::Instant;

constexpr auto longest_window = std::chrono::hours(1);

struct Range {
  std::chrono::milliseconds window;
  Instant since = Instant::min(), until = Instant::max();
  [[nodiscard]] bool has(Instant at) const { return at >= since && at < until; }
};

std::optional<Range> range_of(const ReconcileOptions& options) {
  const WallTime now = std::chrono::system_clock::now();
  const auto ago = trail::parse_moment(options.window, now);
  if (!ago || *ago > now || now - *ago > longest_window) return std::nullopt;
  Range range{.window = std::chrono::round<std::chrono::milliseconds>(now - *ago)};
  const auto instant = [&](const MaybeText& text, Instant& into) {
    if (const auto at = text ? trail::parse_moment(*text, now) : std::nullopt)
      into = std::chrono::floor<std::chrono::milliseconds>(*at);
  };
  instant(options.query.since, range.since);
  instant(options.query.until, range.until);
  return range;
}

// What lies just outside may be the counterpart of what lies inside. An app may tell late what it did, so the trail is
// read to its end.
ExitCode read_ours(const Context& context, AuditQuery query, const Range& range, std::vector<Deed>& ours) {
  if (query.since && range.since != Instant::min())
    query.since = trail::timestamp(WallTime(range.since - range.window));
  query.until.reset();
  return each_entry(context, query, [&](const nlohmann::json& entry, std::string_view) {
    auto deed = balp::deed_of_entry(entry);
    if (!deed || (range.until != Instant::max() && deed->at > range.until + range.window)) return;
    const nlohmann::json* sequence = find_member(entry, "sequence");
    if (sequence != nullptr && sequence->is_number_unsigned()) deed->index = sequence->get<std::size_t>();
    ours.push_back(std::move(*deed));
  });
}

nlohmann::json to_json(const Deed* deed, const char* index) {
  if (deed == nullptr) return nullptr;
  nlohmann::json json = {{index, deed->index}, {"at", trail::timestamp(deed->at)}};
  for (const auto& [name, value] : {std::pair{"request_id", &deed->request_id},
                                    {"user", &deed->user},
                                    {"patient", &deed->patient},
                                    {"interaction", &deed->interaction},
                                    {"resource", &deed->resource}})
    if (!value->empty()) json[name] = *value;
  return json;
}

struct Account {
  std::vector<Deed> ours;
  ServerEvents theirs;
  trail::Reconciliation found;
  // Requests, and not what was read before one.
  [[nodiscard]] std::size_t in_trail() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(ours, [](const Deed& deed) { return !deed.interaction.empty(); }));
  }
  [[nodiscard]] bool agrees() const { return found.discrepancies.empty() && theirs.unreadable.empty(); }
};

nlohmann::json to_json(const Account& account) {
  nlohmann::json discrepancies = nlohmann::json::array(), unreadable = nlohmann::json::array();
  for (const auto& one : account.found.discrepancies)
    discrepancies.push_back({{"what", trail::name_of(one.what)},
                             {"trail", to_json(one.ours, "sequence")},
                             {"server", to_json(one.theirs, "index")}});
  for (const auto& one : account.theirs.unreadable) unreadable.push_back({{"index", one.index}, {"why", one.why}});
  return {{"agrees", account.agrees()},
          {"trail", account.in_trail()},
          {"server", account.theirs.deeds.size()},
          {"matched", account.found.matched},
          {"not_compared", account.theirs.others},
          {"discrepancies", discrepancies},
          {"unreadable", unreadable}};
}

// What both say, or what each says where they differ.
std::string both(const trail::Discrepancy& one, std::string Deed::* member) {
  const std::string ours = one.ours == nullptr ? "" : one.ours->*member;
  const std::string theirs = one.theirs == nullptr ? "" : one.theirs->*member;
  if (ours.empty() || theirs.empty() || ours == theirs) return ours.empty() ? theirs : ours;
  return ours + " / " + theirs;
}

void print(const Context& context, const Account& account) {
  Facts facts;
  facts.add("in the trail", counted(static_cast<std::int64_t>(account.in_trail()), "request"));
  facts.add("at the server", fmt::format("{}, and {} about something else",
                                         counted(static_cast<std::int64_t>(account.theirs.deeds.size()), "request"),
                                         counted(static_cast<std::int64_t>(account.theirs.others), "event")));
  facts.add("in both", std::to_string(account.found.matched));
  facts.print(context.out);
  if (!account.found.discrepancies.empty()) {
    context.out << "\nWhere trail and server differ (trail / server):\n";
    Table table{"TIME (UTC)", "WHAT", "ENTRY", "EVENT", "USER", "PATIENT", "DID", "RESOURCE"};
    for (const auto& one : account.found.discrepancies)
      table.add({trail::timestamp((one.ours != nullptr ? one.ours : one.theirs)->at),
                 words_of(trail::name_of(one.what)), one.ours == nullptr ? "" : std::to_string(one.ours->index),
                 one.theirs == nullptr ? "" : std::to_string(one.theirs->index), both(one, &Deed::user),
                 both(one, &Deed::patient), both(one, &Deed::interaction), both(one, &Deed::resource)});
    table.print(context.out);
  }
  if (account.theirs.unreadable.empty()) return;
  context.out << "\nWhat could not be read of the server's events:\n";
  Table table{"EVENT", "WHY"};
  for (const auto& one : account.theirs.unreadable) table.add({std::to_string(one.index), one.why});
  table.print(context.out);
}

}  // namespace

ExitCode run_audit_reconcile(const Context& context, const ReconcileOptions& options) {
  const auto range = range_of(options);
  if (!range)
    return refuse(context, {"Usage", "\"" + options.window + "\" is no window", "write 5s or 2m; an hour is the most",
                            ExitCode::usage});
  auto theirs = read_server_events(options.file);
  if (!theirs)
    return refuse(context, {"EventsNotRead", options.file + " cannot be read: " + theirs.error(),
                            "give AuditEvents as NDJSON, a Bundle or a list", ExitCode::refused});
  Account account{.ours = {}, .theirs = std::move(*theirs), .found = {}};
  if (const ExitCode read = read_ours(context, options.query, *range, account.ours); read != ExitCode::done)
    return read;
  account.found = trail::reconcile(account.ours, account.theirs.deeds, range->window);
  std::erase_if(account.found.discrepancies, [&](const trail::Discrepancy& one) {
    return !range->has((one.ours != nullptr ? one.ours : one.theirs)->at);
  });
  if (context.format == Format::json)
    print_json(context, to_json(account));
  else
    print(context, account);
  if (account.agrees()) return ExitCode::done;
  return refuse(context,
                {"AuditDiffers",
                 fmt::format("trail and server differ in {}, {} could not be read",
                             counted(static_cast<std::int64_t>(account.found.discrepancies.size()), "place"),
                             counted(static_cast<std::int64_t>(account.theirs.unreadable.size()), "event")),
                 "look each up on both sides: docs/audit.md says what a difference can mean", ExitCode::refused});
}

}  // namespace wardend::wardctl
