#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/config/site.hpp"

namespace wardend::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

// An absolute path of so many bytes.
std::string long_path(std::size_t size) { return "/" + std::string(size - 1, 'x'); }

TEST(ServiceSections, KeepANumberOrDurationWithinItsBounds) {
  for (const Bounds& row : {
           Bounds{"[broker]", "loopback_port", {"0", "65535", "0x2214"}, {"-1", "65536", "1.0", "\"1\"", "true"}},
           Bounds{"[broker]", "max_connections_per_user", {"1", "4096"}, {"0", "4097", "-1"}},
           Bounds{"[broker]", "max_connections", {"64", "65536"}, {"0", "65537", "9223372036854775807"}},
           Bounds{"[broker]",
                  "lock_grace",
                  {"\"0s\"", "\"500ms\"", "\"60s\"", "\"1m\""},
                  {"\"61s\"", "\"-1s\"", "2", "\"2\""}},
       })
    expect_bounds(row);
}

TEST(ServiceSections, RefuseAFaultAtItsPlaceWithANextStep) {
  for (const Said& row : {
           Said{"[broker]\nsocket = \"run/broker.sock\"\n", "2:10: socket must be an absolute path"},
           Said{"[broker]\nstate_dir = \"\"\n", "2:13: state_dir must be an absolute path"},
           Said{"[broker]\nsocket = \"/run/wardend/control.sock\"\n", "1:1: socket and control_socket must differ"},
           Said{"[broker]\nlock_socket = \"/run/wardend/broker.sock\"\n", "2:15: lock_socket must differ from socket"},
           Said{"[broker]\nlock_socket = \"lock.sock\"\n", "2:15: lock_socket must be an absolute path"},
           Said{"[broker]\nfhir_socket = \"/run/wardend/lock.sock\"\n", "2:15: fhir_socket must differ from the other"},
           Said{"[broker]\nmetrics_listen = \"9724\"\n", "2:18: metrics_listen must be ADDRESS:PORT"},
           Said{"[broker]\nmetrics_listen = \"127.0.0.1:99999\"\n", "2:18: metrics_listen must be ADDRESS:PORT"},
           Said{"[broker]\nmetrics_listen = \"127.0.0.1:\"\n", "2:18: metrics_listen must be ADDRESS:PORT"},
           Said{"[broker]\nmetrics_listen = \"localhost:9724\"\n", "2:18: metrics_listen must be ADDRESS:PORT with"},
           Said{"[broker]\nmetrics_listen = \"::1:9724\"\n", "2:18: metrics_listen must be ADDRESS:PORT with"},
           Said{"[broker]\nmetrics_listen = \"[::ffff:127.0.0.1]:9724\"\n", "2:18: metrics_listen must be "},
           Said{"[broker]\nmetrics_listen = \"127.0.0.1:+1\"\n", "2:18: metrics_listen must be "},
           Said{"[broker]\nloopback_port = 9724\n", "2:17: metrics_listen and loopback_port have one port"},
           Said{"[broker]\nmetrics_listen = \"127.0.0.1:8724\"\n", "2:18: metrics_listen and loopback_port have one"},
           Said{"[broker]\nmetrics_listen = \"[::1]:8724\"\n", "2:18: metrics_listen and loopback_port have one"},
           Said{"[broker]\nmetrics_listen = \"0.0.0.0:08724\"\n", "2:18: metrics_listen and loopback_port have one"},
           Said{"[broker]\nmetrics_listen = \"[::]:8724\"\n", "2:18: metrics_listen and loopback_port have one"},
           Said{"[broker]\nsocket = \"" + long_path(108) + "\"\n", "2:10: socket must be at most 107 bytes"},
           Said{"[broker]\ncontrol_socket = \"" + long_path(108) + "\"\n", "2:18: control_socket must be at most 107"},
           Said{"[broker]\nlock_socket = \"" + long_path(108) + "\"\n", "2:15: lock_socket must be at most 107"},
           Said{"[broker]\nsocket = \"/run/wardend/\"\n", "2:10: socket is a folder: add the name of the socket"},
           Said{"[broker]\nsocket = \"/run/wardend/..\"\n", "2:10: socket is a folder: add the name of the socket"},
           Said{"[broker]\nsocket = \"/run/a\\u0000b\"\n", "2:10: socket has a character that is in no path"},
           Said{"[broker]\nstate_dir = \"/run/a\\nb\"\n", "2:13: state_dir has a character that is in no path"},
           Said{"[broker]\nsocket = \"/run/./wardend//control.sock\"\n", "1:1: socket and control_socket must differ"},
           Said{"[broker]\nmetrics_textfile = \"metrics.prom\"\n", "2:20: metrics_textfile must be an absolute path"},
           Said{"[broker]\nlock_sources = []\n", "2:16: lock_sources is empty"},
           Said{"[broker]\nlock_sources = \"logind\"\n", "2:16: lock_sources must be a list"},
           Said{"[broker]\nunlock_proves_presence = \"true\"\n", "2:26: unlock_proves_presence must be true or false"},
           Said{"[roles]\nehr = \"wheel\"\n", "2:7: ehr must be a list"},
           Said{"[audit]\nfile = \"audit.jsonl\"\n", "2:8: file must be an absolute path"},
           Said{"[audit]\non_failure = \"ignore\"\n", "2:14: on_failure must be one of \"refuse\", \"allow\""},
           Said{"[audit]\norganization = \"a\\nb\"\n", "2:16: organization"},
           Said{"[audit]\npurpose_of_use = \"treat\"\n", "2:18: purpose_of_use must be one of \"\", \"TREAT\""},
           Said{"[[identifier]]\nkind = \"nhs\"\n", "1:1: [[identifier]] needs system"},
           Said{"[[identifier]]\nsystem = \"urn:x\"\n", "1:1: [[identifier]] needs kind"},
           Said{"[[identifier]]\nsystem = \"urn:x\"\nkind = \"chi\"\n",
                "3:8: kind must be one of \"nhs\", \"nhi\", \"opaque\""},
       })
    expect_error(row.text, row.finding);
}

