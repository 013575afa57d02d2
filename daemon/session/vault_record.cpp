#include "daemon/session/vault_record.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/record_members.hpp"
#include "base/vault.hpp"

namespace wardend::session {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<std::string_view, oauth::ClientAuth>, 4> methods = {
    {{"none", oauth::ClientAuth::none},
     {"client_secret_basic", oauth::ClientAuth::client_secret_basic},
     {"client_secret_post", oauth::ClientAuth::client_secret_post},
     {"private_key_jwt", oauth::ClientAuth::private_key_jwt}}};

json context_of(const smart::LaunchContext& context) {
  json object = {{"fhir_context", context.fhir_context}, {"need_patient_banner", context.need_patient_banner}};
  const auto add = [&](const char* name, const std::optional<std::string>& value) {
    if (value) object[name] = *value;
  };
  add("patient", context.patient);
  add("encounter", context.encounter);
  add("intent", context.intent);
  add("smart_style_url", context.smart_style_url);
  add("tenant", context.tenant);
  return object;
}

smart::LaunchContext context_from(const Members& members) {
  smart::LaunchContext context;
  members.text("patient", context.patient);
  members.text("encounter", context.encounter);
  members.text("intent", context.intent);
  members.text("smart_style_url", context.smart_style_url);
  members.text("tenant", context.tenant);
  members.texts("fhir_context", context.fhir_context);
  members.flag("need_patient_banner", context.need_patient_banner);
  return context;
}

json record_of(const server::Client& client) {
  std::string_view method;
  for (const auto& [word, value] : methods)
    if (value == client.identity.method) method = word;
  return {{"method", method},
          {"client_id", client.identity.client_id},
          {"raw_basic", client.identity.basic_encoding == oauth::BasicEncoding::raw},
          {"credential", client.credential}};
}

server::Client client_from(const Members& members) {
  server::Client client;
  std::string method;
  bool raw = false;
  members.text("method", method);
  members.text("client_id", client.identity.client_id);
  members.flag("raw_basic", raw);
  members.text("credential", client.credential);
  for (const auto& [word, value] : methods)
    if (word == method) client.identity.method = value;
  client.identity.basic_encoding = raw ? oauth::BasicEncoding::raw : oauth::BasicEncoding::form;
  return client;
}

json tokens_of(const Tokens& tokens) {
  return {{"access", tokens.access.reveal()},
          {"refresh", tokens.refresh.reveal()},
          {"obtained_at", number(tokens.obtained_at)},
          {"expires_at", number(tokens.expires_at)},
          {"generation", tokens.generation}};
}

Tokens tokens_from(const Members& members) {
  Tokens tokens;
  members.secret("access", tokens.access);
  members.secret("refresh", tokens.refresh);
  members.time("obtained_at", tokens.obtained_at);
  members.time("expires_at", tokens.expires_at);
  members.whole("generation", tokens.generation);
  return tokens;
}

// nullopt: a state that a record cannot have.
std::optional<StateData> state_from(const Members& members, std::string reason) {
  std::string state;
  members.text("state", state);
  if (state == name_of(State::reauthentication_required)) return Reauthentication{std::move(reason)};
  const auto tokens = members.object("tokens");
  if (!tokens) return std::nullopt;
  if (state == name_of(State::active)) return Active{tokens_from(*tokens)};
  if (state == name_of(State::refreshing)) return Refreshing{tokens_from(*tokens)};
  if (state == name_of(State::expired)) return Expired{tokens_from(*tokens)};
  return std::nullopt;
}

// Of the plan only what a new process cannot know: the times follow from the tokens.
RefreshPlan plan_from(const Members& members) {
  RefreshPlan plan;
  bool unanswered = false;
  Duration::rep longest_life = 0;
  BootTime refreshed_at{};
  members.whole("failures", plan.failures);
  members.flag("unanswered", unanswered);
  members.text("last_failure", plan.last_failure);
  members.whole("longest_life", longest_life);
  members.time("last_refresh", refreshed_at);
  plan.longest_life = Duration(longest_life);
  if (refreshed_at != BootTime{}) plan.refreshed_at = refreshed_at;
  plan.phase = plan.failures > 0 ? RefreshPlan::Phase::failing : RefreshPlan::Phase::fresh;
  if (unanswered) plan.phase = RefreshPlan::Phase::unanswered;
  return plan;
}

}  // namespace

