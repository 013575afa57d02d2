#include "tests/sandbox/token_response.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "tests/sandbox/form.hpp"
#include "tests/sandbox/id_token.hpp"
#include "tests/sandbox/shaping.hpp"

namespace wardend::sandbox {
namespace {

std::string echoed(const std::string& scope, const Settings& settings) {
  if (settings.echo_refresh_scope) return scope;
  std::vector<std::string> kept = words(scope);
  std::erase_if(kept, [](const std::string& word) { return word == "offline_access" || word == "online_access"; });
  return join_words(kept);
}

}  // namespace

std::string token_response(const Settings& settings, const SigningKeys& keys, const Issued& issued, Occasion occasion,
                           const Struck& struck, WallTime now) {
  nlohmann::json reply = {
      {"access_token", issued.access_token}, {"token_type", "Bearer"},
      {"expires_in", issued.life.count()},   {"scope", echoed(issued.scope, settings)},
      {"need_patient_banner", true},         {"smart_style_url", settings.origin + "/ehr/style-v1.json"}};
  if (!issued.refresh_token.empty()) reply["refresh_token"] = issued.refresh_token;
  const Context& context = issued.approval.context;
  const bool tells = occasion == Occasion::exchange || settings.context_on_refresh;
  const bool lost = occasion == Occasion::narrowing && settings.narrowing_loses_patient;
  if (context.patient && tells && !lost) reply["patient"] = *context.patient;
  if (context.encounter && tells) reply["encounter"] = *context.encounter;
  if (struck.by(Kind::wrong_patient)) reply["patient"] = struck.fault->patient.value_or("patient-99");
  if (struck.by(Kind::no_patient)) reply.erase("patient");
  if (has_word(issued.scope, "openid")) {
    const auto flaw = struck.by(Kind::id_token) ? struck.fault->flaw : std::nullopt;
    if (const auto token = make_id_token(settings, keys, issued, flaw, now)) reply["id_token"] = *token;
  }
  std::string text = with_members(dump_json(reply), settings.token_members);
  return occasion == Occasion::exchange ? text : with_members(text, settings.refresh_members);
}

}  // namespace wardend::sandbox