TEST(ServiceSections, RefuseAnUnknownKeyWithTheNearestKnownOne) {
  for (const Said& row : {
           Said{"[broker]\nloopback_prt = 1\n",
                "2:1: unknown key loopback_prt in [broker]: did you mean loopback_port?"},
           Said{"[broker]\nlock_source = []\n", "2:1: unknown key lock_source in [broker]: did you mean lock_sources?"},
           Said{"[broker]\npassword = \"x\"\n", "2:1: unknown key password in [broker]: take it out"},
           Said{"[roles]\noperators = []\n", "2:1: unknown key operators in [roles]: did you mean operator?"},
           Said{"[audit]\nfiles = \"x\"\n", "2:1: unknown key files in [audit]: did you mean file?"},
       })
    expect_error(row.text, row.finding);
}

TEST(ServiceSections, SayWhatDoesLessThanItSeemsTo) {
  for (const Said& row : {
           Said{least(enough + "[broker]\nmetrics_textfile = \"/run/wardend/metrics.txt\"\n"),
                "note: metrics_textfile does not end in .prom: node_exporter reads no other files"},
           Said{
               least(enough + "[broker]\nmetrics_listen = \"0.0.0.0:9724\"\n"),
               "note: metrics_listen is every address of this machine, and no password is asked: name the one address"},
           Said{least(enough + "[broker]\nmetrics_listen = \"[::]:9724\"\n"), "note: metrics_listen is every address"},
       })
    expect_note(row.text, row.finding);
}

TEST(ServiceSections, TakeWhatAStartTakes) {
  for (const std::string& keys :
       {"socket = \"" + long_path(107) + "\"", std::string("metrics_listen = \"127.0.0.2:8724\""),
        std::string("metrics_listen = \"[::1]:9724\""),
        std::string("metrics_listen = \"127.0.0.1:0\"\nloopback_port = 0"), std::string("metrics_listen = \"\"")}) {
    const Site site;
    site.write("wardend.toml", least(enough + "[broker]\n" + keys + "\n"));
    EXPECT_THAT(site.errors(), IsEmpty()) << keys;
  }
}

