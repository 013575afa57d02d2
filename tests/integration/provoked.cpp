#include "tests/integration/provoked.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <iterator>
#include <regex>
#include <thread>

#include "tests/integration/second_app.hpp"

namespace wardend::test {

Refusal Errors::call(const std::string& method, const json& parameters) {
  auto client = method.starts_with("Control.") ? site.control() : site.broker();
  const auto reply = client.call("org.wardend." + method, parameters);
  if (reply) return {.error = "granted", .members = *reply};
  const std::string& name = reply.error().error;
  return {.error = name.starts_with("org.wardend.") ? name.substr(12) : name,
          .members = json::parse(reply.error().parameters_json, nullptr, false)};
}

Refusal Errors::call_as_nobody(const std::string& method, const json& parameters) {
  Refusal refusal;
  std::thread([&] {
    // The system call changes this thread alone; the C library's function would change all of them.
    if (::syscall(SYS_setresuid, 65534, 65534, 65534) == 0) refusal = call(method, parameters);
  }).join();
  return refusal;
}

std::string Errors::launch(const json& parameters) {
  const Begun begun = begin(parameters);
  EXPECT_EQ(browser.open(begun.address).status, 200);
  return ask(broker(), "Broker.AwaitLaunch", {{"launch_id", begun.id}}).value("/session/id"_json_pointer, "");
}

Refusal Errors::failed_launch() {
  const Begun begun = begin();
  (void)browser.open(begun.address);
  return call("Broker.AwaitLaunch", {{"launch_id", begun.id}});
}

std::map<std::string, std::set<std::string>> Errors::declared(const std::string& interface) {
  auto client = interface == "Broker" ? site.broker() : site.control();
  const auto described =
      client.call("org.varlink.service.GetInterfaceDescription", {{"interface", "org.wardend." + interface}});
  const std::string text = described ? described->value("description", "") : "";
  const std::regex declaration(R"(\nerror (\w+) \(([^)]*)\))");
  const std::regex member(R"((\w+):)");
  std::map<std::string, std::set<std::string>> errors;
  for (std::sregex_iterator found(text.begin(), text.end(), declaration), end; found != end; ++found) {
    auto& members = errors[interface + "." + (*found)[1].str()];
    const std::string list = (*found)[2];
    for (std::sregex_iterator of(list.begin(), list.end(), member); of != end; ++of) members.insert((*of)[1]);
  }
  return errors;
}

namespace {

bool a_sentence(const json& value) { return value.is_string() && value.get<std::string>().contains(' '); }

bool now(const json& value) { return std::abs(std::time(nullptr) - value.get<std::int64_t>()) <= 20; }

void expect_reason(Errors& /*test*/, const json& members) { EXPECT_TRUE(a_sentence(members.at("reason"))) << members; }
// A token of 300 s is not good for 299 any more.
Refusal force_refresh(Errors& test) {
  std::this_thread::sleep_for(2s);
  return test.call("Broker.GetToken", {{"session", test.id}, {"min_validity", 299}});
}
Refusal provoke_reauthentication(Errors& test) {
  test.start();
  test.id = test.launch();
  test.ehr.fault({{"at", "token"}, {"kind", "status"}, {"status", 400}, {"oauth_error", "invalid_grant"}});
  return force_refresh(test);
}
Refusal provoke_unavailable(Errors& test) {
  test.start();
  test.id = test.launch();
  test.ehr.fault({{"at", "token"}, {"kind", "status"}, {"status", 503}, {"retry_after", "60"}});
  test.ehr.fault({{"at", "discovery"}, {"kind", "status"}, {"status", 503}});
  test.ehr.fault({{"at", "metadata"}, {"kind", "status"}, {"status", 503}});
  EXPECT_TRUE(eventually([&] { return test.call("Broker.GetHealth").members.at("servers")[0].at("state") == "down"; }));
  (void)force_refresh(test);  // begins a refresh, whose answer says when to come again
  return force_refresh(test);
}
Refusal provoke_rate_limit(Errors& test) {
  test.start();
  test.id = test.launch();
  (void)force_refresh(test);
  return force_refresh(test);
}

const std::vector<Provoked> rows = {
    {"Broker.UnknownApp", [](Errors& test) { return test.start(), test.call("Broker.BeginLaunch", {{"app", "nope"}}); },
     expect_reason},
    {"Broker.NotAuthorized",
     [](Errors& test) {
       test.start({.peer = "user = \"nobody\""});
       return test.call("Broker.ListSessions");
     },
     [](Errors&, const json& members) { EXPECT_TRUE(members.at("reason").get<std::string>().contains("peer")); }},
    {"Broker.InvalidRequest",
     [](Errors& test) {
       test.start();
       return test.call("Broker.GetToken", {{"session", test.launch()}, {"min_validity", -1}});
     },
     [](Errors& test, const json& members) {
       EXPECT_EQ(members.at("field"), "min_validity");
       expect_reason(test, members);
     }},
    {"Broker.UnknownServer",
     [](Errors& test) { return test.start(), test.call("Broker.BeginLaunch", {{"server", "nope"}}); },
     [](Errors& test, const json& members) {
       EXPECT_EQ(members.at("server"), "nope");
       expect_reason(test, members);
     }},
    {"Broker.UnknownSession",
     [](Errors& test) {
       test.start();
       return test.call("Broker.GetToken", {{"session", "nope"}});
     },
     expect_reason},
    {"Broker.AmbiguousSession",
     [](Errors& test) {
       test.start({.more = second_app(test.site, "ehr", "root")});
       test.id = test.launch({{"app", "vitals"}});
       (void)test.launch({{"app", "labs"}});
       return test.call("Broker.GetToken");
     },
     [](Errors& test, const json& members) {
       const auto& sessions = members.at("sessions");
       EXPECT_TRUE(sessions.size() == 2 && std::count(sessions.begin(), sessions.end(), json(test.id)) == 1) << members;
     }},
    {"Broker.SessionCleared",
     [](Errors& test) {
       test.start();
       test.id = test.launch();
       (void)test.call("Broker.EndSession", {{"session", test.id}});
       return test.call("Broker.GetSession", {{"session", test.id}});
     },
     [](Errors&, const json& members) {
       EXPECT_EQ(members.at("reason"), "ended_by_app");
       EXPECT_TRUE(now(members.at("at"))) << members;
     }},
    {"Broker.ReauthenticationRequired", provoke_reauthentication,
     [](Errors& test, const json& members) {
       EXPECT_EQ(members.at("session"), test.id);
       EXPECT_EQ(members.at("reason"), "invalid_grant");
       EXPECT_EQ(members.at("context"),
                 test.call("Broker.GetSession", {{"session", test.id}}).members.at("session").at("context"));
       EXPECT_FALSE(members.at("context").value("patient", "").empty());
     }},
    {"Broker.LaunchFailed",
     [](Errors& test) {
       test.start();
       test.ehr.fault({{"at", "token"}, {"kind", "status"}, {"status", 400}, {"oauth_error", "invalid_grant"}});
       return test.failed_launch();
     },
     [](Errors&, const json& members) {
       EXPECT_EQ(members.at("stage"), "token");
       EXPECT_EQ(members.at("code"), "invalid_grant");
       EXPECT_TRUE(a_sentence(members.at("description")));
     }},
    {"Broker.LaunchExpired",
     [](Errors& test) {
       test.start();
       return test.call("Broker.AwaitLaunch", {{"launch_id", "nope"}});
     },
     expect_reason},
    {"Broker.PatientContextMissing",
     [](Errors& test) {
       test.start({.patient_context = "optional"});
       test.ehr.fault({{"at", "token"}, {"kind", "no_patient"}});
       test.id = test.launch();
       return test.call("Broker.GetToken", {{"session", test.id}, {"patient", "p"}});
     },
     [](Errors& test, const json& members) {
       EXPECT_EQ(members.at("session"), test.id);
       expect_reason(test, members);
     }},
    {"Broker.PatientMismatch",
     [](Errors& test) {
       test.start();
       test.id = test.launch();
       return test.call("Broker.GetToken", {{"session", test.id}, {"patient", "somebody-else"}});
     },
     [](Errors& test, const json& members) {
       EXPECT_EQ(members.at("session"), test.id);
       EXPECT_EQ(members.at("requested"), "somebody-else");
     }},
    {"Broker.ScopeNotGranted",
     [](Errors& test) {
       test.start({.app = "on_scope_shortfall = \"refuse\""});
       test.ehr.fault({{"at", "token"}, {"kind", "fewer_scopes"}, {"fields", {"patient/Observation.rs"}}});
       return test.failed_launch();
     },
     [](Errors& test, const json& members) {
       EXPECT_EQ(members.at("missing"), json::array({"patient/Observation.rs"}));
       expect_reason(test, members);
     }},
    {"Broker.ServerUnavailable", provoke_unavailable,
     [](Errors& test, const json& members) {
       EXPECT_EQ(members.at("server"), "ehr");
       EXPECT_TRUE(now(members.at("since"))) << members;
       EXPECT_TRUE(members.at("retry_after") > 40 && members.at("retry_after") <= 60) << members;
       EXPECT_EQ(members.at("advice"), Settings{}.advice);
       expect_reason(test, members);
     }},
    {"Broker.AppDisabled",
     [](Errors& test) {
       test.start({.app = "enabled = false"});
       return test.call("Broker.BeginLaunch");
     },
     [](Errors& test, const json& members) {
       EXPECT_EQ(members.at("advice"), Settings{}.advice);
       expect_reason(test, members);
     }},
    {"Broker.WorkstationLocked",
     [](Errors& test) {
       test.start();
       (void)test.launch();
       (void)test.call("Control.ReportLock", {{"reason", "ehr_lock"}, {"target", json::object()}});
       return test.call("Broker.GetToken");
     },
     expect_reason},
    {"Broker.RateLimited", provoke_rate_limit,
     [](Errors& test, const json& members) {
       EXPECT_GT(members.at("retry_after_ms"), 30'000);
       EXPECT_LE(members.at("retry_after_ms"), 60'000);
       expect_reason(test, members);
     }},
    {"Broker.TooLarge",
     [](Errors& test) {
       test.start();
       return test.call("Broker.ParkWork",
                        {{"session", test.launch()}, {"label", "note"}, {"data", std::string(65'537, 'x')}});
     },
     [](Errors& test, const json& members) {
       EXPECT_EQ(members.at("limit"), 65'536);
       expect_reason(test, members);
     }},
    {"Control.NotAuthorized",
     [](Errors& test) {
       test.start();
       return test.call_as_nobody("Control.Reload");
     },
     [](Errors&, const json& members) { EXPECT_EQ(members.at("role"), "operator"); }},
    {"Control.UnknownApp",
     [](Errors& test) { return test.start(), test.call("Control.VerifyApp", {{"app", "nope"}, {"server", "ehr"}}); },
     [](Errors&, const json& members) { EXPECT_TRUE(members.empty()); }},
    {"Control.UnknownServer",
     [](Errors& test) {
       return test.start(), test.call("Control.AcceptServer", {{"server", "nope"}, {"reason", "test"}});
     },
     [](Errors&, const json& members) { EXPECT_EQ(members.at("server"), "nope"); }},
    {"Control.InvalidTarget",
     [](Errors& test) {
       test.start();
       return test.call("Control.ClearSessions", {{"reason", "test"}, {"target", {{"app", "nope"}}}});
     },
     expect_reason},
    {"Control.ConfigInvalid",
     [](Errors& test) {
       test.start();
       test.site.write_config({.fhir_base = test.ehr.fhir_base(), .server = "nonsense = 1"});
       return test.call("Control.Reload");
     },
     [](Errors&, const json& members) {
       ASSERT_EQ(members.at("findings").size(), 1U);
       EXPECT_TRUE(members.at("findings")[0].get<std::string>().contains("wardend.toml:")) << members;
     }},
    {"Control.NotSupported",
     [](Errors& test) {
       test.start();
       return test.call("Control.ClearSessions", {{"target", json::object()}, {"reason", std::string(300'000, 'x')}});
     },
     [](Errors&, const json& members) {
       EXPECT_TRUE(members.at("what").get<std::string>().contains("larger than 262144 bytes")) << members;
     }},
};

}  // namespace

const std::vector<Provoked>& provoked_calls() { return rows; }

}  // namespace wardend::test
