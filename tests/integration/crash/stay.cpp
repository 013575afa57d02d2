#include "tests/integration/crash/stay.hpp"

#include <algorithm>
#include <fstream>

namespace wardend::test {

using nlohmann::json;

Stay::Stay(const std::string& lock_grace, int token_life) : ehr(site, token_life), points_(site.folder() / "points") {
  site.write_config({.fhir_base = ehr.fhir_base(), .broker = "lock_grace = \"" + lock_grace + "\""});
}

Stay::~Stay() {
  if (::testing::Test::HasFailure()) std::fputs(("wardend's log:\n" + service.log()).c_str(), stderr);
}

bool Stay::start(const std::vector<std::string>& environment) {
  passed_before_ = passed();
  std::filesystem::remove(points_);
  std::vector<std::string> all = environment;
  all.push_back("WARDEND_POINTS=" + points_.string());
  return service.start(all);
}

bool Stay::ended(const std::string& otherwise) {
  const bool ended = service.await_end(5s) != -1;
  EXPECT_TRUE(ended) << "the service lives, and the step failed: " << otherwise;
  return ended;
}

bool Stay::launch() {
  step_ = Step::launching;
  const Finished launched = site.launch({"--json"});
  if (launched.exit_code != 0) return !ended(launched.out);
  const json reply = json::parse(launched.out.substr(launched.out.find('{')), nullptr, false);
  Held now{.id = reply.value("/session/id"_json_pointer, ""), .token = {}};
  const auto given = token(now.id);
  if (!given) return !ended(refusal_);  // whoever launched was told, and has no token yet
  now.token = *given;
  held_.push_back(std::move(now));
  step_ = Step::none;
  return true;
}

bool Stay::refresh() {
  step_ = Step::refreshing;
  ehr.set("config", {{"token_life", refreshed_life}});
  refreshes_before_ = refresh_requests();
  if (!await_ageing(held_.front().id, held_.front().life)) return !ended(refusal_);
  const auto given = token(held_.front().id, refreshing_validity(held_.front().life));
  if (!given) return !ended(refusal_);
  EXPECT_NE(*given, held_.front().token);
  held_.front().token = *given;
  held_.front().life = refreshed_life;
  step_ = Step::none;
  return true;
}

bool Stay::lock() {
  step_ = Step::locking;
  const Finished locked = site.wardctl({"lock", "--user", "root", "--reason", "ehr_lock"});
  if (locked.exit_code != 0) return !ended(locked.err);
  step_ = Step::locked;
  return true;
}

bool Stay::play(const std::vector<std::string>& environment) {
  return start(environment) && launch() && launch() && refresh() && lock();
}

std::optional<json> Stay::call(const std::string& method, const json& parameters) {
  auto client = client::Client::connect(site.folder() / "broker.sock");
  refusal_ = "no connection";
  if (!client) return std::nullopt;
  auto reply = client->call("org.wardend.Broker." + method, parameters);
  if (reply) return std::move(*reply);
  const std::string& error = reply.error().error;
  refusal_ = error.substr(error.rfind('.') + 1) + reply.error().detail;
  return std::nullopt;
}

std::optional<std::string> Stay::token(const std::string& session, std::optional<int> min_validity) {
  json parameters = {{"session", session}};
  if (min_validity) parameters["min_validity"] = *min_validity;
  const auto reply = call("GetToken", parameters);
  if (!reply) return std::nullopt;
  return reply->value("access_token", "");
}

bool Stay::await_ageing(const std::string& session, int life) {
  bool there = true;
  EXPECT_TRUE(eventually([&] {
    const auto reply = call("GetToken", {{"session", session}});
    there = reply.has_value();
    return !there || reply->value("expires_in", life) < refreshing_validity(life);
  })) << "the token does not age";
  return there;
}

bool Stay::honoured(const std::string& token) const {
  return request(ehr.fhir_base() + "/Observation?patient=patient-1", {}, {"Authorization: Bearer " + token}).status ==
         200;
}

int Stay::refresh_requests() const { return ehr.stats().value("/token_requests/refresh_token"_json_pointer, 0); }

int Stay::revocations() const { return ehr.stats().value("revocations", 0); }

std::vector<std::string> Stay::passed() const {
  std::vector<std::string> points;
  std::ifstream in(points_);
  for (std::string line; std::getline(in, line);)
    if (!line.starts_with("audit.")) points.push_back(line);
  return points;
}

std::size_t Stay::had_passed(const std::string& point) const {
  return static_cast<std::size_t>(std::ranges::count(passed_before_, point));
}

// The late repetition comes 30 s before the end of the token, an ordinary refresh earlier by its jitter.
bool Stay::waits_to_repeat(const std::string& session) const {
  const json status = json::parse(site.wardctl({"--json", "status"}).out, nullptr, false);
  if (!status.is_object()) return false;
  for (const json& row : status.at("sessions"))
    if (row.value("id", "") == session)
      return row.value("next_refresh_at", std::int64_t{0}) >= row.value("expires_at", std::int64_t{0}) - 31;
  return false;
}

// There, with a token that the server takes and a refresh token that it takes. A token of a refresh is renewed by
// itself, that of a launch where it is asked for.
void Stay::expect_whole(Held& of) {
  const auto given = token(of.id);
  ASSERT_TRUE(given.has_value()) << "a session was lost: " << refusal_;
  EXPECT_TRUE(honoured(*given));
  if (*given != of.token) of.life = refreshed_life;
  ehr.set("config", {{"token_life", refreshed_life}});
  std::optional<int> validity;
  if (of.life == launched_life) {
    ASSERT_TRUE(await_ageing(of.id, of.life)) << refusal_;
    validity = refreshing_validity(of.life);
  }
  std::optional<std::string> fresh;
  EXPECT_TRUE(eventually([&] { return (fresh = token(of.id, validity)) != given; })) << "it is not refreshed";
  ASSERT_TRUE(fresh.has_value()) << "the session cannot be refreshed: " << refusal_;
  EXPECT_TRUE(honoured(*fresh));
  EXPECT_EQ(ehr.stats().value("reuses", -1), 0) << "a refresh token was used twice";
  of = {.id = of.id, .token = *fresh, .life = refreshed_life};
}

// There, with the token of before the refresh, and the refresh is not sent again while that one lives.
void Stay::expect_unrepeated(const Held& of) {
  const int requests = refresh_requests();
  const auto given = token(of.id);
  ASSERT_TRUE(given.has_value()) << "a session was lost: " << refusal_;
  EXPECT_TRUE(honoured(*given));
  EXPECT_TRUE(waits_to_repeat(of.id));
  EXPECT_LE(requests, refreshes_before_ + 1);
  EXPECT_EQ(refresh_requests(), requests);
}

void Stay::expect_all_cleared() {
  for (const Held& of : held_) {
    EXPECT_FALSE(token(of.id).has_value()) << "a cleared session is back";
    EXPECT_EQ(refusal_, "WorkstationLocked");
    EXPECT_FALSE(service.vault().contains(of.token)) << "a token of a cleared session is left in the vault";
    EXPECT_FALSE(service.vault().contains(of.id));
  }
  EXPECT_FALSE(call("ListSessions", json::object()).has_value());
}

void Stay::expect_as_promised() {
  if (step_ == Step::locked) return expect_all_cleared();
  if (step_ == Step::locking) {
    // Nobody was told. Either it is whole, or it is as if it had never been asked for, and may be asked for again.
    if (had_passed("clear.login_session_kept") > 0 || !token(held_.front().id)) return expect_all_cleared();
    for (Held& of : held_) expect_whole(of);
    EXPECT_TRUE(lock());
    return expect_all_cleared();
  }
  const auto list = call("ListSessions", json::object());
  ASSERT_TRUE(list.has_value()) << refusal_;
  const std::size_t there = list->at("sessions").size();
  EXPECT_TRUE(there == held_.size() || (step_ == Step::launching && there == held_.size() + 1)) << there;
  EXPECT_GE(there, had_passed("launch.kept"));
  for (Held& of : held_) {
    const bool cut = step_ == Step::refreshing && of.id == held_.front().id && token(of.id) == of.token;
    EXPECT_FALSE(cut && had_passed("refresh.tokens_kept") > 0) << "what was kept is lost";
    // Where it died in the middle of keeping the intent, the plan shows which of the two was kept.
    if (cut && (had_passed("refresh.intent_kept") > 0 || waits_to_repeat(of.id)))
      expect_unrepeated(of);
    else
      expect_whole(of);
  }
  // A launch that nobody was told of may be there, and is whole then.
  for (const json& session : list->at("sessions")) {
    Held unknown{.id = session.value("id", ""), .token = {}};
    if (std::ranges::find(held_, unknown.id, &Held::id) != held_.end()) continue;
    unknown.token = token(unknown.id).value_or("");
    expect_whole(unknown);
  }
}

void Stay::expect_served_or_cleared() {
  if (step_ == Step::locked || (step_ == Step::locking && !token(held_.front().id))) return expect_all_cleared();
  for (const Held& of : held_) {
    const auto given = token(of.id);
    EXPECT_TRUE(given && honoured(*given)) << "a session was lost: " << refusal_;
  }
}

}  // namespace wardend::test
