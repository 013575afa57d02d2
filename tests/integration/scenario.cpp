#include "tests/integration/scenario.hpp"

#include <algorithm>
#include <sstream>

#include "base/encoding.hpp"

namespace wardend::test {

std::map<std::string, std::string> query_of(const std::string& address) {
  std::map<std::string, std::string> query;
  const auto fields = parse_form(address.substr(address.find('?') + 1));
  if (!fields) return query;
  for (const auto& [name, value] : *fields) EXPECT_TRUE(query.emplace(name, value).second) << name << " stands twice";
  return query;
}

void Scenario::start(Settings settings) {
  if (settings.fhir_base.empty()) settings.fhir_base = ehr.fhir_base();
  broker_.reset();
  site.start(settings);
}

client::Client& Scenario::broker() {
  if (!broker_) broker_.emplace(site.broker());
  return *broker_;
}

std::string Scenario::launch_error(const std::vector<std::string>& arguments) const {
  const auto begun = std::chrono::steady_clock::now();
  const Finished launched = site.launch(arguments);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s);
  EXPECT_EQ(launched.exit_code, 1) << launched.out;
  return launched.out;
}

Scenario::Begun Scenario::begin(const json& parameters) {
  const json begun = ask(broker(), "Broker.BeginLaunch", parameters);
  if (!begun.is_object()) return {};
  const auto address = begun.at("authorization_url").get<std::string>();
  const bool through_loopback = address.starts_with(site.loopback());
  std::string ehrs = through_loopback ? browser.step(address).address : address;
  auto query = query_of(ehrs);
  return {begun.value("launch_id", ""), std::move(ehrs), std::move(query)};
}

Page Scenario::click(const std::string& context) const {
  return browser.open(ehr.address() + "/ehr/launch?app_url=" + site.loopback() + "/launch/vitals&" + context);
}

std::string Scenario::answer(const json& parameters) {
  const auto begun = std::chrono::steady_clock::now();
  const auto answered = broker().call("org.wardend.Broker.GetToken", parameters);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s);
  reply = answered ? *answered : json::parse(answered.error().parameters_json, nullptr, false);
  return answered ? "token" : answered.error().error.substr(answered.error().error.rfind('.') + 1);
}

json Scenario::session(const std::string& id) {
  const json got = ask(broker(), "Broker.GetSession", {{"session", id}});
  return got.is_object() ? got.at("session") : json::object();
}

std::string Scenario::state(const std::string& id) { return session(id).value("state", ""); }

bool Scenario::refreshed(int times, std::chrono::milliseconds patience) const {
  return eventually([&] { return ehr.stats().value("refreshes", 0) >= times; }, patience);
}

bool Scenario::logged(const std::vector<std::string>& words) {
  std::istringstream lines(site.wardend().output());
  for (std::string line; std::getline(lines, line);)
    if (std::ranges::all_of(words, [&](const std::string& word) { return line.contains(word); })) return true;
  return false;
}

}  // namespace wardend::test
