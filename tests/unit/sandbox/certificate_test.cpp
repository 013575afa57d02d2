#include "tests/sandbox/certificate.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

namespace wardend::sandbox {
namespace {

template <typename T>
using Owned = std::unique_ptr<T, void (*)(T*)>;

class CertificateTest : public testing::Test {
 protected:
  // A certificate that is its own issuer, as `openssl req -x509` makes it.
  void SetUp() override {
    X509_set_version(root.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(root.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(root.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(root.get()), 3600);
    X509_NAME* const name = X509_get_subject_name(root.get());
    const auto* const text = reinterpret_cast<const unsigned char*>("localhost");
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
    X509_set_issuer_name(root.get(), name);
    X509_set_pubkey(root.get(), key.get());
    const Owned<X509_EXTENSION> authority(X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, "CA:TRUE"),
                                          &X509_EXTENSION_free);
    X509_add_ext(root.get(), authority.get(), -1);
    ASSERT_GT(X509_sign(root.get(), key.get(), EVP_sha256()), 0);
    const Owned<BIO> certificate_file(BIO_new_file(files.certificate.c_str(), "w"), &BIO_free_all);
    ASSERT_EQ(PEM_write_bio_X509(certificate_file.get(), root.get()), 1);
    const Owned<BIO> key_file(BIO_new_file(files.key.c_str(), "w"), &BIO_free_all);
    ASSERT_EQ(PEM_write_bio_PrivateKey(key_file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr), 1);
  }

  // What a client that trusts the root finds wrong with what a context shows.
  int verify(boost::asio::ssl::context& context) {
    const Owned<X509_STORE> store(X509_STORE_new(), &X509_STORE_free);
    X509_STORE_add_cert(store.get(), root.get());
    const Owned<X509_STORE_CTX> check(X509_STORE_CTX_new(), &X509_STORE_CTX_free);
    X509_STORE_CTX_init(check.get(), store.get(), SSL_CTX_get0_certificate(context.native_handle()), nullptr);
    return X509_verify_cert(check.get()) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(check.get());
  }

  // The cases run as processes beside each other.
  static std::string path(const std::string& name) {
    return testing::TempDir() + "sandbox-" + std::to_string(::getpid()) + "-" + name;
  }
  void TearDown() override {
    std::remove(files.certificate.c_str());
    std::remove(files.key.c_str());
  }

  Owned<EVP_PKEY> key{EVP_EC_gen("P-256"), &EVP_PKEY_free};
  Owned<X509> root{X509_new(), &X509_free};
  CertificateFiles files{path("certificate.pem"), path("key.pem")};
};

TEST_F(CertificateTest, OnlyTheDateOfTheExpiredOneIsWrong) {
  auto contexts = make_tls_contexts(files);
  ASSERT_TRUE(contexts) << contexts.error();
  EXPECT_EQ(verify(contexts->valid), X509_V_OK);
  EXPECT_EQ(verify(contexts->expired), X509_V_ERR_CERT_HAS_EXPIRED);
}

TEST_F(CertificateTest, TheForeignOneIsSoundAndForAnotherHost) {
  auto contexts = make_tls_contexts(files);
  ASSERT_TRUE(contexts) << contexts.error();
  EXPECT_EQ(verify(contexts->foreign), X509_V_OK);
  X509* const shown = SSL_CTX_get0_certificate(contexts->foreign.native_handle());
  EXPECT_EQ(X509_check_host(shown, "localhost", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_check_host(shown, "elsewhere.example", 0, 0, nullptr), 1);
}

TEST_F(CertificateTest, AFileThatIsMissingIsNamed) {
  const auto contexts = make_tls_contexts({files.certificate, "/nonexistent/key.pem"});
  ASSERT_FALSE(contexts);
  EXPECT_TRUE(contexts.error().starts_with("/nonexistent/key.pem"));
}

}  // namespace
}  // namespace wardend::sandbox
