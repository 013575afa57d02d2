// The trail on its way to Debian's rsyslog, over TLS and on this machine's socket.
#include <gmock/gmock.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>

#include <fstream>
#include <map>

#include "tests/integration/forwarding/trail_site.hpp"
#include "trail/link.hpp"

namespace wardend::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A /dev of the test's own: its processes find their log there, and nobody else does.
struct OwnDev {
  explicit OwnDev(std::filesystem::path at) : folder(std::move(at)) {
    std::filesystem::create_directory(folder);
    if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", folder.c_str(), "tmpfs", 0, nullptr) != 0)
      return;
    for (const char* node : {"null", "zero", "random", "urandom"}) {
      std::ofstream(folder / node) << "";
      ::mount((std::filesystem::path("/dev") / node).c_str(), (folder / node).c_str(), nullptr, MS_BIND, nullptr);
    }
    made = ::mount(folder.c_str(), "/dev", nullptr, MS_BIND | MS_REC, nullptr) == 0;
  }
  OwnDev(const OwnDev&) = delete;
  OwnDev& operator=(const OwnDev&) = delete;
  ~OwnDev() {
    if (made) ::umount2("/dev", MNT_DETACH);
    ::umount2(folder.c_str(), MNT_DETACH);
  }
  std::filesystem::path folder;
  bool made = false;
};

class ForwardingToSyslog : public TrailSite {
 protected:
  void SetUp() override {
    if (run({{"rsyslogd", "-v"}}).exit_code != 0) GTEST_SKIP() << "rsyslog is not installed";
  }
  // How often each entry came, by its number; those that are not as the trail has them are 0.
  [[nodiscard]] static std::map<std::uint64_t, int> arrived(const Rsyslog& receiver) {
    std::map<std::uint64_t, int> times;
    for (const std::string& line : receiver.lines()) {
      const auto begin = line.find('{');
      const auto entry = trail::read_entry(begin == std::string::npos ? "" : std::string_view(line).substr(begin));
      ++times[entry ? entry->sequence : 0];
    }
    return times;
  }
  void expect_each_once(const Rsyslog& receiver) {
    const auto all_there = [&] { return behind("syslog") == 0 && arrived(receiver).size() == trail().size(); };
    ASSERT_TRUE(eventually(all_there, 30s)) << arrived(receiver).size() << " of " << trail().size() << "\n"
                                            << site.wardend().output();
    for (const auto& [number, times] : arrived(receiver)) EXPECT_EQ(times, 1) << number;
    EXPECT_FALSE(arrived(receiver).contains(0));
  }
  [[nodiscard]] static std::string over_tls(const Rsyslog& receiver, const Certificates& certificates,
                                            const std::string& host = "localhost") {
    return "syslog = \"tls://" + host + ":" + std::to_string(receiver.port()) + "\"\nsyslog_ca_file = \"" +
           certificates.ca + "\"\nforward_certificate = \"" + certificates.client + "\"\nforward_key = \"" +
           certificates.client_key + "\"";
  }
};

TEST_F(ForwardingToSyslog, OverTlsEachEntryArrivesAsItIs) {
  const Certificates certificates(site.folder());
  Rsyslog receiver(site, certificates);
  receiver.start();
  prepare(500);
  start(over_tls(receiver, certificates), "http://127.0.0.1:2/fhir");
  make_entries(510);
  expect_each_once(receiver);
  const std::string line = trail()[2];
  const auto entry = trail::read_entry(line);
  ASSERT_TRUE(entry);
  EXPECT_THAT(receiver.lines(), Contains("wardend token [wardend@32473 sequence=\"3\" hash=\"" +
                                         std::string(entry->hash) + "\"] " + line));
}

TEST_F(ForwardingToSyslog, WhatIsMadeWhileTheReceiverIsAwayArrivesLater) {
  const Certificates certificates(site.folder());
  Rsyslog receiver(site, certificates);
  receiver.start();
  start(over_tls(receiver, certificates), "http://127.0.0.1:2/fhir");
  make_entries(5);
  expect_each_once(receiver);
  receiver.stop();
  make_entries(12);
  ASSERT_TRUE(eventually([&] { return !notices().empty(); }, 30s));
  EXPECT_THAT(notices(), Contains(HasSubstr("it cannot be reached")));
  receiver.start();
  expect_each_once(receiver);
  EXPECT_EQ(site.stop(), 0);
  receiver.stop();
  receiver.start();
  restart(over_tls(receiver, certificates));
  expect_each_once(receiver);
}

TEST_F(ForwardingToSyslog, NothingIsSentToAReceiverOfAnotherName) {
  const Certificates certificates(site.folder());
  Rsyslog receiver(site, certificates);
  receiver.start();
  start(over_tls(receiver, certificates, "127.0.0.2"), "http://127.0.0.1:2/fhir");
  ASSERT_TRUE(eventually([&] { return !notices().empty(); }, 30s));
  EXPECT_THAT(receiver.lines(), IsEmpty());
}

TEST_F(ForwardingToSyslog, AReceiverThatRefusesTheCertificateLosesNothing) {
  const Certificates certificates(site.folder());
  Rsyslog receiver(site, certificates);
  receiver.start();
  std::string without = over_tls(receiver, certificates);
  without.erase(without.find("\nforward_certificate"));
  start(without, "http://127.0.0.1:2/fhir");
  make_entries(8);
  ASSERT_TRUE(eventually([&] { return !notices().empty(); }, 30s)) << site.wardend().output();
  EXPECT_GE(behind("syslog"), 8);
  forward(over_tls(receiver, certificates));
  expect_each_once(receiver);
}

TEST_F(ForwardingToSyslog, OnThisMachinesSocketEachEntryArrivesAsItIs) {
  const OwnDev dev(site.folder() / "dev");
  if (!dev.made) GTEST_SKIP() << "may not mount";
  Rsyslog receiver(site, "/dev/log");
  receiver.start();
  ASSERT_TRUE(eventually([] { return std::filesystem::exists("/dev/log"); }));
  prepare(300);
  start("syslog = \"local\"", "http://127.0.0.1:2/fhir");
  make_entries(310);
  expect_each_once(receiver);
  receiver.process().send_signal(SIGSTOP);
  const std::size_t before = trail().size();
  make_entries(before + 1200);
  ASSERT_TRUE(eventually([&] { return behind("syslog") > 0 && behind("file") == 0; }));
  lock();
  receiver.process().send_signal(SIGCONT);
  expect_each_once(receiver);
}

}  // namespace
}  // namespace wardend::test