TEST(ServiceSections, SayWhereTheLockSocketFindsNoRoom) {
  const std::string folder = "/" + std::string(100, 'x');
  expect_note(least(enough + "[broker]\ncontrol_socket = \"" + folder + "/c.s\"\n"),
              "there is no lock.sock beside control_socket, as its path");
  const ConfigPtr config = loaded("[broker]\ncontrol_socket = \"" + folder + "/c.s\"\n");
  ASSERT_NE(config, nullptr);
  EXPECT_EQ(config->broker.lock_socket, "");
}

TEST(ServiceSections, SayWhereTheFhirSocketFindsNoRoom) {
  const std::string folder = "/" + std::string(100, 'x');
  expect_note(least(enough + "[broker]\nsocket = \"" + folder + "/b.s\"\n"),
              "there is no fhir.sock beside socket, as its path");
  const ConfigPtr config = loaded("[broker]\nsocket = \"" + folder + "/b.s\"\n");
  ASSERT_NE(config, nullptr);
  EXPECT_EQ(config->broker.fhir_socket, "");
}

TEST(Defaults, OfTheServiceHoldWhereTheFileIsEmpty) {
  const ConfigPtr config = loaded("");
  ASSERT_NE(config, nullptr);
  EXPECT_EQ(config->broker.socket, "/run/wardend/broker.sock");
  EXPECT_EQ(config->broker.control_socket, "/run/wardend/control.sock");
  EXPECT_EQ(config->broker.lock_socket, "/run/wardend/lock.sock");
  EXPECT_EQ(config->broker.fhir_socket, "/run/wardend/fhir.sock");
  EXPECT_EQ(config->broker.loopback_port, 8724);
  EXPECT_EQ(config->broker.metrics_listen, "127.0.0.1:9724");
  EXPECT_EQ(config->broker.state_dir, "/var/lib/wardend");
  EXPECT_EQ(config->broker.metrics_textfile, "");
  EXPECT_THAT(config->broker.lock_sources, ElementsAre("logind"));
  EXPECT_TRUE(config->broker.has_lock_source("logind"));
  EXPECT_FALSE(config->broker.has_lock_source("control"));
  EXPECT_EQ(config->broker.lock_grace, 2s);
  EXPECT_FALSE(config->broker.unlock_proves_presence);
  EXPECT_EQ(config->broker.max_connections_per_user, 64U);
  EXPECT_EQ(config->broker.max_connections, 512U);
  EXPECT_THAT(config->roles.ehr.names, ElementsAre("wardend-ehr"));
  EXPECT_THAT(config->roles.operators.names, ElementsAre("wardend-operator"));
  EXPECT_THAT(config->roles.observer.names, ElementsAre("wardend-observer"));
  EXPECT_EQ(config->audit.file, "/var/log/wardend/audit.jsonl");
  EXPECT_EQ(config->audit.forward_to, "");
  EXPECT_EQ(config->audit.on_failure, OnFailure::refuse);
  EXPECT_THAT(config->servers, IsEmpty());
  EXPECT_THAT(config->apps, IsEmpty());
}

TEST(Defaults, PutTheLockSocketBesideTheControlSocket) {
  const auto lock_socket = [](const std::string& lines) {
    return loaded("[broker]\ncontrol_socket = \"/srv/w/control.sock\"\n" + lines)->broker;
  };
  EXPECT_EQ(lock_socket("").lock_socket, "/srv/w/lock.sock");
  EXPECT_FALSE(lock_socket("").lock_socket_named);
  EXPECT_EQ(lock_socket("lock_socket = \"/srv/l\"").lock_socket, "/srv/l");
  EXPECT_TRUE(lock_socket("lock_socket = \"/srv/l\"").lock_socket_named);
  EXPECT_EQ(lock_socket("lock_socket = \"\"").lock_socket, "");
}

TEST(Hints, SayWhenTheUnitAllowsTooFewDescriptors) {
  const Site site;
  site.write("wardend.toml", least("[broker]\nmax_connections = 914\n"));
  EXPECT_THAT(site.hints(), IsEmpty());
  site.write("wardend.toml", least("[broker]\nmax_connections = 915\n"));
  EXPECT_THAT(site.hints(), ElementsAre(HasSubstr("set LimitNOFILE= in a drop-in of wardend.service")));
}

}  // namespace
}  // namespace wardend::config
