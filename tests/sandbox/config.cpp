#include "tests/sandbox/config.hpp"

#include <nlohmann/json.hpp>
#include <vector>

#include "base/json.hpp"
#include "tests/sandbox/members.hpp"

namespace wardend::sandbox {
namespace {

using nlohmann::json;

template <typename T>
struct Setting {
  const char* name;
  T Settings::* member;
};

constexpr Setting<bool> flags[] = {{"response_iss", &Settings::response_iss},
                                   {"wildcards", &Settings::wildcards},
                                   {"post_loses_state", &Settings::post_loses_state},
                                   {"minds_launch", &Settings::minds_launch},
                                   {"minds_prompt", &Settings::minds_prompt},
                                   {"whole_seconds", &Settings::whole_seconds},
                                   {"bad_requests_stay", &Settings::bad_requests_stay},
                                   {"rotation", &Settings::rotation},
                                   {"spends", &Settings::spends},
                                   {"resends", &Settings::resends},
                                   {"repeats_access_token", &Settings::repeats_access_token},
                                   {"refresh_from_code", &Settings::refresh_from_code},
                                   {"public_refresh", &Settings::public_refresh},
                                   {"echo_refresh_scope", &Settings::echo_refresh_scope},
                                   {"context_on_refresh", &Settings::context_on_refresh},
                                   {"refresh_names_scopes", &Settings::refresh_names_scopes},
                                   {"narrowing_loses_patient", &Settings::narrowing_loses_patient},
                                   {"revokes_access_tokens", &Settings::revokes_access_tokens},
                                   {"revokes_spent_tokens", &Settings::revokes_spent_tokens},
                                   {"nonce", &Settings::nonce},
                                   {"at_hash", &Settings::at_hash},
                                   {"well_known", &Settings::well_known},
                                   {"oauth_uris", &Settings::oauth_uris}};
constexpr Setting<std::string> texts[] = {
    {"aud", &Settings::aud}, {"error_uri", &Settings::error_uri}, {"foreign_base", &Settings::foreign_base}};
constexpr Setting<std::string> ids[] = {{"patient", &Settings::patient},
                                        {"user", &Settings::user},
                                        {"encounter", &Settings::encounter},
                                        {"signs_in", &Settings::signs_in}};
constexpr Setting<std::string> objects[] = {{"token_members", &Settings::token_members},
                                            {"refresh_members", &Settings::refresh_members}};

constexpr std::int64_t year = 365 * 86400;
struct Span {
  const char* name;
  std::chrono::seconds Settings::* member;
  std::int64_t least;
};
constexpr Span spans[] = {{"token_life", &Settings::token_life, 1},
                          {"refresh_lifetime", &Settings::refresh_lifetime, 0},
                          {"refresh_interval", &Settings::refresh_interval, 0},
                          {"code_life", &Settings::code_life, 1},
                          {"id_token_life", &Settings::id_token_life, 1}};
struct Number {
  const char* name;
  std::int64_t Settings::* member;
  std::int64_t least;
  std::int64_t most;
};
constexpr Number numbers[] = {{"longest_url", &Settings::longest_url, 0, 65536},
                              {"code_padding", &Settings::code_padding, 0, 65536},
                              {"auth_time", &Settings::auth_time, 0, 253402300799},
                              {"clock_offset", &Settings::clock_offset, -year, year}};

// `values` in the order of the enumerators.
template <typename T>
struct Choice {
  const char* name;
  T Settings::* member;
  std::vector<const char*> values;
};
template <typename Visit>
void each_choice(Visit visit) {
  visit(Choice<Algorithm>{"signing_algorithm", &Settings::signing_algorithm, {"RS256", "RS384", "ES384"}});
  visit(Choice<FhirUser>{
      "fhir_user", &Settings::fhir_user, {"absolute", "relative", "person", "foreign", "absent", "profile"}});
  visit(Choice<ScopeSyntax>{"scope_syntax", &Settings::scope_syntax, {"any", "v1", "v2"}});
  visit(Choice<ErrorStyle>{"error_style", &Settings::error_style, {"rfc", "inferno", "launcher"}});
  visit(Choice<InfernoClient>{
      "inferno_client", &Settings::inferno_client, {"none", "public", "symmetric", "asymmetric"}});
}

// Spec: FHIR R4, datatypes, id
bool is_id(const std::string& value) {
  constexpr const char* alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.";
  return !value.empty() && value.size() <= 64 && value.find_first_not_of(alphabet) == std::string::npos;
}

void read_ids(Members& members, Settings& into) {
  for (const auto& [name, member] : ids) {
    const auto value = members.text(name);
    if (!value) continue;
    const bool nobody = value->empty() && member == &Settings::signs_in;
    if (!is_id(*value) && !nobody) members.complain(name, "not a FHIR id");
    into.*member = *value;
  }
}

void read(Members& members, Settings& into) {
  for (const auto& [name, member] : flags) into.*member = members.boolean(name).value_or(into.*member);
  for (const auto& [name, member] : texts) into.*member = members.text(name).value_or(into.*member);
  for (const auto& [name, member] : objects) into.*member = members.object(name).value_or(into.*member);
  read_ids(members, into);
  for (const auto& [name, member, least] : spans)
    if (const auto value = members.integer(name, least, year)) into.*member = std::chrono::seconds(*value);
  for (const auto& [name, member, least, most] : numbers)
    into.*member = members.integer(name, least, most).value_or(into.*member);
  each_choice([&]<typename T>(const Choice<T>& choice) {
    if (const auto index = members.choice(choice.name, choice.values)) into.*choice.member = static_cast<T>(*index);
  });
}

}  // namespace

std::expected<Settings, std::string> changed_by(const Settings& settings, std::string_view text) {
  auto members = Members::parse(text);
  if (!members) return std::unexpected(members.error());
  Settings changed = settings;
  read(*members, changed);
  if (const auto problem = members->problem()) return std::unexpected(*problem);
  return changed;
}

std::string config_json(const Settings& settings) {
  json all;
  for (const auto& [name, member] : flags) all[name] = settings.*member;
  for (const auto& [name, member] : texts) all[name] = settings.*member;
  for (const auto& [name, member] : ids) all[name] = settings.*member;
  for (const auto& [name, member] : objects) {
    auto object = parse_json(settings.*member, 64 * 1024);
    all[name] = object ? std::move(*object) : json::object();
  }
  for (const auto& [name, member, least] : spans) all[name] = (settings.*member).count();
  for (const auto& [name, member, least, most] : numbers) all[name] = settings.*member;
  each_choice(
      [&](const auto& choice) { all[choice.name] = choice.values[static_cast<std::size_t>(settings.*choice.member)]; });
  return dump_json(all);
}

}  // namespace wardend::sandbox
