// [audit], as far as it says where the trail goes.
#include "tests/unit/config/site.hpp"

namespace wardend::config {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(ForwardingSection, IsReadWhole) {
  const ConfigPtr config = loaded(least(enough + "[audit]\nforward_to = \"main\"\nforward_token = "
                                                 "\"t\"\nforward_certificate = \"c\"\nforward_key = \"k\"\nsyslog = "
                                                 "\"tls://log.example.org:6514\"\nsyslog_ca_file = \"/etc/ca.pem\"\n"));
  ASSERT_NE(config, nullptr);
  EXPECT_EQ(config->audit.forward_to, "main");
  EXPECT_EQ(config->audit.forward_token, "t");
  EXPECT_EQ(config->audit.forward_certificate, "c");
  EXPECT_EQ(config->audit.forward_key, "k");
  EXPECT_EQ(config->audit.syslog, "tls://log.example.org:6514");
  EXPECT_EQ(config->audit.syslog_ca_file, "/etc/ca.pem");
}

TEST(ForwardingSection, RefusesWhatCannotBeMeant) {
  expect_error("[audit]\nsyslog = \"udp://log:514\"\n", "2:10: syslog must be \"local\", or \"tls://HOST:PORT\"");
  expect_error("[audit]\nforward_certificate = \"c\"\n", "2:23: forward_certificate and forward_key belong together");
  expect_error("[audit]\nforward_key = \"k\"\n", "2:15: forward_certificate and forward_key belong together");
  expect_error("[audit]\nsyslog = \"tls://log\"\nsyslog_ca_file = \"ca.pem\"\n", "syslog_ca_file");
}

TEST(ForwardingSection, ACheckLooksAtItsFiles) {
  const Site site;
  site.write("wardend.toml",
             least(enough + "[audit]\nforward_to = \"main\"\nforward_token = \"atna\"\nsyslog = \"tls://log\"\n"
                            "syslog_ca_file = \"/nowhere/ca.pem\"\n"));
  EXPECT_THAT(site.errors(), IsEmpty());
  EXPECT_THAT(site.hints(), Contains(HasSubstr("credentials/atna is not there, so the trail is not forwarded")));
  EXPECT_THAT(site.hints(), Contains(HasSubstr("syslog_ca_file cannot be read")));
}

TEST(ForwardingSection, AServerForTheTrailAloneIsNotProbedInVain) {
  const std::string spare = "[[server]]\nname = \"spare\"\nfhir_base_url = \"https://spare.example.org\"\n";
  const Site site;
  site.write("wardend.toml", least(enough + "[audit]\nforward_to = \"spare\"\n") + spare);
  EXPECT_THAT(site.errors(), IsEmpty());
  EXPECT_THAT(site.notes(), Not(Contains(HasSubstr("probed in vain"))));
}

}  // namespace
}  // namespace wardend::config