Secret to_record(const Session& session) {
  const RefreshPlan& plan = session.plan();
  json record = {{"id", session.id},
                 {"app", session.app},
                 {"server", session.server},
                 {"login_session", session.login_session},
                 {"epoch", session.epoch},
                 {"uid", session.uid},
                 {"launcher_pid", session.launcher.pid},
                 {"launcher_start", session.launcher.birth},
                 {"fhir_user", session.user.fhir_user},
                 {"subject", session.user.subject},
                 {"issuer", session.user.issuer},
                 {"context", context_of(session.context)},
                 {"granted", session.granted.list()},
                 {"missing", session.missing},
                 {"client", record_of(session.client)},
                 {"terms", session.terms},
                 {"started_at", number(session.started_at)},
                 {"started_boot", number(session.started_boot)},
                 {"last_used", number(session.last_used)},
                 {"tokens_given", session.tokens_given},
                 {"accesses_recorded", session.accesses_recorded},
                 {"state", name_of(session.state())},
                 {"failures", plan.failures},
                 {"unanswered", plan.phase == RefreshPlan::Phase::unanswered},
                 {"last_failure", plan.last_failure},
                 {"longest_life", plan.longest_life.count()}};
  if (plan.refreshed_at) record["last_refresh"] = number(*plan.refreshed_at);
  if (const Tokens* tokens = session.tokens()) record["tokens"] = tokens_of(*tokens);
  if (session.hub) record["hub"] = {{"url", session.hub->url}, {"topic", session.hub->topic.reveal()}};
  return sealed(record);
}

std::unique_ptr<Session> session_from(std::string_view record) {
  const auto parsed = parse_json(record, Vault::max_record);
  if (!parsed || !parsed->is_object()) return nullptr;
  const Members members(*parsed);
  RefreshPlan plan = plan_from(members);
  auto state = state_from(members, plan.last_failure);
  if (!state) return nullptr;
  auto session = std::make_unique<Session>(std::move(*state));
  session->set_plan(std::move(plan));
  members.text("id", session->id);
  members.text("app", session->app);
  members.text("server", session->server);
  members.text("login_session", session->login_session);
  members.whole("epoch", session->epoch);
  members.whole("uid", session->uid);
  members.whole("launcher_pid", session->launcher.pid);
  members.text("launcher_start", session->launcher.birth);
  members.text("fhir_user", session->user.fhir_user);
  members.text("subject", session->user.subject);
  members.text("issuer", session->user.issuer);
  if (const auto context = members.object("context")) session->context = context_from(*context);
  std::vector<std::string> granted;
  members.texts("granted", granted);
  session->granted = smart::ScopeSet(std::move(granted));
  members.texts("missing", session->missing);
  if (const auto client = members.object("client")) session->client = client_from(*client);
  members.text("terms", session->terms);
  members.time("started_at", session->started_at);
  members.time("started_boot", session->started_boot);
  members.time("last_used", session->last_used);
  members.whole("tokens_given", session->tokens_given);
  members.whole("accesses_recorded", session->accesses_recorded);
  if (const auto hub = members.object("hub")) {
    hub->text("url", session->hub.emplace().url);
    hub->secret("topic", session->hub->topic);
  }
  const bool named = !session->id.empty() && !session->login_session.empty() && session->epoch != 0;
  return named ? std::move(session) : nullptr;
}

}  // namespace wardend::session
