// What `--check` finds of the files and folders that a configuration names.
#include "config/named_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/config/site.hpp"

namespace wardend::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* certificate =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBdTCCARugAwIBAgIUTJXo0ajZrz44Vf4eRHHLaFezjngwCgYIKoZIzj0EAwIw\n"
    "EDEOMAwGA1UEAwwFdHJpYWwwHhcNMjYwMTAxMDAwMDAwWhcNMzYwMTAxMDAwMDAw\n"
    "-----END CERTIFICATE-----\n";

TEST(NamedFiles, SayWhichCaFilesTrustNobody) {
  const Site site;
  std::filesystem::create_directory(site.folder() / "folder");
  site.write("empty", "");
  site.write("text", "trust me\n");
  site.write("key", "-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n");
  site.write("broken", certificate);
  const std::pair<const char*, const char*> table[] = {
      {"folder", "ca_file is no file"},
      {"empty", "ca_file has no PEM certificate in it"},
      {"text", "ca_file has no PEM certificate in it"},
      {"key", "ca_file has "},
      {"broken", "ca_file has a PEM block that is broken"},
      {"absent", "ca_file cannot be read (No such file or directory)"},
  };
  for (const auto& [name, said] : table) {
    site.write("wardend.toml", with_server_key("ca_file = \"" + (site.folder() / name).string() + "\""));
    EXPECT_THAT(site.hints(), ElementsAre(AllOf(HasSubstr(said), HasSubstr("this server is not reached")))) << name;
    EXPECT_THAT(site.errors(), IsEmpty());
  }
}

TEST(NamedFiles, TakeACaFileWithTheSystemsCertificates) {
  const std::string system = "/etc/ssl/certs/ca-certificates.crt";
  if (!std::filesystem::exists(system)) GTEST_SKIP() << "this machine has no list of authorities";
  const Site site;
  site.write("wardend.toml", with_server_key("ca_file = \"" + system + "\""));
  EXPECT_THAT(site.hints(), IsEmpty());
}

TEST(NamedFiles, SayWhereNoSocketAndNoFileCanBeMade) {
  const Site site;
  site.write("file", "");
  const std::string folder = site.folder().string();
  const std::pair<std::string, std::string> table[] = {
      {"[broker]\nsocket = \"" + folder + "/absent/b.sock\"\n", "socket: " + folder + "/absent is not there"},
      {"[broker]\ncontrol_socket = \"" + folder + "/absent/c.sock\"\n", "control_socket: " + folder + "/absent is not"},
      {"[broker]\nlock_socket = \"" + folder + "/file/l.sock\"\n", "lock_socket: " + folder + "/file is no folder"},
      {"[broker]\nsocket = \"" + folder + "/file\"\n", "socket: " + folder + "/file is there and is no socket"},
      {"[broker]\nstate_dir = \"" + folder + "/absent/state\"\n", "state_dir: " + folder + "/absent is not there"},
      {"[audit]\nfile = \"" + folder + "/absent/audit.jsonl\"\n", "file: " + folder + "/absent is not there"},
      {"[broker]\nmetrics_textfile = \"" + folder + "/absent/w.prom\"\n", "metrics_textfile: " + folder + "/absent is"},
  };
  for (const auto& [keys, said] : table) {
    site.write("wardend.toml", least(keys));
    EXPECT_THAT(site.hints(), ElementsAre(HasSubstr(said))) << keys;
    EXPECT_THAT(load(site.main(), Files::left_alone).findings,
                testing::Each(testing::Field(&Finding::text, testing::Not(HasSubstr(said)))))
        << "a start looks at no file";
  }
}

TEST(NamedFiles, LeaveOutWhatSystemdMakesWithTheUnit) {
  const Site site;
  site.write("wardend.toml", least("[broker]\nsocket = \"/run/wardend/other.sock\"\n"));
  EXPECT_THAT(site.hints(), IsEmpty());
}

TEST(NamedFiles, HaveTheirCredentialsJudgedByWhoUsesThem) {
  const Site site;
  site.write("credentials/vitals", "");
  site.write("conf.d/other.toml",
             "[[app]]\nid = \"far\"\nservers = [\"main\"]\nclient_id = \"x\"\nclient_auth = \"private_key_jwt\"\n"
             "credential = \"vitals\"\n[[app.peer]]\nlabel = \"far\"\n");
  site.write("wardend.toml", with_app_key("client_auth = \"client_secret_post\"\ncredential = \"vitals\""));
  std::vector<std::pair<ClientAuth, std::filesystem::path>> asked;
  const Loaded checked = load(site.main(), Files::looked_at, [&](ClientAuth method, const std::filesystem::path& file) {
    asked.emplace_back(method, file);
    return method == ClientAuth::private_key_jwt ? std::string("the key is PEM") : std::string();
  });
  const auto file = site.folder() / "credentials/vitals";
  EXPECT_THAT(asked, ElementsAre(std::pair(ClientAuth::client_secret_post, file),
                                 std::pair(ClientAuth::private_key_jwt, file)));
  std::vector<std::string> hints;
  for (const Finding& finding : checked.findings)
    if (finding.severity == Finding::Severity::hint) hints.push_back(finding.to_string());
  EXPECT_THAT(hints, ElementsAre(HasSubstr("conf.d/other.toml:6:14: note: the client cannot prove itself, and its "
                                           "launches are refused: the key is PEM")));
  EXPECT_NE(checked.config, nullptr);
}

}  // namespace
}  // namespace wardend::config
