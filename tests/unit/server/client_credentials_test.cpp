// Where a client's credential comes from, and which files are refused.
#include "daemon/server/client_credentials.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "protocol/jose/signature.hpp"
#include "tests/support/test_issuer.hpp"
#include "tests/support/virtual_clock.hpp"
#include "tests/support/virtual_random.hpp"

namespace wardend::server {
namespace {

class ClientCredentialsFrom : public ::testing::Test {
 protected:
  ClientCredentialsFrom() {
    std::string name = "/tmp/wardend-credentials.XXXXXX";
    folder = ::mkdtemp(name.data());
  }
  ~ClientCredentialsFrom() override { std::filesystem::remove_all(folder); }

  std::filesystem::path put(const std::string& name, const std::string& text, mode_t mode = 0600) const {
    std::ofstream(folder / name) << text;
    ::chmod((folder / name).c_str(), mode);
    return folder / name;
  }
  static server::Client with(oauth::ClientAuth method, const std::string& credential) {
    return {.identity = {.method = method, .client_id = "vitals"}, .credential = credential};
  }
  std::string refusal(const server::Client& client) {
    const auto made = proof.make(client, {.audience = "https://ehr.example.org/token"});
    return made ? "" : made.error();
  }

  asio::io_context loop;
  test::VirtualClock clock{loop};
  test::VirtualRandom random;
  std::filesystem::path folder;
  server::ClientCredentials proof{clock, random, ""};
};

TEST_F(ClientCredentialsFrom, APublicClientNeedsNoFile) {
  const auto made = proof.make(with(oauth::ClientAuth::none, ""), {.audience = "https://ehr.example.org/token"});
  ASSERT_TRUE(made) << made.error();
  EXPECT_TRUE(made->authorization.empty());
  ASSERT_EQ(made->fields.size(), 1U);
  EXPECT_EQ(made->fields.front().first, "client_id");
}

TEST_F(ClientCredentialsFrom, AFileIsReadForEachUse) {
  const auto client = with(oauth::ClientAuth::client_secret_post, put("secret", "one").string());
  const auto first = proof.make(client, {.audience = ""});
  put("secret", "two\n");
  const auto second = proof.make(client, {.audience = ""});
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->fields.back().second.reveal(), "one");
  EXPECT_EQ(second->fields.back().second.reveal(), "two");
}

TEST_F(ClientCredentialsFrom, SystemdsFolderHoldsPlainNamesUnderItsPrefix) {
  put("wardend_vitals.secret", "s3cret");
  server::ClientCredentials under_systemd{clock, random, folder};
  EXPECT_TRUE(under_systemd.make(with(oauth::ClientAuth::client_secret_basic, "vitals.secret"), {.audience = ""}));
  EXPECT_TRUE(refusal(with(oauth::ClientAuth::client_secret_basic, "vitals.secret")).contains("CREDENTIALS_DIRECTORY"));
}

TEST_F(ClientCredentialsFrom, AThousandAssertionsHaveAThousandNames) {
  SystemRandom system;
  server::ClientCredentials real{clock, system, ""};
  const auto client =
      with(oauth::ClientAuth::private_key_jwt, put("key", std::string(test::issuer_private_key)).string());
  std::set<std::string> names;
  for (int i = 0; i < 1000; ++i) {
    const auto made = real.make(client, {.audience = "https://ehr.example.org/token"});
    ASSERT_TRUE(made) << made.error();
    const auto payload = jose::unverified_payload(made->fields.back().second.reveal());
    ASSERT_TRUE(payload);
    names.insert(payload->substr(payload->find("\"jti\"")));
  }
  EXPECT_EQ(names.size(), 1000U);
}

TEST_F(ClientCredentialsFrom, AFileThatOthersCanReadIsRefused) {
  for (const mode_t mode : {0604U, 0602U, 0660U, 0666U}) {
    const auto why = refusal(with(oauth::ClientAuth::client_secret_post, put("open", "s3cret", mode).string()));
    EXPECT_TRUE(why.contains("chmod 0600")) << std::oct << mode << ": " << why;
    EXPECT_FALSE(why.contains("s3cret"));
  }
}

TEST_F(ClientCredentialsFrom, WhatIsNoSecretIsRefusedWithItsReason) {
  const auto post = oauth::ClientAuth::client_secret_post;
  EXPECT_TRUE(refusal(with(post, (folder / "absent").string())).contains("cannot be read"));
  EXPECT_TRUE(refusal(with(post, put("empty", "").string())).contains("is empty"));
  EXPECT_TRUE(refusal(with(post, put("large", std::string(17000, 'x')).string())).contains("16 KiB"));
  EXPECT_TRUE(refusal(with(post, folder.string())).contains("is not a file"));
  std::filesystem::create_symlink(put("real", "s3cret"), folder / "link");
  EXPECT_TRUE(refusal(with(post, (folder / "link").string())).contains("cannot be read"));
  EXPECT_FALSE(refusal(with(oauth::ClientAuth::private_key_jwt, put("key", "no key").string())).empty());
}

TEST_F(ClientCredentialsFrom, AnotherUsersFileIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to give a file away";
  const auto file = put("theirs", "s3cret");
  ASSERT_EQ(::chown(file.c_str(), 12345, 12345), 0);
  EXPECT_TRUE(refusal(with(oauth::ClientAuth::client_secret_post, file.string())).contains("another user"));
}

}  // namespace
}  // namespace wardend::server
