#include "wardctl/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "base/json.hpp"
#include "ipc/client/wardend/client.hpp"
#include "wardctl/text.hpp"

namespace wardend::wardctl {
namespace {

using Kind = client::Failure::Kind;

std::string_view bare_name(std::string_view qualified) {
  const auto dot = qualified.rfind('.');
  return dot == std::string_view::npos ? qualified : qualified.substr(dot + 1);
}

// A member's value for people; empty for an object, which may hold a patient's context, and for what is absent.
std::string value_text(std::string_view name, const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_array()) {
    std::vector<std::string> words;
    for (const auto& item : value)
      if (item.is_string()) words.push_back(item.get<std::string>());
    return words.empty() ? std::string() : joined(words);
  }
  if (!value.is_number_integer()) return {};
  const auto number = value.get<std::int64_t>();
  if (name == "at" || name == "since") return number == 0 ? std::string() : local_time(number);
  if (name == "retry_after") return counted(number, "second");
  if (name == "retry_after_ms") return counted(number, "millisecond");
  return std::to_string(number);
}

// The cause with each {member} filled in; a member that the broker left empty is called "unknown".
std::string filled(std::string_view cause, const nlohmann::json& members) {
  std::string text(cause);
  for (auto open = text.find('{'); open != std::string::npos; open = text.find('{', open)) {
    const auto close = text.find('}', open);
    if (close == std::string::npos) break;
    const auto name = text.substr(open + 1, close - open - 1);
    auto value = members.contains(name) ? value_text(name, members[name]) : std::string();
    if (value.empty()) value = "unknown";
    text.replace(open, close - open + 1, value);
    open += value.size();
  }
  return text;
}

// What went wrong, for people or, with --json, as one object on the last line.
struct Words {
  std::string_view error;  // qualified where the broker refused
  std::string cause;
  std::vector<std::string> further = {};              // for people
  nlohmann::json members = nlohmann::json::object();  // what the error said: for machines
};

// Objects are left out: they may hold a patient's context.
void print_object(const Context& context, const Words& words, const Advice& advice) {
  nlohmann::json told{{"error", words.error},
                      {"cause", words.cause},
                      {"next", advice.next_step},
                      {"exit_code", static_cast<int>(advice.exit_code)}};
  for (const auto& [name, value] : words.members.items())
    if (!value_text(name, value).empty()) told["parameters"][name] = value;
  context.err << dump_json(told) << '\n';
}

ExitCode tell(const Context& context, const Words& words, const Advice& advice) {
  if (context.format == Format::json) {
    print_object(context, words, advice);
    return advice.exit_code;
  }
  context.err << "wardctl: " << printable(fmt::format("{}: {}", bare_name(words.error), words.cause)) << '\n';
  for (const std::string& line : words.further) context.err << "  " << line << '\n';
  context.err << "  next: " << advice.next_step << '\n';
  return advice.exit_code;
}

// What the cause has not said yet, "name: value" each. A list is one entry each: findings name files and lines.
std::vector<std::string> further_members(std::string_view cause, const nlohmann::json& members) {
  std::vector<std::string> further;
  for (const auto& [name, value] : members.items()) {
    if (cause.find(fmt::format("{{{}}}", name)) != std::string_view::npos) continue;
    const auto one = value.is_array() ? value : nlohmann::json::array({value});
    for (const auto& item : one)
      if (const auto text = value_text(name, item); !text.empty())
        further.push_back(printable(words_of(name)) + ": " + printable(text));
  }
  return further;
}

// A refusal with its row of the table.
struct Told {
  std::string cause;
  std::vector<std::string> further;
  nlohmann::json members;
  const Advice& advice;
};
constexpr Advice unheard_of = {"", "the broker refused, with an error that this wardctl does not know",
                               "it is older than the broker: update wardctl", ExitCode::refused};

Told told_by(const client::Failure& failure) {
  const auto* found = find_advice(failure.error);
  const auto& advice = found == nullptr ? unheard_of : *found;
  auto members =
      parse_json(failure.parameters_json, {.bytes = client::Client::max_frame_bytes, .values = any_number_of_values});
  if (!members || !members->is_object()) members = nlohmann::json::object();
  return {filled(advice.cause, *members), further_members(advice.cause, *members), *members, advice};
}

ExitCode explain_refusal(const Context& context, const client::Failure& failure) {
  const Told told = told_by(failure);
  return tell(context, {failure.error, told.cause, told.further, told.members}, told.advice);
}

Advice advice_for(Kind kind) {
  switch (kind) {
    case Kind::unreachable:
      return {"Unreachable", "",
              "`systemctl status wardend` tells whether it runs, and `journalctl -u wardend -b` why it does not start; "
              "--socket and --control name others",
              ExitCode::unreachable};
    case Kind::not_permitted:
      return {"NotPermitted", "", "ask support who may use this socket, or name another with --socket or --control",
              ExitCode::not_permitted};
    case Kind::timed_out:
      return {"TimedOut", "",
              "try again; if it stays so, `systemctl status wardend` tells whether it hangs or does not start, and "
              "`journalctl -u wardend -b` why",
              ExitCode::try_again};
    case Kind::closed:
      return {"ConnectionClosed", "",
              "try again: the broker has restarted, has cleared what was asked, or has too many connections; if it "
              "stays so, see `systemctl status wardend`",
              ExitCode::try_again};
    case Kind::protocol:
      return {"ProtocolError", "",
              "check that the socket is wardend's, and that wardctl and wardend are of one version",
              ExitCode::unreachable};
    case Kind::refused:
      break;
  }
  return {"Refused", "", "see the journal of wardend", ExitCode::refused};
}

}  // namespace

const Advice* find_advice(std::string_view qualified_error) {
  const auto table = advice_table();
  auto found = std::ranges::find(table, qualified_error, &Advice::error);
  const auto same_word = [&](const Advice& row) { return bare_name(row.error) == bare_name(qualified_error); };
  if (found == table.end()) found = std::ranges::find_if(table, same_word);
  return found == table.end() ? nullptr : &*found;
}

ExitCode explain(const Context& context, const client::Failure& failure) {
  if (failure.kind == Kind::refused) return explain_refusal(context, failure);
  const auto advice = advice_for(failure.kind);
  return tell(context, {advice.error, failure.detail}, advice);
}

ExitCode explain_told(const Context& context, const ToldError& told, const nlohmann::json& members) {
  const Advice* found = find_advice(told.error);
  const Advice& advice = found == nullptr ? unheard_of : *found;
  return tell(context,
              {.error = found == nullptr ? std::string_view(told.error) : found->error,
               .cause = told.cause.empty() ? std::string(advice.cause) : told.cause,
               .further = further_members("", members),
               .members = members},
              advice);
}

std::string in_one_line(const client::Failure& failure) {
  if (failure.kind != Kind::refused)
    return fmt::format("{}: {}", advice_for(failure.kind).error, printable(failure.detail));
  const Told told = told_by(failure);
  std::string line = fmt::format("{}: {}", bare_name(failure.error), printable(told.cause));
  for (const std::string& further : told.further) line += "; " + further;
  return line + "; next: " + std::string(told.advice.next_step);
}

ExitCode refuse(const Context& context, const Advice& advice) {
  return tell(context, {advice.error, std::string(advice.cause)}, advice);
}

}  // namespace wardend::wardctl
