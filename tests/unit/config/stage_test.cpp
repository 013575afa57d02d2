// The configuration of a rehearsal, and what of the site never stands in it.
#include "config/stage.hpp"

#include "tests/unit/config/site.hpp"

namespace wardend::config {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr const char* main_file = R"([broker]
socket = "/run/wardend/broker.sock"
[audit]
on_failure = "allow"
[[server]]
name = "other"
fhir_base_url = "https://other.example.org/fhir"
[[identifier]]
system = "urn:x"
kind = "opaque"
)";
constexpr const char* drop_in = R"([[server]]
name = "st-elsewhere"
fhir_base_url = "https://ehr.example.org/fhir"
proxy = "http://proxy.example.org:3128"
ehr_unit = "ehr.service"
[server.oauth]
aud = "https://ehr.example.org"
redirect = "relay"
scope_syntax = "v2"
[server.fhircast]
enabled = true
[[app]]
id = "vitals"
name = "Vitals"
servers = ["other", "st-elsewhere"]
client_id = "one"
client_auth = "client_secret_basic"
credential = "secret-file"
enabled = false
on_scope_shortfall = "refuse"
population = "Nurses"
[[app.registration]]
server = "st-elsewhere"
client_id = "two"
[[app.registration]]
server = "other"
client_id = "three"
[[app.peer]]
unit = "vitals.service"
[[app.scope]]
scope = "patient/Observation.rs"
action = "read"
approved_by = "Board"
approved_on = 2026-05-04
[[app.write]]
resource = "Observation"
required = ["status"]
[app.fallback]
advice = "Use paper."
)";

const Stage stage{
    .folder = "/tmp/stage", .fhir_base_url = "http://127.0.0.1:7/fhir", .loopback_port = 8, .user = 42, .group = 43};

std::expected<Staged, std::string> staged(const Cast& cast = {.app = "vitals", .server = "st-elsewhere"}) {
  return set_stage({main_file, drop_in}, cast, stage);
}

TEST(Stage, LeavesTheAppAsItIsWritten) {
  const auto set = staged();
  ASSERT_TRUE(set) << set.error();
  const Site site;
  site.write("wardend.toml", set->text);
  EXPECT_THAT(site.errors(), testing::IsEmpty()) << set->text;
  const auto loaded = site.load();
  ASSERT_TRUE(loaded.config);
  const App& app = *loaded.config->app("vitals");
  EXPECT_EQ(app.on_scope_shortfall, OnScopeShortfall::refuse);
  EXPECT_EQ(app.population, "Nurses");
  EXPECT_EQ(app.advice, "Use paper.");
  ASSERT_EQ(app.scopes.size(), 1U);
  EXPECT_EQ(app.scopes[0].approved_on, "2026-05-04");
  ASSERT_EQ(app.writes.size(), 1U);
  EXPECT_EQ(loaded.config->servers.at(0).oauth.scope_syntax, ScopeSyntax::v2);
  EXPECT_EQ(loaded.config->audit.on_failure, OnFailure::allow);
}

TEST(Stage, ReplacesAllThatWouldReachTheSite) {
  const auto set = staged();
  ASSERT_TRUE(set);
  EXPECT_THAT(set->text,
              Not(testing::AnyOf(HasSubstr("example.org"), HasSubstr("/run/wardend"), HasSubstr("secret-file"),
                                 HasSubstr("ehr.service"), HasSubstr("logind"), HasSubstr("vitals.service"),
                                 HasSubstr("relay"), HasSubstr("fhircast"), HasSubstr("other"))));
  const Site site;
  site.write("wardend.toml", set->text);
  const auto loaded = site.load();
  ASSERT_TRUE(loaded.config);
  const App& app = *loaded.config->app("vitals");
  EXPECT_TRUE(app.enabled);
  ASSERT_EQ(app.peers.size(), 1U);
  EXPECT_EQ(app.peers[0].uid, 42U);
  EXPECT_EQ(app.registration("st-elsewhere")->client_id, "two");
  EXPECT_EQ(app.registration("st-elsewhere")->client_auth, ClientAuth::none);
  EXPECT_EQ(app.registration("st-elsewhere")->redirect_uri, "http://127.0.0.1:8/callback");
  EXPECT_EQ(loaded.config->broker.lock_sources, std::vector<std::string>{"control"});
  EXPECT_EQ(loaded.config->roles.operators.gids, std::vector<gid_t>{43});
  EXPECT_EQ(loaded.config->audit.file, "/tmp/stage/audit.jsonl");
  for (const char* told :
       {"its credential was not read", "switched off", "[[app.peer]]", "no hub", "proxy", "[[identifier]]"})
    EXPECT_THAT(set->replaced, Contains(HasSubstr(told)));
}

TEST(Stage, RefusesWhatIsNotInTheFiles) {
  EXPECT_EQ(staged({.app = "vitlas", .server = "st-elsewhere"}).error(), "the configuration has no app vitlas");
  EXPECT_EQ(staged({.app = "vitals", .server = "nowhere"}).error(), "the configuration has no server nowhere");
  EXPECT_THAT(set_stage({"[[server]]\nname=\"s\"\n[[app]]\nid=\"a\"\nservers=[\"t\"]\n"}, {"a", "s"}, stage).error(),
              HasSubstr("none of the servers"));
  EXPECT_THAT(set_stage({"["}, {"a", "s"}, stage).error(), HasSubstr("not TOML"));
}

}  // namespace
}  // namespace wardend::config
