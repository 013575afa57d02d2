#include "tests/sandbox/token_response.hpp"

#include <nlohmann/json.hpp>
#include <utility>

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

// Not by way of the JSON reader, whose limits such an answer is there to go beyond.
std::string with_images(std::string object, std::int64_t count) {
  object.back() = ',';
  object += R"("fhirContext":[)";
  for (std::int64_t i = 0; i < count; ++i)
    object += std::string(i == 0 ? "" : ",") + R"({"reference":"ImagingStudy/)" + std::to_string(i) + "\"}";
  return object + "]}";
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
  if (occasion != Occasion::exchange) text = with_members(text, settings.refresh_members);
  return settings.images_in_context == 0 ? text : with_images(std::move(text), settings.images_in_context);
}

}  // namespace wardend::sandbox
